"""Compiled templates, kept for the next build: to compile them takes longer than a few pages."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import Bucket

NEVER_FROZEN = (
    "authoring/", "contact/confirm.html", "contact/thanks.html", "errors/", "hosting/", "inbox/",
    "mail/", "pages/components.html", "staff/",
)  # fmt: skip


class TemplateCache(BytecodeCache):
    """Keeps the code of each template in a dictionary, under a digest of what it was made from."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self._kept = kept

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept for it, unless its template has changed."""
        digest, kept = bucket.checksum.encode(), self._kept.get(bucket.key, b"")
        if kept.startswith(digest):
            # Jinja's own way reads it piece by piece, as if from a file.
            bucket.code = marshal.loads(kept[len(digest) :])  # noqa: S302 - as trusted as our code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        self._kept[bucket.key] = bucket.checksum.encode() + marshal.dumps(bucket.code)

    def warm(self, environment: Environment) -> None:
        """Compile all templates of public pages, before processes are copied."""
        for name in environment.list_templates():
            if not name.startswith(NEVER_FROZEN):
                environment.get_template(name)
