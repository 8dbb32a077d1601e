"""Tables of examples for the setting of texts, and texts to set, in a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import pytest
from hypothesis import strategies as st

from website.content import typography
from website.content.languages import GERMAN, Language
from website.content.typography import english, german
from website.content.typography.rules import APOSTROPHE, DASH, FULL_SPACE, NARROW_SPACE, Quotes

PIECES = (
    *"\"'-. \n5%€§@/\\(),:s",
    *("...", " - ", " -- ", "2019", "2021", "8 %", "https://x", "www.", "a@b.de", "/a/b"),
    *("\ufffc", "²"),
)
"""Of texts in every language."""


@dataclass(frozen=True)
class Typesetting:
    """A language with rules of its own."""

    language: Language
    stand_ins: dict[str, str]
    """What the eye cannot tell apart, by what stands for it in tables of examples."""
    quotes: Quotes
    pieces: tuple[str, ...]
    """Of texts in this language alone."""

    def set_text(self, text: str) -> str:
        """Set a plain text."""
        return typography.set_text(text, self.language)

    def set_runs(self, runs: list[str]) -> list[str]:
        """Set a paragraph in runs."""
        return typography.set_runs(runs, self.language)

    def meant(self, shown: str) -> str:
        """Return what an example stands for."""
        return shown.translate(str.maketrans(self.stand_ins))

    def cases(self, table: dict[str, tuple[str, str]]) -> pytest.MarkDecorator:
        """Turn facts into cases: what was written, and how it is to be set."""
        rows = [
            pytest.param(written, self.meant(shown), id=fact)
            for fact, (written, shown) in table.items()
        ]
        return pytest.mark.parametrize(("written", "expected"), rows)

    def kept(self, text: str) -> str:
        """Return a text without any sign that setting may write."""
        return re.sub(f"[{re.escape(self._writable)}]", "", text)

    @cached_property
    def texts(self) -> st.SearchStrategy[str]:
        """Any texts, among them many to which rules apply."""
        pieces = [*PIECES, *self.pieces, *self._writable]
        return st.one_of(st.text(), st.lists(st.sampled_from(pieces), max_size=16).map("".join))

    @property
    def _writable(self) -> str:
        return "\"'-. \n…" + "".join(
            (self.quotes.outer_open, self.quotes.outer_close, *self.stand_ins.values())
        )


def unchanged(table: dict[str, str]) -> pytest.MarkDecorator:
    """Turn facts into cases: what stays as it was written."""
    rows = [pytest.param(text, id=fact) for fact, text in table.items()]
    return pytest.mark.parametrize("text", rows)


SET_IN_GERMAN = Typesetting(
    GERMAN,
    {
        "~": NARROW_SPACE, "_": FULL_SPACE, "=": DASH, "<": german.QUOTES.inner_open,
        ">": german.QUOTES.inner_close, "^": APOSTROPHE, "|": "\N{NON-BREAKING HYPHEN}",
    },
    german.QUOTES,
    ("n", "ä", "17 Uhr", "5. Mai", "z.B.", "i. d. R.", "S. 3", "Nr.", "Dr. M", "Satz 1", "Mio. €"),
)  # fmt: skip
SET_IN_ENGLISH = Typesetting(
    Language("en-GB", "English"),
    {
        "_": FULL_SPACE, "=": DASH, "<": english.QUOTES.inner_open,
        ">": english.QUOTES.inner_close,
    },
    english.QUOTES,
    (
        "£", "a", "5 pm", "5 May", "8%", "pp. 3", "section 4", "No.", "Dr M", "J. K", "million",
        "'90s",
    ),
)  # fmt: skip
