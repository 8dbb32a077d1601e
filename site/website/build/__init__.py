"""The public pages as plain files: which addresses there are, and how they get to disk at once."""
