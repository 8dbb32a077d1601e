"""Last pass over the tree of a rendered text: typography, links, images, allowed attributes.

Runs after Python-Markdown has made its tree and before it writes HTML. Applies typography, marks
foreign words, resolves links and images, wraps tables, and removes unknown attributes.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from markdown.util import AMP_SUBSTITUTE

from website.content import kinds, slugs, typography
from website.content.addresses import Addresses
from website.content.blocks import CHECKLIST, INSERT_MARK, INSERTS
from website.content.languages import Language
from website.content.models import (
    DECORATIVE,
    Heading,
    Image,
    ImageSource,
    Link,
    TextContent,
    alt_text,
)
from website.content.problems import msg
from website.exceptions import ImageError
from website.infra.german import NO_BREAK_SPACE
from website.infra.text import web_parts

_VERBATIM = frozenset({"code", "pre", "kbd", "samp"})
_INLINE = frozenset({
    "a", "abbr", "b", "br", "del", "em", "i", "img", "span", "strong", "sub", "sup",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "alt", "class", "data-align", "data-done", "data-variant", "href", "id", "lang", "src", "start",
    "title",
})  # fmt: skip

_ALIGNMENT = re.compile(r"text-align: (left|right|center)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OTHER_SCHEMES = frozenset({"mailto", "tel"})
_HEADING = re.compile("h[1-6]")
_BLANK = re.compile(r"\s")


@dataclass
class Postprocessor:
    """Postprocessor of one text; afterwards holds its headings, links, images and problems."""

    text: TextContent
    folder: str
    """Of the file, below the content folder: ``artikel``."""
    addresses: Addresses
    language: Language
    find_image: Callable[[str], Image]
    """Finds an image beside the text; raises :class:`ImageError`."""
    below_picture: bool
    """Whether the page shows a picture above the text."""
    foreign: re.Pattern[str] | None
    languages: Mapping[str, str]
    problems: list[tuple[int, str]] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    words: int = 0
    _opening: set[ET.Element] = field(default_factory=set)
    _rows: Mapping[ET.Element, int] = field(default_factory=dict)
    _sources: dict[ET.Element, tuple[ImageSource, ...]] = field(default_factory=dict)

    def finish(self, root: ET.Element, rows: Mapping[ET.Element, int]) -> None:
        """Finish the tree in place.

        :param rows: of the text, on which elements begin, counted from 0.
        """
        self._rows = rows
        self._check_inserts(root)
        elements = list(root.iter())
        self._opening = set(root[0].iter()) if len(root) else set()
        for element in elements:
            self._finish_element(element)
        for element in elements:
            if element.tag not in _INLINE and element.tag not in _VERBATIM:
                _set_typography(element, self.language)
        if self.foreign:
            for element in elements:
                self._mark_foreign(element, self.foreign)
        self._collect_headings(elements)
        self._wrap_figures(elements)
        self._wrap_pictures(root)
        self._wrap_tables(root, elements)
        self._link_checklists(elements)
        self.words = sum(len(piece.split()) for piece in root.itertext())

    def _link_checklists(self, elements: list[ET.Element]) -> None:
        """Add to each checklist of an article a link to its page for printing."""
        kind, name = kinds.of_file(self.text.file) or (None, "")
        if kind is not kinds.ARTICLES:
            return
        for element in elements:
            if element.attrib.get("data-variant") == CHECKLIST:
                place = ET.SubElement(element, "p", {"class": "box__print"})
                link = ET.SubElement(place, "a", {"href": self.addresses.checklist(name)})
                link.text = self.language.gettext("Checkliste zum Drucken")

    def _line(self, element: ET.Element) -> int:
        """Return the line of the file on which an element begins."""
        return self.text.line + self._rows.get(element, 0)

    def _finish_element(self, element: ET.Element) -> None:
        if element.attrib:
            _finish_attributes(element.attrib)
        if "data-done" in element.attrib:
            is_done = element.attrib["data-done"] == "true"
            gettext = self.language.gettext
            element.set("data-state", gettext("erledigt:") if is_done else gettext("offen:"))
        if element.tag == "a":
            self._finish_link(element)
        elif element.tag == "img":
            self._finish_image(element)
        elif element.tag == "h1":
            self.problems.append((self._line(element), msg("markup.second-title")))
        if _HEADING.fullmatch(element.tag) and not _has_words(element):
            self.problems.append((self._line(element), msg("markup.empty-heading")))

    def _check_label(self, link: ET.Element) -> None:
        """Report a link without text or only with images that have none (WCAG 2.4.4)."""
        written = [image.attrib.get("alt", "").strip() for image in link.iter("img")]
        if all(written) and not _has_words(link):
            message = msg("markup.link-without-words")
            if written:
                message = msg("markup.picture-without-words")
            self.problems.append((self._line(link), message))

    def _finish_link(self, element: ET.Element) -> None:
        self._check_label(element)
        href = element.attrib.get("href", "").strip()
        scheme = urlsplit(href).scheme.lower() if _can_be_split(href) else "?"
        if web_parts(href) or scheme in _OTHER_SCHEMES or AMP_SUBSTITUTE in href:
            if scheme not in _OTHER_SCHEMES and _BLANK.search(href):
                message = msg("markup.link-with-space", href=" ".join(href.split()))
                self.problems.append((self._line(element), message))
            return
        if href.startswith("#") and href != "#":
            if not element.attrib.get("class", "").startswith("footnote"):
                self._remember_link(element, href)
                element.set("href", f"#{slugs.anchor(href[1:])}")
        elif not scheme and href.startswith("/"):
            element.set("href", self.addresses.at_site_root(href))
            self._remember_link(element, href)
        elif not scheme and href.partition("#")[0].endswith(".md"):
            self._remember_link(element, href)
            element.set("href", self._own_address(href))
        elif _MAIL.fullmatch(href):
            element.set("href", f"mailto:{href}")
        else:
            element.attrib.pop("href", None)
            self.problems.append((self._line(element), msg("markup.link-nowhere", href=href)))

    def _remember_link(self, element: ET.Element, href: str) -> None:
        self.links.append(Link(href, self._line(element)))

    def _own_address(self, href: str) -> str:
        path, hash_sign, anchor = href.partition("#")
        anchor = slugs.anchor(anchor) if anchor else ""
        return self.addresses.of_file(resolve(self.folder, path)) + hash_sign + anchor

    def _finish_image(self, element: ET.Element) -> None:
        source = unquote(element.attrib.get("src", ""))
        line = self._line(element)
        try:
            image = self.find_image(source)
        except ImageError as error:
            element.attrib.pop("src", None)
            self.problems.append((line, f"Das Bild „{source}“ {error}"))
        else:
            element.attrib.update(
                src=image.address, width=str(image.width), height=str(image.height)
            )
            element.attrib.update(self._urgency(element))
            self._sources[element] = image.sources
            self.images.append(source)
        written = element.attrib.get("alt", "").strip()
        element.set("alt", typography.set_text(alt_text(written), self.language))
        if not written:
            self.problems.append((line, msg("markup.no-alt", source=source, decorative=DECORATIVE)))

    def _urgency(self, image: ET.Element) -> dict[str, str]:
        """Return what lets an image wait until it is near, unless the page begins with it."""
        if image in self._opening and not self.images and not self.below_picture:
            return {"fetchpriority": "high"}
        return {"loading": "lazy", "decoding": "async"}

    def _wrap_pictures(self, root: ET.Element) -> None:
        parents = _parents(root) if self._sources else {}
        for image, sources in self._sources.items():
            if sources:
                picture = ET.Element("picture")
                for source in sources:
                    ET.SubElement(picture, "source", source.attributes)
                _enclose(image, parents[image], picture)

    def _check_inserts(self, root: ET.Element) -> None:
        top = set(root)
        for element in root.iter("div"):
            mark = element.text or ""
            if not mark.startswith(INSERT_MARK):
                continue
            name = mark.strip(INSERT_MARK)
            if element not in top or name not in INSERTS:
                element.text = ""
            if element not in top:
                advice = msg("markup.insert-in-box", name=name)
                self.problems.append((self._line(element), advice))

    def _mark_foreign(self, element: ET.Element, foreign: re.Pattern[str]) -> None:
        if element.tag in _VERBATIM or "lang" in element.attrib:
            return
        pieces = foreign.split(element.text or "")
        if len(pieces) > 1:
            element.text = pieces[0]
            self._insert_foreign(element, 0, pieces)
        for child in list(element):
            pieces = foreign.split(child.tail or "")
            if len(pieces) > 1:
                child.tail = pieces[0]
                self._insert_foreign(element, list(element).index(child) + 1, pieces)

    def _insert_foreign(self, parent: ET.Element, index: int, pieces: list[str]) -> None:
        """Wrap every foreign term in a ``span``, with the text behind it as its tail."""
        for offset, (term, tail) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True)):
            span = ET.Element("span", {"lang": self.languages[plain(term)]})
            span.text = term
            span.tail = tail
            parent.insert(index + offset, span)

    def _collect_headings(self, elements: list[ET.Element]) -> None:
        for element in elements:
            if element.tag in {"h2", "h3"}:
                text = "".join(element.itertext()).strip()
                self.headings.append(Heading(int(element.tag[1]), element.attrib["id"], text))

    def _wrap_figures(self, elements: list[ET.Element]) -> None:
        """Turn an image that is a paragraph of its own into a figure; its title is the caption.

        Figures with a caption are numbered.
        """
        count = 0
        for paragraph in elements:
            if paragraph.tag != "p" or len(paragraph) != 1 or paragraph[0].tag != "img":
                continue
            image = paragraph[0]
            if (paragraph.text or "").strip() or (image.tail or "").strip():
                continue
            paragraph.tag = "figure"
            paragraph.set("class", "figure")
            if caption := image.attrib.pop("title", ""):
                count += 1
                number = ET.Element("p", {"class": "figure__number"})
                label = self.language.gettext("Abbildung %(number)s") % {"number": count}
                number.text = label.replace(" ", NO_BREAK_SPACE)
                paragraph.insert(0, number)
                shown = typography.set_text(caption, self.language)
                ET.SubElement(paragraph, "figcaption").text = shown

    def _wrap_tables(self, root: ET.Element, elements: list[ET.Element]) -> None:
        """Wrap tables in regions that scroll, also by keyboard (WCAG 2.1.1)."""
        if next(root.iter("table"), None) is None:
            return
        parents = _parents(root)
        labels: list[str] = []
        heading = ""
        for element in elements:
            if element.tag in {"h2", "h3"}:
                heading = "".join(element.itertext()).strip()
            elif element.tag == "table":
                gettext = self.language.gettext
                named = gettext("Tabelle: %(heading)s") % {"heading": heading}
                labels.append(named if heading else gettext("Tabelle"))
                count = labels.count(labels[-1])
                label = labels[-1] if count == 1 else f"{labels[-1]} ({count})"
                wrapper = {"class": "table", "aria-label": label, "tabindex": "0"}
                _enclose(element, parents[element], ET.Element("section", wrapper))


Slot = tuple[ET.Element, str]
"""A place in the tree that holds text: an element, and ``text`` or ``tail``."""


def resolve(folder: str, path: str) -> str:
    """Resolve a relative path from a folder below the content folder."""
    return posixpath.normpath(posixpath.join(folder, unquote(path)))


def plain(term: str) -> str:
    """Return a foreign term in the form in which the site data list it."""
    return " ".join(term.split())


def _has_words(element: ET.Element) -> bool:
    """Return whether an element holds text, or an image with a description."""
    described = (alt_text(image.attrib.get("alt", "").strip()) for image in element.iter("img"))
    return any(described) or bool("".join(element.itertext()).strip())


def _parents(root: ET.Element) -> dict[ET.Element, ET.Element]:
    return {child: parent for parent in root.iter() for child in parent}


def _finish_attributes(attributes: dict[str, str]) -> None:
    if alignment := _ALIGNMENT.search(attributes.get("style", "")):
        attributes["data-align"] = alignment[1]
    for name in attributes.keys() - _ATTRIBUTES:
        del attributes[name]


def _set_typography(element: ET.Element, language: Language) -> None:
    """Apply typography to one paragraph, across its inline markup but never inside code."""
    slots: list[Slot | None] = []
    runs: list[str] = []
    _gather(element, slots, runs)
    if any(slot and run.strip() for slot, run in zip(slots, runs, strict=True)):
        for slot, run in zip(slots, typography.set_runs(runs, language), strict=True):
            if slot:
                setattr(*slot, run)


def _gather(element: ET.Element, slots: list[Slot | None], runs: list[str]) -> None:
    """Collect the text slots of one paragraph; None for what must not be changed."""
    if element.text:
        slots.append((element, "text"))
        runs.append(element.text)
    for child in element:
        if child.tag in _INLINE:
            _gather(child, slots, runs)
        else:
            slots.append(None)
            runs.append(typography.SKIPPED)
        if child.tail:
            slots.append((child, "tail"))
            runs.append(child.tail)


def _enclose(element: ET.Element, parent: ET.Element, wrapper: ET.Element) -> None:
    """Put an element into a wrapper, at its own place."""
    wrapper.tail, element.tail = element.tail, None
    parent[list(parent).index(element)] = wrapper
    wrapper.append(element)


def _can_be_split(href: str) -> bool:
    try:
        urlsplit(href)
    except ValueError:
        return False
    return True
