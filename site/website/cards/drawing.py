"""Draws a social card: wordmark, rule, topic, title, and a line at the foot, in the site's type.

The same texts and font give the same bytes with the same Pillow. A title of any length stays
within the margins: its size follows its length and its longest word, and what is longer than a
card can hold is cut.
"""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from website.cards.wording import Wording

Colour = tuple[int, int, int]

PAPER = (0xFC, 0xFB, 0xF8)
INK = (0x17, 0x1C, 0x26)
INK_SOFT = (0x4A, 0x52, 0x61)
ACCENT = (0xA8, 0x24, 0x0F)

MARGIN = 80
"""Pixels at the sides that stay empty: messengers cut there, and round the corners."""
MARGIN_BLOCK = 64

WORDMARK = (("Interim", INK), ("Profis", ACCENT))
WORDMARK_BASELINE = 98
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

_FEATURES = ["-liga"]
"""Letters are placed one by one, so no two of them may melt."""

_FINER = 2
"""Letters are drawn this many times too large and reduced: hinting would space them unevenly."""

_WORDS = re.compile(r"[^ -]*-+|[^ -]+| +")
_SHADES = 40
_INKS = (INK, INK_SOFT, ACCENT)


@dataclass(frozen=True)
class Face:
    """The font in one size, weight and tracking."""

    font: bytes
    size: int
    weight: int
    tracking: float = 0.0
    """Between two letters, in parts of the size."""

    def width(self, text: str) -> float:
        """Measure a line, in pixels."""
        return self._length(text) + self.tracking * self.size * max(0, len(text) - 1)

    def draw(
        self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, ink: Colour
    ) -> None:
        """Draw a line. It touches ``at`` on the left with its ink, below with its baseline."""
        if not text:
            return
        x = at[0] - self._pillow.getbbox(text[0], anchor="ls")[0] / _FINER
        for index, letter in enumerate(text):
            # Where the letter stands behind those before it, kerned, and then tracked.
            kerned = self._length(text[: index + 1]) - self._length(letter)
            place = x + kerned + self.tracking * self.size * index
            drawn = (place * _FINER, at[1] * _FINER)
            canvas.text(drawn, letter, ink, self._pillow, anchor="ls", features=_FEATURES)

    def printable(self, text: str) -> str:
        """Give a text in characters that the font has; others lose their accents, or go."""
        return "".join(map(self._drawable, unicodedata.normalize("NFC", text)))

    def _drawable(self, character: str) -> str:
        if self._has(character):
            return character
        return "".join(filter(self._has, unicodedata.normalize("NFKD", character)))

    def _has(self, character: str) -> bool:
        return character.isspace() or self._pillow.getbbox(character) != self._missing

    def _length(self, text: str) -> float:
        return self._pillow.getlength(text, features=_FEATURES) / _FINER

    @cached_property
    def _missing(self) -> tuple[float, float, float, float]:
        return self._pillow.getbbox("\uffff")

    @cached_property
    def _pillow(self) -> ImageFont.FreeTypeFont:
        font = ImageFont.truetype(io.BytesIO(self.font), self.size * _FINER)
        font.set_variation_by_axes([self.weight])
        return font


def draw(wording: Wording, size: tuple[int, int], font: bytes) -> bytes:
    """Draw a card as PNG."""
    image = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), PAPER)
    canvas = ImageDraw.Draw(image)
    width = size[0] - 2 * MARGIN
    _draw_wordmark(canvas, font)
    _draw_rule(canvas, width)
    small = Face(font, 32, 700)
    topic = _cut(small, small.printable(wording.topic), width)
    small.draw(canvas, (MARGIN, TOPIC_BASELINE), topic, ACCENT)
    top = TITLE_TOP[bool(topic)]
    foot = Face(font, 30, 500)
    lines = _shortened(foot, foot.printable(wording.foot), width, FOOT_LINES)
    below = size[1] - MARGIN_BLOCK - foot.size * FOOT_LEADING * len(lines)
    _draw_lines(canvas, foot, lines, FOOT_LEADING, (below, INK_SOFT))
    title, lines = _fitted(small.printable(wording.title), font, (width, below - 32 - top))
    _draw_lines(canvas, title, lines, TITLE_LEADING, (top, INK))
    return _png(image.reduce(_FINER))


def _draw_rule(canvas: ImageDraw.ImageDraw, width: int) -> None:
    right = (MARGIN + width) * _FINER - 1
    canvas.rectangle((MARGIN * _FINER, RULE[0] * _FINER, right, RULE[1] * _FINER - 1), INK)


def _draw_wordmark(canvas: ImageDraw.ImageDraw, font: bytes) -> None:
    face = Face(font, 46, 800, -0.03)
    x: float = MARGIN
    for text, ink in WORDMARK:
        face.draw(canvas, (x, WORDMARK_BASELINE), text, ink)
        x += face.width(text) + face.tracking * face.size


def _draw_lines(
    canvas: ImageDraw.ImageDraw,
    face: Face,
    lines: Sequence[str],
    leading: float,
    place: tuple[float, Colour],
) -> None:
    """Draw lines from the top of the first one's space down."""
    top, ink = place
    for number, line in enumerate(lines, start=1):
        # A quarter of the size is for what hangs below the baseline.
        baseline = top + round(face.size * (leading * number - 0.26))
        face.draw(canvas, (MARGIN, baseline), line, ink)


def _fitted(text: str, font: bytes, space: tuple[float, float]) -> tuple[Face, list[str]]:
    """Choose the size for a title and break it into lines; cut it where no size is small enough."""
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
    """Put hyphens into words that are wider than a line."""
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
    """Shorten a line that is too wide, and show that something is missing."""
    if face.width(text) <= width:
        return text
    while text and face.width(f"{text} …") > width:
        text = text[:-1].rstrip()
    return f"{text} …"


def _png(image: Image.Image) -> bytes:
    """Write few colours in few bytes: the paper, and each ink as it fades into it."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for ink in _INKS for colour in _shades(ink) for channel in colour])
    file = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _shades(ink: Colour) -> list[list[int]]:
    last = _SHADES - 1
    return [
        [round(paper + (full - paper) * n / last) for paper, full in zip(PAPER, ink, strict=True)]
        for n in range(_SHADES)
    ]
