"""Checks of templates, scripts and styles against the promises of the privacy policy.

Pages must not request other hosts, store data on the visitor's device or pre-tick boxes (§ 25
TDDDG, Art. 4 Nr. 11 DSGVO), nor cite repealed laws.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from website.checking import rules
from website.checking.check_context import SOURCES, SiteContext
from website.checking.rules import FoundAnywhere, Rule, site_rule
from website.content import graphics, image_decoding
from website.content.files import IMAGES, FileKind
from website.exceptions import ImageError
from website.infra import disk
from website.infra.disk import State

FOR_STAFF = tuple(
    f"{folder}/{part}/" for folder in SOURCES for part in ("authoring", "editor", "inbox")
)
"""Never sent to visitors; what staff's own browsers keep concerns no visitor."""

KINDS = frozenset({".html", ".xml", ".css", ".js"})

_REMARK = re.compile(r"/\*.*?\*/|<!--.*?-->|\{#.*?#\}", re.DOTALL)
_LINE_REMARK = re.compile(r"(?m)^\s*//.*$")


@site_rule("storage", "ticked-box", "obsolete-law-in-template")
def _in_sources(rule: Rule, site: SiteContext) -> FoundAnywhere:
    """Yield what a rule's table tells to look for in each kind of file."""
    files = list(_files(site))
    for row in rule.row["sources"]:
        other = rules.table().get(row.get("pattern_of", ""))
        pattern = other.pattern() if other else rule.compiled(row["pattern"])
        for file, path in files:
            is_exempt = row.get("not_for_staff") and file.startswith(FOR_STAFF)
            if is_exempt or file[file.rfind(".") :] not in row["kinds"]:
                continue
            for line, found in _found(pattern, path, disk.state(path)):
                yield file, line, rule.message(found=found)


@site_rule("foreign-host")
def _foreign_host(rule: Rule, site: SiteContext) -> FoundAnywhere:
    yield from _in_sources(rule, site)
    yield from _in_graphics(site, foreign=True)


@site_rule("script-in-image")
def _script_in_image(_rule: Rule, site: SiteContext) -> FoundAnywhere:
    return _in_graphics(site, foreign=False)


def _in_graphics(site: SiteContext, *, foreign: bool) -> FoundAnywhere:
    for file, path in _images(site):
        if path.suffix.lower() == ".svg":
            for fault in _faults(path):
                if fault.is_foreign == foreign:
                    yield file, fault.line, f"Diese Zeile {fault.message}"


def _faults(path: Path) -> Sequence[graphics.Fault]:
    """Return the faults of a graphic; an unreadable one is reported where a text shows it."""
    try:
        return graphics.read(path.read_bytes()).faults
    except (ImageError, OSError):
        return ()


@site_rule("metadata")
def _metadata(rule: Rule, site: SiteContext) -> FoundAnywhere:
    """Images of texts are re-encoded; those of the design are published as they are."""
    for file, path in _images(site):
        if file.startswith("static/") and (kinds := image_decoding.metadata(path.read_bytes())):
            yield file, 1, rule.message(kinds=", ".join(kinds))


def _images(site: SiteContext) -> Iterator[tuple[str, Path]]:
    """Yield every image that visitors' browsers may get."""
    for name, found in site.checkout:
        path = Path(found.path)
        if name.startswith("static/") and found.state and path.suffix.lower() in IMAGES:
            yield name, path
    for file in site.library.file_cache.files:
        if file.kind is FileKind.IMAGE:
            yield site.label(file.name), site.library.folder / file.name


def _files(site: SiteContext) -> Iterator[tuple[str, Path]]:
    """Yield every file with code that visitors' browsers may get."""
    for name, found in site.checkout:
        path = Path(found.path)
        if found.state and path.suffix in KINDS:
            yield name, path
    yield site.data_label, site.library.folder / "website.toml"


@functools.lru_cache(maxsize=4096)
def _found(
    pattern: re.Pattern[str], path: Path, state: State | None
) -> tuple[tuple[int, str], ...]:
    """Return what a pattern finds in a file's text less remarks, each with its line."""
    if state is None:
        return ()
    text = _REMARK.sub(_blank, path.read_text("utf-8", errors="replace"))
    if path.suffix == ".js":
        text = _LINE_REMARK.sub(_blank, text)
    return tuple(
        (text.count("\n", 0, found.start()) + 1, " ".join(found[0].split()))
        for found in pattern.finditer(text)
    )


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
