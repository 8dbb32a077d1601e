"""Editing without pages: edits that keep every byte, the content repository, its tables."""
