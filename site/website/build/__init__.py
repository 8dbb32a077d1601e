"""Freezing the public pages to static files.

:mod:`.pipeline` is the build, step by step. :mod:`.builder` runs it unless nothing has changed;
:mod:`.incremental` keeps it from rendering again what has not changed.
"""

from website.infra import toml_tables

msg = toml_tables.messages(__file__)
"""Renders a message of ``messages.toml`` in this folder."""
