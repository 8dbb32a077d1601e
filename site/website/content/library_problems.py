"""What is wrong with the content of an edition beyond single values: links, images, addresses."""

import difflib
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import replace

from website.content import sitedata, slugs
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.models import Item, Link
from website.content.postprocess import resolve
from website.content.problems import Problem, msg
from website.content.value_reader import line_of
from website.exceptions import ImageError

_NAMED = 8
"""Anchors that a message lists."""


def every(library: Library) -> tuple[Problem, ...]:
    """Return every problem of every file of this edition, sorted by place.

    Unreadable site data are reported alone: other problems follow from them.
    """
    if not library.is_readable:
        return library.problems
    found = list(library.problems)
    for item in library.items:
        found += of_text(library, item)
    found += of_navigation(library)
    found += _of_addresses(library)
    return tuple(sorted(set(found)))


def of_text(library: Library, item: Item) -> tuple[Problem, ...]:
    """Return the problems of one text, below its front matter."""
    found = (
        *library.render(item)[1],
        *_broken_links(library, item),
        *_broken_picture(library, item),
    )
    return tuple(replace(problem, is_public=library.is_public(item)) for problem in found)


def of_navigation(library: Library) -> Iterable[Problem]:
    """Yield the problems of menu entries that lead nowhere."""
    label = library.label(sitedata.NAME)
    for menu in ("navigation", "legal_navigation"):
        for index, item in enumerate(getattr(library.site, menu)):
            if item.address not in library.reachable:
                why = _why_missing(library, item.address)
                message = f"Die Navigation führt zu „{item.address}“. Das {why}"
                yield Problem(label, line_of(library.site.lines, (menu, index, "to")), message)


def _of_addresses(library: Library) -> Iterable[Problem]:
    """Yield the problems of texts whose address belongs to something else."""
    for item in library.items:
        address = item.address
        if library.is_german:
            for other in library.other_editions:
                if address.startswith(other.addresses.root):
                    edition = other.language.name
                    message = msg("library.within-edition", address=address, edition=edition)
                    yield Problem(item.text.label, 1, message)
            continue
        path = library.addresses.german_path(address) or ""
        if path != Addresses().of_file(item.text.file):
            message = msg(
                "library.two-at-address", address=address, label=item.text.label, path=path
            )
            line = line_of(library.site.lines, ("addresses", path.strip("/")))
            yield Problem(library.label(sitedata.NAME), line, message)


def _broken_picture(library: Library, item: Item) -> Iterable[Problem]:
    if item.image is None:
        return
    try:
        library.original(item.text, item.image.file)
    except ImageError as error:
        message = f"Das Bild „{item.image.file}“ {error}"
        yield Problem(item.text.label, item.image.line, message)


def _broken_links(library: Library, item: Item) -> Iterable[Problem]:
    for link in library.render(item)[0].links:
        if message := _broken(library, item, link):
            yield Problem(item.text.label, link.line, message)


def _broken(library: Library, item: Item, link: Link) -> str:
    path, _, anchor = link.target.partition("#")
    if path.startswith("/"):
        address = library.addresses.at_site_root(path)
        is_there = any(address in edition.reachable for edition in library.every_edition)
        return "" if is_there else f"{path} {_why_missing(library, address)}"
    file = resolve(posixpath.dirname(item.text.file), path) if path else ""
    target = library.by_file.get(file) if path else item
    if target is None:
        is_told = file in library.unreadable_addresses
        message = msg(
            "library.no-such-file", link=link.target, file=file, hint=_meant_file(library, file)
        )
        return "" if is_told else message
    if path and library.public_file(file) is None:
        return f"Der Link „{link.target}“ {target.kind.unpublished}"
    anchors = [heading.anchor for heading in library.render(target)[0].headings] if anchor else []
    if anchor and slugs.anchor(anchor) not in anchors:
        hint = _meant(slugs.anchor(anchor), anchors)
        return msg("library.no-such-heading", link=link.target, hint=hint)
    return ""


def _meant_file(library: Library, file: str) -> str:
    near = difflib.get_close_matches(file, sorted(library.by_file), n=1, cutoff=0.75)
    return f" Meinten Sie {near[0]}?" if near else msg("library.check-file")


def _why_missing(library: Library, address: str) -> str:
    """Return why nothing is published at an address, and how to correct it."""
    hidden = next((item for item in library.items if item.address == address), None)
    if hidden is None:
        near = difflib.get_close_matches(address, sorted(library.reachable), n=1)
        return msg("library.meant", address=near[0]) if near else msg("library.no-address")
    return msg("library.unpublished", label=hidden.text.label)


def _meant(anchor: str, anchors: Sequence[str]) -> str:
    """Return the anchor that was probably meant, otherwise all there are."""
    if near := difflib.get_close_matches(anchor, anchors, n=1):
        return f" Meinten Sie „#{near[0]}“?"
    named = ", ".join(f"#{each}" for each in anchors[:_NAMED])
    return msg("library.anchors", anchors=named) if named else msg("library.no-anchors")
