"""Words that no dictionary knows.

The dictionaries are simplemma's: the word forms of a language in one file of the package, read in a
second when the first word is asked for, and no network. (Python's bindings to Hunspell bring no
German dictionary, and the package that does is of 2021.) German joins words at will, so what can be
cut into known words is known. English is to be British: the dictionary knows the American forms
too, so they stand among the mistakes. ``woerter.txt`` of each edition holds what is right all the
same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from website.checking import author_lists
from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.checking.sentences import ABBREVIATIONS, WORD
from website.content.languages import GERMAN
from website.content.outline import Passage, PassageKind
from website.content.problems import Severity

ENGLISH = "en"

SHORTEST_PART = 4
"""Letters of a word within a compound; shorter ones would let every slip pass."""

_SHORT_WORDS = 3
"""Letters; up to here it is an abbreviation or a name as often as a word."""

_JOINTS = ("", "s", "n", "en", "es", "er", "e")
_ENDINGS = {
    "de": ("s", "n", "en", "es", "e", "er", "ern", "em"),
    "en": ("s", "es", "d", "ed", "ing"),
}
_PREFIXES = (
    "ab an auf aus be bei durch ein ent er fest fort frei ge her hin hinter miss mit nach neben "
    "nicht nieder ober rück selbst teil um un unter ur ver vor weg weiter wieder zer zu zurück "
    "zusammen über haupt sonder einzel gesamt mehr viel not rest end erst halb alt neu hoch voll "
    "zwei drei vier fünf sechs acht zehn öl bau tag weg typ ort rat tür zug plan art geld key"
)
_AFTER_NUMBER = re.compile(r"\d[-\N{NON-BREAKING HYPHEN}]")
"""The rest of „5-köpfig“ is no word of its own."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"
_GERMAN_MISTAKES = {
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
_ENGLISH_MISTAKES = {
    "alot": "a lot",
    "analog": "analogue",
    "analyze": "analyse",
    "analyzed": "analysed",
    "analyzing": "analysing",
    "behavior": "behaviour",
    "calender": "calendar",
    "canceled": "cancelled",
    "canceling": "cancelling",
    "catalog": "catalogue",
    "center": "centre",
    "centers": "centres",
    "color": "colour",
    "colors": "colours",
    "counseling": "counselling",
    "defense": "defence",
    "dependance": "dependence",
    "enroll": "enrol",
    "favor": "favour",
    "favorable": "favourable",
    "favorite": "favourite",
    "fulfill": "fulfil",
    "fulfillment": "fulfilment",
    "gray": "grey",
    "honor": "honour",
    "installment": "instalment",
    "labeled": "labelled",
    "labor": "labour",
    "modeling": "modelling",
    "neighbor": "neighbour",
    "occured": "occurred",
    "offense": "offence",
    "percent": "per cent",
    "publically": "publicly",
    "refered": "referred",
    "similiar": "similar",
    "skillful": "skilful",
    "succesful": "successful",
    "traveled": "travelled",
    "traveler": "traveller",
    "traveling": "travelling",
    "truely": "truly",
    "wether": "whether",
}
_MISTAKES = {"de": _GERMAN_MISTAKES, "en": _ENGLISH_MISTAKES}
"""Slips that the dictionary knows too, or that can be cut into known words."""
_AMERICAN = re.compile(r"(\w{3,})iz(e[drs]?|ing|ations?|ers?)\Z", re.IGNORECASE)
_CONTRACTED = (
    "aren couldn didn doesn hadn hasn haven isn mightn mustn needn shouldn wasn weren wouldn"
)
"""What stands before „'t“."""


def _mistaken(subject: TextContext) -> Found:
    for passage, position, word in _words(subject):
        if right := _right_form(word, subject.language):
            yield passage.line_at(position), f"„{word}“ schreibt man „{right}“."


def _right_form(word: str, language: str) -> str:
    """Return what is to stand instead of a word; nothing where it is no known mistake."""
    if right := _MISTAKES[language].get(word.lower()):
        return right
    found = _AMERICAN.match(word) if language == ENGLISH else None
    british = f"{found[1]}is{found[2]}" if found else ""
    return british if british and _is_word(british, language) else ""


def _unknown(subject: TextContext) -> Found:
    language = subject.language
    own = author_lists.read(subject.library.folder, author_lists.WORDS)
    list_name = subject.library.label(author_lists.WORDS)
    foreign = _foreign(subject)
    seen: set[str] = set()
    for passage, position, word in _words(subject):
        for part in re.split(r"[^\w]", word):
            if part in seen:
                continue
            seen.add(part)
            if _is_right(part, language, own, foreign):
                continue
            meant = _similar(part, language)
            advice = f"Meinten Sie „{meant}“?" if meant else "Ist es ein Tippfehler?"
            yield (
                passage.line_at(position),
                (
                    f"„{part}“ steht in keinem Wörterbuch. {advice} Ist das Wort richtig, tragen "
                    f"Sie es in {list_name} ein."
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


def _is_right(word: str, language: str, own: Mapping[str, str], foreign: frozenset[str]) -> bool:
    return _is_right_anywhere(word, language) or word in foreign or _is_listed(word, language, own)


@functools.lru_cache(maxsize=100_000)
def _is_right_anywhere(word: str, language: str) -> bool:
    if len(word) <= _SHORT_WORDS or word.isupper():
        return True
    lower = word.lower()
    return (
        lower in _MISTAKES[language]
        or lower in ABBREVIATIONS[language].split()
        or is_known(word, language)
    )


def _is_listed(word: str, language: str, own: Mapping[str, str]) -> bool:
    """A listed word may also be inflected, or stand at the beginning of a sentence."""
    endings = _ENDINGS[language]
    stems = [word.removesuffix(ending) for ending in endings if word.endswith(ending)]
    forms = [word, *stems]
    return any(form in own or form.lower() in own for form in forms)


@functools.lru_cache(maxsize=100_000)
def is_known(word: str, language: str) -> bool:
    """Return whether a word is one, or in German made of several.

    :param language: the code of one whose words the dictionary has.
    """
    if _is_word(word, language):
        return True
    if language == ENGLISH:
        return word.lower() in _CONTRACTED.split()
    lower = word.lower()
    return _is_compound(lower) or _is_compound(lower, prefixed=True)


@functools.lru_cache(maxsize=100_000)
def _is_word(word: str, language: str) -> bool:
    """Return whether a word is in the dictionary, in any case that the language allows."""
    # Imported where it is needed: it takes a quarter of a second, and most commands check nothing.
    import simplemma  # noqa: PLC0415

    lower = word.lower()
    forms = {word, lower, lower.capitalize()}
    return any(simplemma.is_known(form, lang=language) for form in forms)


def _is_compound(lower: str, *, prefixed: bool = False) -> bool:
    if prefixed:
        return any(
            lower.startswith(prefix)
            and len(lower) - len(prefix) >= SHORTEST_PART
            and (_is_word(lower[len(prefix) :], GERMAN.code) or _is_compound(lower[len(prefix) :]))
            for prefix in _PREFIXES.split()
        )
    return any(
        _is_first_part(lower[:cut])
        and (_is_word(rest := lower[cut:], GERMAN.code) or _is_compound(rest))
        for cut in range(SHORTEST_PART, len(lower) - SHORTEST_PART + 1)
    )


@functools.lru_cache(maxsize=100_000)
def _is_first_part(part: str) -> bool:
    return any(
        part.endswith(joint)
        and len(stem := part.removesuffix(joint)) >= SHORTEST_PART
        and _is_word(stem, GERMAN.code)
        for joint in _JOINTS
    )


@functools.lru_cache(maxsize=1000)
def _similar(word: str, language: str) -> str:
    """Return a dictionary word that is one typing error away."""
    for candidate in _one_slip_away(word.lower()):
        if _is_word(candidate, language):
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
