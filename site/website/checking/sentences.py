"""Segmentation of prose into sentences and words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from website.content.outline import Passage
from website.infra.toml_tables import beside

WORD = re.compile(r"[^\W\d_]+(?:[-\N{NON-BREAKING HYPHEN}'’][^\W\d_]+)*")
"""A word of letters; what a hyphen joins is one."""

ABBREVIATIONS: Mapping[str, str] = beside(__file__, "style.toml")["long-sentence"]["abbreviations"]
"""By language; what ends with a full stop that does not end a sentence."""
_ORDINALS = frozenset({"de"})
"""The languages that write an ordinal number with a full stop: „5. Mai“."""
_END = re.compile(
    r"(?<![.!?…:])[.!?…:]++[\"'“”‘’»«)\]]*+(?=[\s\u00a0\u202f]++[\"'„‚“‘»«(\[]?[^\W_])|\n\s*\n"
)
_AROUND = 20
"""Number of letters before and after a mark that tell whether it ends a sentence."""
_LAST_WORD = re.compile(r"(?:^|[^\w.])([^\W_]+)$")


@dataclass(frozen=True)
class Sentence:
    """A sentence and its line."""

    text: str
    line: int

    @property
    def beginning(self) -> str:
        """The first words, by which an author finds it."""
        return " ".join(self.text.split()[:5])

    @cached_property
    def words(self) -> list[str]:
        """The words, in order."""
        return WORD.findall(self.text)


def cut(passage: Passage, language: str) -> Iterator[Sentence]:
    """Split a passage into sentences.

    :param language: its code.
    """
    text = passage.text
    start = 0
    for end in [*_ends(text, language), len(text)]:
        piece = text[start:end]
        if WORD.search(piece):
            gap = len(piece) - len(piece.lstrip())
            yield Sentence(" ".join(piece.split()), passage.line_at(start + gap))
        start = end


def _ends(text: str, language: str) -> Iterator[int]:
    for found in _END.finditer(text):
        mark = found[0].rstrip("\"'“”‘’»«)]")
        following = text[found.end() : found.end() + _AROUND].lstrip().lstrip("\"'„‚“‘»«([")
        if mark in {":", "…"} and not following[:1].isupper():
            continue
        before = text[max(found.start() - _AROUND, 0) : found.start()]
        if mark == "." and _is_no_end(before, following, language):
            continue
        yield found.end()


def _is_no_end(before: str, following: str, language: str) -> bool:
    """Return whether a full stop belongs to an abbreviation or an ordinal number."""
    if following[:1].islower():
        return True
    if language in _ORDINALS and re.search(r"\d$", before):
        return True  # a sentence that ends with a number is rare
    word = _LAST_WORD.search(before)
    if word is None:
        return bool(re.search(r"\b[^\W\d_]\.[ \u00a0\u202f]?[^\W\d_]$", before))  # z. B.
    return len(word[1]) == 1 or word[1].lower() in ABBREVIATIONS.get(language, "").split()
