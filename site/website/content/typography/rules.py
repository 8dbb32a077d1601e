"""The model of a language's typographic rules, and conversion of straight quotation marks."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

DASH, ELLIPSIS = "\N{EN DASH}", "\N{HORIZONTAL ELLIPSIS}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

_SINGLE_END = re.compile(rf"'(?<=[^\s(\[{{/{DASH}-]')(?!\w)")

Edits = Callable[[str], Iterable[tuple[int, str]]]
"""Yields positions in a text, and what is to stand there."""

NARROW_SPACE, FULL_SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

# Setting once must be enough: a pattern that looks at what another rule may rewrite also accepts
# what that rule writes, so a space of any kind, either dash, three dots or the ellipsis. Patterns
# begin with a literal or a set of characters: that makes the search fast.
GAP = f"[ \n{FULL_SPACE}{NARROW_SPACE}]"
STROKE = f"[-{DASH}]"
FIRST = rf"[0-9](?<![\w.,:/+{ELLIPSIS}{DASH}-][0-9])(?<![0-9]\s[0-9])(?<![0-9]\s{STROKE}\s[0-9])"
"""The first digit of what is no longer number, date, telephone number or identifier."""


@dataclass(frozen=True)
class Quotes:
    """The outer and inner quotation marks of a language."""

    outer_open: str
    outer_close: str
    inner_open: str
    inner_close: str
    """In English the same sign as the apostrophe."""
    elision: re.Pattern[str]
    """A straight mark that stands for letters left out before a word."""

    def edits(self, text: str) -> dict[int, str]:
        """Return the replacement of each straight mark that changes, by position."""
        edits: dict[int, str] = {}
        unclosed: list[str] = []
        for match in self._any.finditer(text):
            at, mark = match.start(), match[0]
            before = edits.get(at - 1) or text[max(at - 1, 0) : at] or " "
            after = text[at + 1 : at + 2] or " "
            if mark == '"':
                mark = edits[at] = self._double(before, after, unclosed)
            elif mark == "'":
                quotable = self._is_quotable(text, at)
                mark = edits[at] = self._single(before, after, unclosed, quotable=quotable)
            if mark in {self.outer_open, self.inner_open}:
                unclosed.append(mark)
            opening = self._pairs.get(mark)
            if mark == APOSTROPHE and self._begins_or_joins(before, after):
                opening = None
            while opening and opening in unclosed and unclosed.pop() != opening:
                pass
        return edits

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile(f"[\"'{''.join(self._pairs)}{''.join(self._pairs.values())}]")

    @cached_property
    def _pairs(self) -> dict[str, str]:
        return {self.outer_close: self.outer_open, self.inner_close: self.inner_open}

    @cached_property
    def _openers(self) -> str:
        """The characters after which a quotation may begin."""
        dashes = f"-{DASH}\N{NON-BREAKING HYPHEN}\N{EM DASH}"
        return f"([{{</={dashes}{self.outer_open}{self.inner_open}"

    def _double(self, before: str, after: str, unclosed: list[str]) -> str:
        innermost = unclosed[-1] if unclosed else ""
        opening = self.inner_open if innermost == self.outer_open else self.outer_open
        if before.isspace():
            return '"' if after.isspace() else opening
        closes = after.isspace() or (unclosed and after in ".,;:!?)]}")
        if before in self._openers and not closes:
            return opening
        if self.outer_open in unclosed:
            return self.inner_close if innermost == self.inner_open else self.outer_close
        if before.isnumeric():
            return '"'  # inches
        return opening if _is_word(after) else self.outer_close

    def _single(self, before: str, after: str, unclosed: list[str], *, quotable: bool) -> str:
        if (before + after).isspace() or (before + after).isnumeric():
            return "'"
        if _is_word(before) and _is_word(after):
            return APOSTROPHE
        if self._opens(before, after) or (_is_word(after) and self.inner_open not in unclosed):
            return self.inner_open if quotable else APOSTROPHE
        if self.inner_open in unclosed:
            return self.inner_close
        return "'" if before.isnumeric() else APOSTROPHE  # feet

    def _begins_or_joins(self, before: str, after: str) -> bool:
        """Return whether a single mark between two characters can close nothing."""
        return self._opens(before, after) or (_is_word(before) and _is_word(after))

    def _opens(self, before: str, after: str) -> bool:
        return before.isspace() or (before in self._openers and not after.isspace())

    def _is_quotable(self, text: str, at: int) -> bool:
        # Something has to close it, and double quotes have to pair inside.
        end = None if self.elision.match(text, at) else _SINGLE_END.search(text, at + 1, at + 1000)
        return end is not None and text.count('"', at, end.start()) % 2 == 0


@dataclass(frozen=True)
class Rules:
    """The typographic rules of a language."""

    quotes: Quotes
    ranges: Edits
    """Writes dashes between numbers."""
    seams: Edits
    """Holds together what belongs together."""


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) > 0
