"""Whether templates, scripts and styles keep the promises of the privacy page.

No other host is asked for anything, nothing is stored on the visitor's device, no box is ticked
beforehand (§ 25 TDDDG, Art. 4 Nr. 11 DSGVO), and no law is cited that is gone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from website.checking.check_context import SiteContext
from website.checking.law import OBSOLETE
from website.checking.rules import FoundAnywhere, SiteRule
from website.content import graphics, metadata
from website.content.files import IMAGES, FileKind
from website.content.graphics import Fault
from website.content.problems import Severity
from website.exceptions import ImageError
from website.infra import folders

FOLDERS = ("templates", "static")
FOR_STAFF = tuple(
    f"{folder}/{part}/" for folder in FOLDERS for part in ("authoring", "editor", "inbox")
)
"""Never sent to visitors; what staff's own browsers keep concerns no visitor."""

KINDS = frozenset({".html", ".xml", ".css", ".js"})

_FOREIGN_MARKUP = re.compile(
    r"<(?:script|img|source|iframe|embed|object|video|audio|track|input|image|use)\b[^>]*?\b(?:src"
    r"|srcset|"
    r"data|href|xlink:href)\s*=\s*[\"']?\s*(?:https?:)?//(?!\s)"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|preconnect|dns-prefetch|prefetch"
    r"|modulepreload|icon))"
    r"[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//",
    re.IGNORECASE,
)
_FOREIGN_STYLE = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//", re.IGNORECASE)
_FOREIGN_SCRIPT = re.compile(
    r"(?:fetch|import|importScripts|sendBeacon|WebSocket|EventSource|Worker"
    r"|open)\s*\(\s*(?:[\"']\w+[\"'],\s*)?"
    r"[\"'`](?:https?:|wss?:)?//|\bfrom\s+[\"']https?://|\.src\s*=\s*[\"'`](?:https?:)?//"
)
_STORAGE = re.compile(
    r"\b(?:localStorage|sessionStorage|indexedDB|cookieStore|document\.cookie|caches\.open"
    r"|openDatabase)\b"
    r"|http-equiv\s*=\s*[\"']?set-cookie",
    re.IGNORECASE,
)
_TICKED = re.compile(
    r"<input\b(?=[^>]*type=[\"']?checkbox)(?:[^>{]|\{\{.*?\}\})*\schecked(?=[\s>/=])", re.IGNORECASE
)
_REMARK = re.compile(r"/\*.*?\*/|<!--.*?-->|\{#.*?#\}", re.DOTALL)
_LINE_REMARK = re.compile(r"(?m)^\s*//.*$")


def _foreign_host(site: SiteContext) -> FoundAnywhere:
    advice = (
        "lädt etwas von einem fremden Server. Legen Sie die Datei nach static/: Die Website "
        "verspricht, dass keine Daten an andere gehen."
    )
    yield from _found(site, _FOREIGN_MARKUP, advice, {".html", ".xml"})
    yield from _found(site, _FOREIGN_STYLE, advice, {".html", ".css"})
    yield from _found(site, _FOREIGN_SCRIPT, advice, {".html", ".js"})
    yield from _in_graphics(site, foreign=True)


def _script_in_image(site: SiteContext) -> FoundAnywhere:
    yield from _in_graphics(site, foreign=False)


def _in_graphics(site: SiteContext, *, foreign: bool) -> FoundAnywhere:
    for file, path in _images(site):
        if path.suffix.lower() == ".svg":
            for fault in _faults(path):
                if fault.is_foreign == foreign:
                    yield file, fault.line, f"Diese Zeile {fault.message}"


def _faults(path: Path) -> tuple[Fault, ...]:
    """Yield faults of a graphic; an unreadable one is reported where a text shows it."""
    try:
        return graphics.read(path.read_bytes()).faults
    except (ImageError, OSError):
        return ()


def _metadata(site: SiteContext) -> FoundAnywhere:
    """Images of texts are re-encoded; those of the design are published as they are."""
    for file, path in _images(site):
        if file.startswith("static/") and (kinds := metadata.found(path.read_bytes())):
            message = f"Dieses Bild sagt etwas über sich ({', '.join(kinds)}), etwa wo es entstand."
            yield file, 1, f"{message} Speichern Sie es ohne diese Angaben."


def _images(site: SiteContext) -> Iterator[tuple[str, Path]]:
    """Yield every image that visitors' browsers may get."""
    if site.root:
        for found in folders.walk(site.root / "static"):
            path = site.root / "static" / found.name
            if found.state and path.suffix.lower() in IMAGES:
                yield f"static/{found.name}", path
    for file in site.library.file_cache.files:
        if file.kind is FileKind.IMAGE:
            yield site.label(file.name), site.library.folder / file.name


def _storage(site: SiteContext) -> FoundAnywhere:
    found = _found(
        site,
        _STORAGE,
        "speichert auf dem Gerät des Besuchers. Dafür wäre eine Einwilligung nötig (§ 25 "
        "TDDDG); kommen Sie ohne aus.",
        {".html", ".js"},
    )
    yield from (problem for problem in found if not problem[0].startswith(FOR_STAFF))


def _ticked(site: SiteContext) -> FoundAnywhere:
    yield from _found(
        site,
        _TICKED,
        "ist schon angekreuzt. Eine Einwilligung gibt nur, wer selbst ankreuzt (EuGH C-673/17).",
        {".html"},
    )


def _obsolete(site: SiteContext) -> FoundAnywhere:
    advice = "gilt nicht mehr. Nennen Sie DDG statt TMG, TDDDG statt TTDSG, MStV statt RStV."
    yield from _found(site, OBSOLETE, advice, {".html", ".xml"})
    for file, text in _files(site):
        if file == site.label("website.toml"):
            yield from _in_text(file, text, OBSOLETE, advice)


def _found(
    site: SiteContext, pattern: re.Pattern[str], advice: str, kinds: set[str]
) -> FoundAnywhere:
    for file, text in _files(site):
        if file[file.rfind(".") :] in kinds:
            yield from _in_text(file, text, pattern, advice)


def _in_text(file: str, text: str, pattern: re.Pattern[str], advice: str) -> FoundAnywhere:
    for found in pattern.finditer(text):
        shown = " ".join(found[0].split())
        yield file, text.count("\n", 0, found.start()) + 1, f"„{shown}“ {advice}"


def _files(site: SiteContext) -> Iterator[tuple[str, str]]:
    """Yield every file that visitors' browsers may get, with its text less remarks."""
    for root, folder in [(site.root, folder) for folder in FOLDERS if site.root]:
        for found in sorted(folders.walk(root / folder), key=lambda found: found.name):
            path = root / folder / found.name
            if path.suffix in KINDS:
                yield f"{folder}/{found.name}", _text(path)
    content = site.library.folder
    if (content / "website.toml").exists():
        yield site.label("website.toml"), _text(content / "website.toml")


def _text(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        return ""
    return _read(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=1024)
def _read(path: Path, _changed: int, _size: int) -> str:
    text = path.read_text("utf-8", errors="replace")
    text = _REMARK.sub(_blank, text)
    return _LINE_REMARK.sub(_blank, text) if path.suffix == ".js" else text


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


RULES = (
    SiteRule("foreign-host", Severity.ERROR, _foreign_host),
    SiteRule("script-in-image", Severity.ERROR, _script_in_image),
    SiteRule("metadata", Severity.ERROR, _metadata),
    SiteRule("storage", Severity.ERROR, _storage),
    SiteRule("ticked-box", Severity.ERROR, _ticked),
    SiteRule("obsolete-law-in-template", Severity.ERROR, _obsolete),
)
