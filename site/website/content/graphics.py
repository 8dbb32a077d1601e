"""Size of SVG graphics, and their check for scripts and external resources.

Browsers run scripts of a graphic that is opened by its address, and load what it references. So
graphics with scripts, foreign markup or external references are refused, with the line. They are
parsed with expat, which loads nothing; a declared entity (XXE, "billion laughs") ends the parsing.
"""

import base64
import binascii
import re
import sys
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from website.content import image_decoding
from website.content.problems import msg
from website.exceptions import ImageError
from website.infra.text import shortened

LARGEST = 100_000
"""Pixels on a side; more is a mistake of the program that wrote it."""

LONGEST_SHOWN = 60
"""Characters of an address in a message."""

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_ACTIVE = frozenset({
    "audio", "embed", "foreignobject", "handler", "iframe", "listener", "object", "script", "video",
})  # fmt: skip
_LINKS = frozenset({"http", "https", "mailto", "tel"})

_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4,
    "q": 96 / 101.6, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0,
}  # fmt: skip
"""Of one unit (CSS Values 4, 6); a font is taken to have 16 pixels, as browsers do."""

_LENGTH = re.compile(r"\s*\+?((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_NUMBERS = re.compile(r"[\s,]+")
_DATA = re.compile(r"data:image/(?:avif|gif|jpe?g|png|webp);base64,(.*)", re.IGNORECASE | re.DOTALL)
_FONT = re.compile(r"data:(?:font/|application/(?:x-)?font)", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_CHANGED = re.compile(r"\s*(?:on|(?:[^:]*:)?href)", re.IGNORECASE)
"""Attributes that an animation must not set."""
_SPACES = re.compile(r"[\s\x00-\x20]+")

_NAMESPACE = re.compile(
    r"""@namespace\s*+(?:(?!url\()[\w-]++\s*+)?+(?:url\(\s*+)?+["']?http://www\.w3\.org/""",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_LOADED = re.compile(
    r"""url\(["']?([^"')]*)|@import([^;]*)|["']((?:https?:)?//[^"']*)""", re.IGNORECASE
)
"""What a style sheet without white space loads."""


@dataclass(frozen=True)
class Fault:
    """Forbidden content of a graphic."""

    line: int
    message: str
    """Goes on after „Diese Zeile“."""
    is_foreign: bool = False
    """Whether something is loaded from elsewhere."""


def _size(attributes: dict[str, str]) -> tuple[int, int]:
    width = _length(attributes.get("width", ""))
    height = _length(attributes.get("height", ""))
    box_width, box_height = _box(attributes.get("viewBox", ""))
    if box_width and box_height:
        if not width:
            width = height * box_width / box_height if height else box_width
        height = height or width * box_height / box_width
    if not width or not height:
        raise ImageError(msg("graphic.no-size"))
    if max(width, height) > LARGEST:
        raise ImageError(msg("graphic.too-large", longest=LARGEST))
    return max(1, round(width)), max(1, round(height))


def _length(text: str) -> float:
    """Return a length in pixels; 0 where it depends on where the graphic is shown."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _PIXELS.get(found[2].lower(), 0) if found else 0


def _box(text: str) -> tuple[float, float]:
    try:
        _, _, width, height = map(float, _NUMBERS.split(text.strip()))
    except ValueError:
        return 0, 0
    return (width, height) if 0 < width < LARGEST**2 and 0 < height < LARGEST**2 else (0, 0)


class _Ended(Exception):  # noqa: N818 - no error: nothing that follows needs to be read
    pass


class Graphic:
    """A graphic: its outermost element, and what it must not hold, collected while it is parsed."""

    def __init__(self) -> None:
        self.root = ""
        """The name of the outermost element."""
        self.attributes: dict[str, str] = {}
        """Of the outermost element."""
        self.faults: list[Fault] = []
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        self._open: list[tuple[int, list[str]]] = []
        """Of each open element: its line, and its text without that of elements within."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self.root:
            self.root, self.attributes = local, attributes
        tag = local.lower()
        if namespace == _XHTML or tag == "script" or (namespace in {"", _SVG} and tag in _ACTIVE):
            self._fault("element", name=local)
        for attribute, value in attributes.items():
            self._attribute(tag, attribute, value)
        self._open.append((self.parser.CurrentLineNumber, []))

    def _end(self, name: str) -> None:
        line, texts = self._open.pop()
        if name.rpartition(" ")[2].lower() == "style":
            self._styles("".join(texts), line)

    def _text(self, text: str) -> None:
        self._open[-1][1].append(text)

    def _entity(self, name: str, *_: object) -> NoReturn:
        self._fault("entity", name=name)
        raise _Ended

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self._foreign("<?xml-stylesheet?>")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        local = name.rpartition(" ")[2].lower()
        if name.lower().startswith("on"):
            self._fault("script", name=name)
        elif local == "attributename" and _CHANGED.match(value):
            self._fault("animation", value=value)
        elif local in {"href", "src"}:
            self._reference(tag, _SPACES.sub("", value))
        elif name == "style" or "url(" in _unescaped(value).lower():
            self._styles(value, self.parser.CurrentLineNumber)

    def _reference(self, tag: str, target: str) -> None:
        scheme = found[1].lower() if (found := _SCHEME.match(target)) else ""
        if not target or target.startswith("#"):
            return
        if photo := _DATA.fullmatch(target):
            self._photo(photo[1])
        elif tag == "a" and (not scheme or scheme in _LINKS):
            return
        elif scheme in {"javascript", "vbscript", "data"}:
            self._fault("scheme", scheme=scheme)
        else:
            self._foreign(target)

    def _photo(self, encoded: str) -> None:
        try:
            kinds = image_decoding.metadata(base64.b64decode(encoded))
        except binascii.Error:
            return
        if kinds:
            self._fault("photo", kinds=", ".join(kinds))

    def _styles(self, styles: str, line: int) -> None:
        styles = _SPACES.sub("", _NAMESPACE.sub("", _unescaped(styles)))
        for found in _LOADED.finditer(styles):
            target = found[1] or found[2] or found[3] or ""
            if photo := _DATA.match(target):
                self._photo(photo[1])
            elif target and not target.startswith("#") and not _FONT.match(target):
                self._foreign(target, line)

    def _foreign(self, target: str, line: int = 0) -> None:
        self._fault("foreign", line, target=shortened(target, LONGEST_SHOWN))

    def _fault(self, key: str, /, line: int = 0, **values: str) -> None:
        line = line or self.parser.CurrentLineNumber
        self.faults.append(Fault(line, msg(f"graphic.{key}", **values), key == "foreign"))


def size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels.

    :raises ImageError: if it is none, does not say its size, or must not be published.
    """
    graphic = read(data)
    for fault in graphic.faults:
        raise ImageError(msg("graphic.not-published", line=fault.line, fault=fault.message))
    if graphic.root != "svg":
        raise ImageError(msg("graphic.no-graphic"))
    return _size(graphic.attributes)


def read(data: bytes) -> Graphic:
    """Return what a graphic holds.

    :raises ImageError: if it is not well-formed XML.
    """
    graphic = Graphic()
    try:
        graphic.parser.Parse(data, True)
    except _Ended:
        pass
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise ImageError(msg("graphic.broken", line=graphic.parser.ErrorLineNumber)) from error
    return graphic


def _unescaped(styles: str) -> str:
    """Return a style sheet without escapes (CSS Syntax 3, 4.3.7)."""
    return _ESCAPE.sub(_plain, styles)


def _plain(escape: re.Match[str]) -> str:
    number = int(escape[1], 16) if escape[1] else ord(escape[2])
    is_surrogate = number in range(0xD800, 0xE000)
    return "\ufffd" if is_surrogate or number > sys.maxunicode else chr(number)
