"""Words that no dictionary knows.

The dictionary is simplemma's: German word forms in one file of the package, read in a second when
the first word is asked for, and no network. (Python's bindings to Hunspell bring no German
dictionary, and the package that does is of 2021.) German joins words at will, so what can be cut
into known words is known. ``content/woerter.txt`` holds what is right all the same.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from website.checking import author_lists
from website.checking.rules import TextRule
from website.checking.sentences import ABBREVIATIONS, WORD
from website.content.outline import PassageKind
from website.content.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from website.checking.check_context import TextContext
    from website.checking.rules import Found
    from website.content.outline import Passage

SHORTEST_PART = 4
"""Letters of a word within a compound; shorter ones would let every slip pass."""

_SHORT_WORDS = 3
"""Letters; up to here it is an abbreviation or a name as often as a word."""

_JOINTS = ("", "s", "n", "en", "es", "er", "e")
_ENDINGS = ("s", "n", "en", "es", "e", "er", "ern", "em")
_PREFIXES = (
    "ab an auf aus be bei durch ein ent er fest fort frei ge her hin hinter miss mit nach neben "
    "nicht nieder ober rück selbst teil um un unter ur ver vor weg weiter wieder zer zu zurück "
    "zusammen über haupt sonder einzel gesamt mehr viel not rest end erst halb alt neu hoch voll "
    "zwei drei vier fünf sechs acht zehn öl bau tag weg typ ort rat tür zug plan art geld key"
)
_AFTER_NUMBER = re.compile(r"\d[-\N{NON-BREAKING HYPHEN}]")
"""The rest of „5-köpfig“ is no word of its own."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"
_MISTAKES = {
    "daß": "dass",
    "muß": "muss",
    "mußte": "musste",
    "läßt": "lässt",
    "wieviel": "wie viel",
    "standart": "Standard",
    "standarts": "Standards",
    "vorraussetzung": "Voraussetzung",
    "wiederspiegeln": "widerspiegeln",
    "wiederspruch": "Widerspruch",
    "garnicht": "gar nicht",
    "zumindestens": "zumindest",
    "einzigste": "einzige",
    "imgrunde": "im Grunde",
    "desweiteren": "des Weiteren",
    "ebend": "eben",
    "nocheinmal": "noch einmal",
    "vorallem": "vor allem",
    "sodaß": "sodass",
    "potentiell": "potenziell",
    "resume": "Resümee",
}
"""Slips that the dictionary knows too, or that can be cut into known words."""


def _mistaken(subject: TextContext) -> Found:
    for passage, position, word in _words(subject):
        if right := _MISTAKES.get(word.lower()):
            yield passage.line_at(position), f"„{word}“ schreibt man „{right}“."


def _unknown(subject: TextContext) -> Found:
    own = author_lists.read(subject.library.folder, author_lists.WORDS)
    foreign = _foreign(subject)
    seen: set[str] = set()
    for passage, position, word in _words(subject):
        for part in re.split(r"[^\w]", word):
            if part in seen:
                continue
            seen.add(part)
            if _is_right(part, own, foreign):
                continue
            meant = _similar(part)
            advice = f"Meinten Sie „{meant}“?" if meant else "Ist es ein Tippfehler?"
            yield (
                passage.line_at(position),
                (
                    f"„{part}“ steht in keinem Wörterbuch. {advice} Ist das Wort richtig, tragen "
                    "Sie es in content/woerter.txt ein."
                ),
            )


def _words(subject: TextContext) -> Iterator[tuple[Passage, int, str]]:
    for passage in subject.passages:
        if passage.kind is PassageKind.FIELD and passage.text.startswith("PLATZHALTER"):
            continue
        for found in WORD.finditer(passage.text):
            before = passage.text[max(found.start() - 2, 0) : found.start()]
            if _AFTER_NUMBER.match(before):
                continue
            yield passage, found.start(), found[0]


def _foreign(subject: TextContext) -> frozenset[str]:
    terms = subject.library.site.foreign_terms.values()
    return frozenset(word for group in terms for term in group for word in WORD.findall(term))


def _is_right(word: str, own: Mapping[str, str], foreign: frozenset[str]) -> bool:
    return _is_right_anywhere(word) or word in foreign or _is_listed(word, own)


@functools.lru_cache(maxsize=100_000)
def _is_right_anywhere(word: str) -> bool:
    if len(word) <= _SHORT_WORDS or word.isupper():
        return True
    lower = word.lower()
    return lower in _MISTAKES or lower in ABBREVIATIONS.split() or is_known(word)


def _is_listed(word: str, own: Mapping[str, str]) -> bool:
    """A listed word may also be inflected, or stand at the beginning of a sentence."""
    stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    forms = [word, *stems]
    return any(form in own or form.lower() in own for form in forms)


@functools.lru_cache(maxsize=100_000)
def is_known(word: str) -> bool:
    """Return whether a word is one, or made of several."""
    lower = word.lower()
    return _is_word(word) or _is_compound(lower) or _is_compound(lower, prefixed=True)


@functools.lru_cache(maxsize=100_000)
def _is_word(word: str) -> bool:
    """Return whether a word is in the dictionary, in any case that German allows."""
    # Imported where it is needed: it takes a quarter of a second, and most commands check nothing.
    import simplemma  # noqa: PLC0415

    lower = word.lower()
    return any(simplemma.is_known(form, lang="de") for form in {word, lower, lower.capitalize()})


def _is_compound(lower: str, *, prefixed: bool = False) -> bool:
    if prefixed:
        return any(
            lower.startswith(prefix)
            and len(lower) - len(prefix) >= SHORTEST_PART
            and (_is_word(lower[len(prefix) :]) or _is_compound(lower[len(prefix) :]))
            for prefix in _PREFIXES.split()
        )
    return any(
        _is_first_part(lower[:cut]) and (_is_word(rest := lower[cut:]) or _is_compound(rest))
        for cut in range(SHORTEST_PART, len(lower) - SHORTEST_PART + 1)
    )


@functools.lru_cache(maxsize=100_000)
def _is_first_part(part: str) -> bool:
    return any(
        part.endswith(joint)
        and len(stem := part.removesuffix(joint)) >= SHORTEST_PART
        and _is_word(stem)
        for joint in _JOINTS
    )


@functools.lru_cache(maxsize=1000)
def _similar(word: str) -> str:
    """Return a dictionary word that is one typing error away."""
    for candidate in _one_slip_away(word.lower()):
        if _is_word(candidate):
            return candidate.capitalize() if word[:1].isupper() else candidate
    return ""


def _one_slip_away(word: str) -> Iterator[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    yield from (a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1)
    yield from (a + letter + b for a, b in cuts for letter in _LETTERS)
    yield from (a + b[1:] for a, b in cuts if b)
    yield from (a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS)


RULES = (
    TextRule("misspelt", Severity.WARNING, _mistaken),
    TextRule("unknown-word", Severity.WARNING, _unknown),
)
