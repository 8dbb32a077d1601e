"""Editing, below the web: edits that preserve every byte, the content repository, the tables."""

from website.infra import toml_tables

msg = toml_tables.messages(__file__)
"""Renders a message of ``messages.toml`` in this folder."""
