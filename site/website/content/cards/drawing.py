"""Drawing of social cards: wordmark, bars on a rule, topic, title and foot in the site's font.

The same texts and font give the same bytes with the same Pillow. A title of any length stays
within the margins: its size follows its length and its longest word, and what is longer than a
card can hold is cut.
"""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from PIL import Image, ImageDraw, ImageFont

from website.content.motif import BAR, GAP, LOGO, Motif

Colour = tuple[int, int, int]

PAPER = (0xFC, 0xFB, 0xF8)
INK = (0x17, 0x1C, 0x26)
INK_SOFT = (0x4A, 0x52, 0x61)
ACCENT = (0xA8, 0x24, 0x0F)

FULL = 255
"""As much of an ink as there can be, where only that is drawn."""

MARGIN = 80
"""Pixels at the sides that stay empty: messengers cut there, and round the corners."""
MARGIN_BLOCK = 64

WORDMARK = (("Interim", INK), ("Profis", ACCENT))
WORDMARK_BASELINE = 98
LOGO_UNIT = 1.7
"""Pixels: the highest of its bars is as high as the wordmark's capitals."""
LOGO_WIDTH = 108
BARS = (300, 60)
"""Pixels that the bars on the rule may take, in width and height."""
RULE = (124, 132)
"""Where the rule begins and ends, in pixels from the top."""

TOPIC_BASELINE = 190
TITLE_TOP = (160, 220)
"""Where the title's space begins, without a topic and with one."""

TITLE_SIZES = (108, 100, 92, 84, 76, 70, 64, 58, 54, 50, 46, 42, 38)
"""A title takes the largest size in which it fits its space and no word must be cut."""

TITLE_LEADING = 1.09
FOOT_LEADING = 1.35
FOOT_LINES = 2

_FINER = 2
"""Letters are drawn this many times too large and reduced: hinting would space them unevenly."""

_ABOVE_FOOT = 32
"""Pixels that stay empty between title and foot."""
_OVERHANG = 16
"""Pixels by which the ink of a title may leave its space; nothing else is drawn there."""
_FRAMES = 64
"""Of a quarter of a million pixels each: as many topics as a site may have."""
_LENGTHS = 1 << 14
"""Lines whose length is remembered: what stands on every card, and a title while it is broken."""

_WORDS = re.compile(r"[^ -]*-+|[^ -]+| +")
_SHADES = 40
_INKS = (INK, INK_SOFT, ACCENT)


@dataclass(frozen=True)
class Wording:
    """The texts and bars of a card, besides the wordmark."""

    topic: str = ""
    title: str = ""
    foot: str = ""
    bars: Motif | None = None
    """Stand on the rule."""


@dataclass(frozen=True)
class Face:
    """A face: the font in one size, weight and tracking."""

    font: bytes
    size: int
    weight: int
    tracking: float = 0.0
    """Between two letters, in parts of the size."""

    def width(self, text: str) -> float:
        """Return the width of a line in pixels."""
        return self._length(text) + self.tracking * self.size * max(0, len(text) - 1)

    def draw(
        self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, ink: Colour | int
    ) -> None:
        """Draw a line whose ink begins at ``at`` and whose baseline lies there."""
        if not text:
            return
        x = at[0] - self._pillow.getbbox(text[0], anchor="ls")[0] / _FINER
        for index, letter in enumerate(text):
            # Where the letter stands behind those before it, kerned, and then tracked.
            kerned = self._length(text[: index + 1]) - self._length(letter)
            place = x + kerned + self.tracking * self.size * index
            drawn = (place * _FINER, at[1] * _FINER)
            canvas.text(
                drawn, letter, ink, self._pillow, anchor="ls", features=_features(self._pillow)
            )

    def printable(self, text: str) -> str:
        """Return a text in characters that the font has; others lose their accents, or go."""
        return "".join(map(self._drawable, unicodedata.normalize("NFC", text)))

    def _drawable(self, character: str) -> str:
        if self._has(character):
            return character
        return "".join(filter(self._has, unicodedata.normalize("NFKD", character)))

    def _has(self, character: str) -> bool:
        return character.isspace() or self._pillow.getbbox(character) != self._missing

    def _length(self, text: str) -> float:
        return _length(self._pillow, text)

    @cached_property
    def _missing(self) -> tuple[float, float, float, float]:
        return self._pillow.getbbox("\uffff")

    @cached_property
    def _pillow(self) -> ImageFont.FreeTypeFont:
        return _opened(self.font, self.size, self.weight)


@cache
def _opened(font: bytes, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return the font in one size and weight, opened once for all cards."""
    opened = ImageFont.truetype(io.BytesIO(font), size * _FINER)
    opened.set_variation_by_axes([weight])
    return opened


@lru_cache(_LENGTHS)
def _length(font: ImageFont.FreeTypeFont, text: str) -> float:
    return font.getlength(text, features=_features(font)) / _FINER


def _features(font: ImageFont.FreeTypeFont) -> list[str] | None:
    """Return the features of the font: letters are placed one by one, so no two of them may melt.

    Where FriBiDi is not installed, Pillow knows neither features nor kerning.
    """
    return ["-liga"] if font.layout_engine == ImageFont.Layout.RAQM else None


def draw(wording: Wording, size: tuple[int, int], font: bytes) -> bytes:
    """Return a card as PNG."""
    frame = _frame(wording.topic, wording.foot, size, font)
    space = (size[0] - 2 * MARGIN, frame.below - frame.top)
    text = Face(font, 32, 700).printable(wording.title)
    face, lines = _fitted(text, font, space)
    above = frame.top - _OVERHANG
    # How much ink there is: a third of what there would be to reduce with its colour.
    ink, canvas = _blank("L", size[0], int(frame.below) + _OVERHANG - above)
    _draw_lines(canvas, face, lines, TITLE_LEADING, (_OVERHANG, FULL))
    card = frame.image.copy()
    card.paste(INK, (0, above), ink.reduce(_FINER))
    if wording.bars:
        _draw_bars(ImageDraw.Draw(card), wording.bars, size[0] - MARGIN)
    return _png(card)


def _draw_bars(canvas: ImageDraw.ImageDraw, motif: Motif, right: int) -> None:
    """Draw bars that stand on the rule and end at its right."""
    unit = BARS[0] / motif.width
    left = right - BARS[0]
    for number, height in enumerate(motif.heights):
        x = left + number * (BAR + GAP) * unit
        top = RULE[0] - max(1, BARS[1] * height / max(motif.heights))
        ink = ACCENT if number == motif.red else INK
        canvas.rectangle((round(x), round(top), round(x + BAR * unit) - 1, RULE[0] - 1), ink)


@dataclass(frozen=True)
class _Frame:
    """A card without its title."""

    image: Image.Image
    top: int
    """Where the title's space begins, and where it ends."""
    below: float


@lru_cache(_FRAMES)
def _frame(topic: str, foot: str, size: tuple[int, int], font: bytes) -> _Frame:
    """Return what the cards of a topic share; drawn once and cached."""
    image, canvas = _blank("RGB", *size, PAPER)
    width = size[0] - 2 * MARGIN
    _draw_wordmark(canvas, font)
    right = (MARGIN + width) * _FINER - 1
    canvas.rectangle((MARGIN * _FINER, RULE[0] * _FINER, right, RULE[1] * _FINER - 1), INK)
    small = Face(font, 32, 700)
    topic = _cut(small, small.printable(topic), width)
    small.draw(canvas, (MARGIN, TOPIC_BASELINE), topic, ACCENT)
    face = Face(font, 30, 500)
    lines = _shortened(face, face.printable(foot), width, FOOT_LINES)
    below = size[1] - MARGIN_BLOCK - face.size * FOOT_LEADING * len(lines)
    _draw_lines(canvas, face, lines, FOOT_LEADING, (below, INK_SOFT))
    return _Frame(image.reduce(_FINER), TITLE_TOP[bool(topic)], below - _ABOVE_FOOT)


def _blank(
    mode: str, width: int, height: int, paper: Colour | int = 0
) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new(mode, (width * _FINER, height * _FINER), paper)
    return image, ImageDraw.Draw(image)


def _draw_wordmark(canvas: ImageDraw.ImageDraw, font: bytes) -> None:
    face = Face(font, 46, 800, -0.03)
    for number, height in enumerate(LOGO.heights):
        left = (MARGIN + number * (BAR + GAP) * LOGO_UNIT) * _FINER
        top = (WORDMARK_BASELINE - height * LOGO_UNIT) * _FINER
        box = (left, top, left + BAR * LOGO_UNIT * _FINER, WORDMARK_BASELINE * _FINER - 1)
        canvas.rectangle(tuple(map(round, box)), ACCENT if number == LOGO.red else INK)
    x: float = MARGIN + LOGO_WIDTH
    for text, ink in WORDMARK:
        face.draw(canvas, (x, WORDMARK_BASELINE), text, ink)
        x += face.width(text) + face.tracking * face.size


def _draw_lines(
    canvas: ImageDraw.ImageDraw,
    face: Face,
    lines: Sequence[str],
    leading: float,
    place: tuple[float, Colour | int],
) -> None:
    """Draw lines from the top of the first one's space down."""
    top, ink = place
    for number, line in enumerate(lines, start=1):
        # A quarter of the size is for what hangs below the baseline.
        baseline = top + round(face.size * (leading * number - 0.26))
        face.draw(canvas, (MARGIN, baseline), line, ink)


def _fitted(text: str, font: bytes, space: tuple[float, float]) -> tuple[Face, list[str]]:
    """Return the size for a title and its lines; cut it if no size is small enough."""
    width, height = space
    for size in TITLE_SIZES:
        face = Face(font, size, 700, -0.02)
        lines = _broken(face, text, width)
        fits = all(face.width(line) <= width for line in lines)
        if fits and len(lines) * size * TITLE_LEADING <= height:
            return face, _balanced(face, text, width)
    return face, _shortened(face, text, width, int(height // (face.size * TITLE_LEADING)))


def _shortened(face: Face, text: str, width: float, room: int) -> list[str]:
    """Break a text into no more lines than there is room for, even if words must be cut."""
    text = _hyphenated(face, text, width)
    lines = _broken(face, text, width)
    if len(lines) <= room:
        return _balanced(face, text, width)
    return [*lines[: room - 1], _cut(face, " ".join(lines[room - 1 : room + 1]), width)]


def _balanced(face: Face, text: str, width: float) -> list[str]:
    """Break a text into as few lines as the width allows, of about the same length."""
    lines = _broken(face, text, width)
    low, high = width / 2, width
    while high - low > 1:
        middle = (low + high) / 2
        tried = _broken(face, text, middle)
        if len(tried) == len(lines) and all(face.width(line) <= middle for line in tried):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _broken(face: Face, text: str, width: float) -> list[str]:
    """Fill line after line; breaks at spaces and behind hyphens, never at a no-break space."""
    lines = [""]
    for piece in _WORDS.findall(text):
        if lines[-1].strip() and face.width((lines[-1] + piece).rstrip(" ")) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip(" ") for line in lines if line.strip(" ")]


def _hyphenated(face: Face, text: str, width: float) -> str:
    """Return the text with hyphens in words that are wider than a line."""
    words = []
    for word in text.split(" "):
        rest = word
        while face.width(rest) > width:
            end = max(n for n in range(1, len(rest)) if face.width(rest[:n] + "-") <= width)
            words.append(rest[:end] + "-")
            rest = rest[end:]
        words.append(rest)
    return " ".join(words)


def _cut(face: Face, text: str, width: float) -> str:
    """Return a line shortened to a width, with an ellipsis if anything is missing."""
    if face.width(text) <= width:
        return text
    while text and face.width(f"{text} …") > width:
        text = text[:-1].rstrip()
    return f"{text} …"


def _png(image: Image.Image) -> bytes:
    """Return an image as PNG with few colours: the paper, and each ink fading into it."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for ink in _INKS for colour in _shades(ink) for channel in colour])
    file = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _shades(ink: Colour) -> list[list[int]]:
    last = _SHADES - 1
    return [
        [round(paper + (full - paper) * n / last) for paper, full in zip(PAPER, ink, strict=True)]
        for n in range(_SHADES)
    ]
