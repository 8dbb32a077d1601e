"""Compiled templates, kept for the next build: to compile them takes longer than a few pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import Bucket

NEVER_FROZEN = ("authoring/", "errors/", "inbox/", "mail/", "staff/")


class Compiled(BytecodeCache):
    """Keeps bytecode in a dictionary. Jinja looks itself whether a template has changed."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self._kept = kept

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept for it."""
        if found := self._kept.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        self._kept[bucket.key] = bucket.bytecode_to_string()

    def warm(self, environment: Environment) -> None:
        """Compile all templates of public pages, before processes are copied."""
        for name in environment.list_templates():
            if not name.startswith(NEVER_FROZEN):
                environment.get_template(name)
