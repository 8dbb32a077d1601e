"""Static assets (style sheets, scripts, fonts, images) under fingerprinted names, cached forever.

``static/css/`` and ``static/css/components/`` are bundled as ``site.css``, which every page loads.
Sheets in other folders are bundled by folder: ``fields.css`` for form fields, ``form.css`` for the
contact form, ``tools.css`` for pages with a tool, ``start.css`` for the start page, ``pages.css``
for all pages but articles. Precedence is decided by cascade layers, not by the order of files; only
``layers.css``, which declares them, must come first. Assets for staff are in ``static/inbox/``,
``static/editor/`` and ``static/authoring/``: they are never frozen, and visitors never load them.

Script modules import each other by file name; in what is served, these are fingerprinted names,
and comments are left out.
"""

import hashlib
import mimetypes
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Response, abort

from website.config import EDITOR, INBOX
from website.infra import folders
from website.infra.toml_tables import beside

NAMED_BY_CONTENT = ("static/", "bilder/", "karten/")
"""Folders of the build in which every file name contains a fingerprint of the file's sources."""

FOREVER = "public, max-age=31536000, immutable"
PREFIX = "static/"
APART = ("inbox/", "editor/", "authoring/")
"""Folders with assets for staff, each a separate collection."""
INBOX_PREFIX = f"{INBOX.removeprefix('/')}static/"
EDITOR_PREFIX = f"{EDITOR.removeprefix('/')}static/"
AUTHORING_PREFIX = "_redaktion/static/"

_LAYERS = "css/layers.css"
_BUNDLE = "site.css"
_COMMON = ("css", "components")
"""Folders whose sheets are bundled for every page."""
_URL = re.compile(rb"""url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")

_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_SCRIPT_COMMENT = re.compile(rb"^ *//.*\n", re.MULTILINE)
"""On lines of their own, a tenth of the scripts of a page."""

_IMPORT = re.compile(
    rb"""^((?:(?:import|export)\b[^;"']*?\bfrom\s*|import\s*)["'])(\.\.?/[^"']+)(?=["'];)""",
    re.MULTILINE,
)

_TABLES: dict[str, dict[str, str]] = beside(__file__, "media_types.toml")
MEDIA_TYPES = _TABLES["assets"]
ALL_MEDIA_TYPES = MEDIA_TYPES | _TABLES["others"]
# By default, Python reads tables of the operating system; builds must not depend on them.
mimetypes.knownfiles.clear()
for _suffix, _kind in MEDIA_TYPES.items():
    mimetypes.add_type(_kind, _suffix)


class Assets:
    """The files of one ``static`` folder under their fingerprinted names."""

    def __init__(self, folder: Path, root: str = "/", *, prefix: str = PREFIX) -> None:
        self.folder = folder
        self.base = root + prefix

    def url(self, name: str) -> str:
        """Return the URL of an asset: ``site.css`` or a path below ``static/``.

        :raises KeyError: if there is no such asset.
        """
        return f"{self.base}{self._fingerprinted[name]}"

    def imported(self, name: str) -> tuple[str, ...]:
        """Return the URLs of all modules that a module imports, directly or not, each once."""
        return tuple(self.url(target) for target in self.imports(name))

    def imports(self, name: str) -> tuple[str, ...]:
        """Return the names of all modules that a module imports, directly or not, each once."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            for target in _imports(waiting[0], self._sources[waiting[0]]):
                if target not in found:
                    found[target] = None
                    waiting.append(target)
            del waiting[0]
        return tuple(found)

    def read(self, fingerprinted: str) -> tuple[bytes, str] | None:
        """Return content and media type for a fingerprinted name."""
        name = self._names.get(fingerprinted)
        if name is None:
            return None
        return self._contents[name], MEDIA_TYPES[posixpath.splitext(name)[1]]

    @property
    def addresses(self) -> tuple[str, ...]:
        """URLs of all assets."""
        return tuple(f"{self.base}{name}" for name in sorted(self._names))

    @cached_property
    def _fingerprinted(self) -> dict[str, str]:
        return {name: _fingerprint(name, content) for name, content in self._contents.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fingerprinted: name for name, fingerprinted in self._fingerprinted.items()}

    @cached_property
    def _sources(self) -> dict[str, bytes]:
        """Content of every file that may be served, by name."""
        names = sorted(found.name for found in folders.walk(self.folder) if found.state)
        return {
            name: (self.folder / name).read_bytes()
            for name in names
            if posixpath.splitext(name)[1] in MEDIA_TYPES and not name.startswith(APART)
        }

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        sheets = {name for name in self._sources if name.endswith(".css")}
        bundles: defaultdict[str, set[str]] = defaultdict(set)
        for name in sheets:
            folder = posixpath.basename(posixpath.dirname(name))
            bundles[_BUNDLE if folder in _COMMON else f"{folder}.css"].add(name)
        contents: dict[str, bytes] = {}
        for name in self._sources.keys() - sheets:
            self._link(name, contents)
        return contents | {
            bundle: self._bundle(names, contents) for bundle, names in bundles.items()
        }

    def _link(self, name: str, contents: dict[str, bytes]) -> None:
        """Add a file after the modules it imports; imports must not be circular."""
        data = self._sources[name]
        if name.endswith(".js"):
            data = _SCRIPT_COMMENT.sub(b"", data)
        for target in _imports(name, data):
            self._link(target, contents)
        contents[name] = _IMPORT.sub(lambda found: _relinked(found, name, contents), data)

    def _bundle(self, sheets: Iterable[str], contents: dict[str, bytes]) -> bytes:
        """Join style sheets without comments and line breaks, a tenth of their size."""
        return b"\n".join(
            _URL.sub(
                lambda found, sheet=sheet: _rewrite(found, sheet, contents),  # type: ignore[misc]
                b" ".join(_COMMENT.sub(b"", self._sources[sheet]).split()),
            )
            for sheet in sorted(sheets, key=lambda name: (name != _LAYERS, name))
        )


def blueprint(name: str, prefix: str, assets: Callable[[], Assets]) -> Blueprint:
    """Return a blueprint that serves assets under their fingerprinted names.

    :param assets: called for each request, because the preview reloads assets.
    """
    made = Blueprint(name, __name__)

    @made.get(f"/{prefix}<path:name>")
    def serve(name: str) -> Response:
        found = assets().read(name)
        if found is None:
            abort(404)
        content, kind = found
        response = Response(content, mimetype=kind)
        response.headers["Cache-Control"] = FOREVER
        return response

    return made


def _imports(name: str, data: bytes) -> list[str]:
    if not name.endswith(".js"):
        return []
    return [_beside(name, found[2]) for found in _IMPORT.finditer(data)]


def _relinked(found: re.Match[bytes], name: str, contents: dict[str, bytes]) -> bytes:
    target = _beside(name, found[2])
    there = posixpath.relpath(_fingerprint(target, contents[target]), posixpath.dirname(name))
    return found[1] + f"./{there}".encode()


def _beside(name: str, reference: bytes) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), reference.decode()))


def _rewrite(found: re.Match[bytes], sheet: str, contents: dict[str, bytes]) -> bytes:
    target = _beside(sheet, found[1])
    return f'url("{_fingerprint(target, contents[target])}")'.encode()


def _fingerprint(name: str, content: bytes) -> str:
    stem, suffix = posixpath.splitext(name)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{suffix}"
