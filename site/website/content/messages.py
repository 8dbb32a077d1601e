"""The messages to authors about their files: the sentences of ``messages.toml``."""

from website.infra import toml_tables

msg = toml_tables.messages(__file__)
