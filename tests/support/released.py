"""A released site: its frozen pages, and what they were made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from support.content import Content


@dataclass(frozen=True)
class Released:
    """Frozen pages, and the content and address that they were made for."""

    build: Path
    content: Content
    port: int

    @property
    def base_url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self.port}"

    def file(self, pattern: str) -> str:
        """Return the path of a file that is named by its content."""
        [found] = self.build.glob(pattern)
        return f"/{found.relative_to(self.build).as_posix()}"
