"""What visitors see: the pages, which are frozen, and the one form with its endpoint."""
