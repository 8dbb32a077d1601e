"""Editing, below the web: edits that preserve every byte, the content repository, the tables."""
