"""The public site: pages, which are frozen, and the contact form with its live endpoint."""
