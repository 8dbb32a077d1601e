"""Style sheets, fonts, images of the design: one address per content, so browsers may keep them.

All of ``static/css/`` becomes one ``site.css``. Which rules win is decided by cascade layers, not
by the order of files; only ``layers.css``, which declares them, must come first. What only the
inbox needs lies apart, in ``static/inbox/``: it is never frozen, and no visitor loads it.
"""

from __future__ import annotations

import hashlib
import mimetypes
import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app

if TYPE_CHECKING:
    from pathlib import Path

FOREVER = "public, max-age=31536000, immutable"
PREFIX = "static/"
INBOX = "inbox/"
INBOX_PREFIX = "posteingang/static/"

_LAYERS = "css/layers.css"
_BUNDLE = "site.css"
_URL = re.compile(rb"""url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")

MEDIA_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
for _suffix, _kind in MEDIA_TYPES.items():
    # Python asks the machine's own tables, which differ; the build must not.
    mimetypes.add_type(_kind, _suffix)

blueprint = Blueprint("assets", __name__)
inbox_blueprint = Blueprint("inbox_assets", __name__)


class Assets:
    """The files of one ``static`` folder under their fingerprinted names."""

    def __init__(self, folder: Path, root: str = "/", *, prefix: str = PREFIX) -> None:
        self.folder = folder
        self.base = root + prefix

    def url(self, name: str) -> str:
        """Give the address of an asset: ``site.css`` or a path below ``static/``.

        :raises KeyError: if there is no such asset.
        """
        return f"{self.base}{self._fingerprinted[name]}"

    def read(self, fingerprinted: str) -> tuple[bytes, str] | None:
        """Give content and media type for a fingerprinted name."""
        name = self._names.get(fingerprinted)
        if name is None:
            return None
        return self._contents[name], MEDIA_TYPES[posixpath.splitext(name)[1]]

    @property
    def addresses(self) -> tuple[str, ...]:
        """List the addresses of all assets."""
        return tuple(f"{self.base}{name}" for name in sorted(self._names))

    @cached_property
    def _fingerprinted(self) -> dict[str, str]:
        return {name: _fingerprint(name, content) for name, content in self._contents.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fingerprinted: name for name, fingerprinted in self._fingerprinted.items()}

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        names = {path.relative_to(self.folder).as_posix(): path for path in files}
        named = {name: path for name, path in names.items() if not name.startswith(INBOX)}
        contents = {
            name: path.read_bytes()
            for name, path in named.items()
            if not name.startswith("css/") and path.suffix in MEDIA_TYPES
        }
        sheets = sorted((name for name in named if name.startswith("css/")), key=_layers_first)
        contents[_BUNDLE] = b"\n".join(
            _URL.sub(lambda found, sheet=sheet: _rewrite(found, sheet, contents), data)  # type: ignore[misc]
            for sheet, data in ((sheet, named[sheet].read_bytes().strip()) for sheet in sheets)
        )
        return contents


@blueprint.get(f"/{PREFIX}<path:name>")
def serve(name: str) -> Response:
    """Serve one asset under its fingerprinted name."""
    return _served("assets", name)


@inbox_blueprint.get(f"/{INBOX_PREFIX}<path:name>")
def serve_inbox(name: str) -> Response:
    """Serve one asset of the inbox."""
    return _served("inbox_assets", name)


def _served(extension: str, name: str) -> Response:
    found = current_app.extensions[extension].read(name)
    if found is None:
        abort(404)
    content, kind = found
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = FOREVER
    return response


def _layers_first(name: str) -> tuple[bool, str]:
    return name != _LAYERS, name


def _rewrite(found: re.Match[bytes], sheet: str, contents: dict[str, bytes]) -> bytes:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(sheet), found[1].decode()))
    return f'url("{_fingerprint(target, contents[target])}")'.encode()


def _fingerprint(name: str, content: bytes) -> str:
    stem, suffix = posixpath.splitext(name)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{suffix}"
