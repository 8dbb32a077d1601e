"""Spell checker: words that are in no dictionary, and known misspellings.

The dictionaries are simplemma's: the word forms of a language in one file of the package, read in
half a second when the first word is asked for, and no network. (Python's bindings to Hunspell bring
no German dictionary, and the package that does is of 2021.) German joins words at will, so what can
be cut into known words is known. English is to be British: the dictionary knows the American forms
too, so they stand among the mistakes. ``woerter.txt`` of each edition holds what is right all the
same.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from website.checking import rules
from website.checking.check_context import TextContext, author_list
from website.checking.rules import Found, Rule, text_rule
from website.checking.sentences import ABBREVIATIONS, WORD
from website.content.files import WORDS
from website.content.languages import GERMAN
from website.content.outline import Passage, PassageKind
from website.infra.text import shortened

ENGLISH = "en"

SHORTEST_PART = 4
"""Letters of a word within a compound; shorter ones would let every slip pass."""

LONGEST = 60
"""Letters; whatever is longer is no word: missing spaces, or the data of an image."""
MOST_SUGGESTIONS = 20
"""For the words of one text: each takes thousands of looks into the dictionary."""

_SHORT_WORDS = 3
"""Letters; up to here it is an abbreviation or a name as often as a word."""

_AFTER_NUMBER = re.compile(r"\d[-\N{NON-BREAKING HYPHEN}]")
"""The rest of „5-köpfig“ is no word of its own."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"
_AMERICAN = re.compile(r"(\w{3,})iz(e[drs]?|ing|ations?|ers?)\Z", re.IGNORECASE)


@text_rule("misspelt")
def _mistaken(rule: Rule, subject: TextContext) -> Found:
    for passage, position, word in _words(subject):
        if right := _right_form(word, subject.language):
            yield passage.line_at(position), rule.message(word=word, right=right)


def _mistakes(language: str) -> Mapping[str, str]:
    """Return slips that the dictionary knows too, each with the right form."""
    words: Mapping[str, str] = rules.table()["misspelt"].row["words"][language]
    return words


def _of_words(key: str) -> Any:  # noqa: ANN401 - of a table
    return rules.table()["unknown-word"].row[key]


def _right_form(word: str, language: str) -> str:
    """Return the correction of a known misspelling; empty if it is none."""
    if right := _mistakes(language).get(word.lower()):
        return right
    found = _AMERICAN.match(word) if language == ENGLISH else None
    british = f"{found[1]}is{found[2]}" if found else ""
    return british if british and _is_word(british, language) else ""


@text_rule("unknown-word")
def _unknown(rule: Rule, subject: TextContext) -> Found:
    language = subject.language
    own = author_list(subject.library.folder, WORDS)
    list_name = subject.library.label(WORDS)
    foreign = _foreign(subject)
    seen: set[str] = set()
    unknown = 0
    for passage, position, word in _words(subject):
        for part in re.split(r"[^\w]", word):
            if part in seen:
                continue
            seen.add(part)
            is_right = _is_right_anywhere(part, language) or part in foreign
            if is_right or _is_listed(part, language, own):
                continue
            unknown += 1
            is_likely = unknown <= MOST_SUGGESTIONS and len(part) <= LONGEST
            meant = _similar(part, language) if is_likely else ""
            advice = rule.message("meant", meant=meant) if meant else rule.message("slip")
            shown = shortened(part, LONGEST)
            message = rule.message("unknown", word=shown, advice=advice, list=list_name)
            yield passage.line_at(position), message


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


@functools.lru_cache(maxsize=100_000)
def _is_right_anywhere(word: str, language: str) -> bool:
    if len(word) <= _SHORT_WORDS or word.isupper():
        return True
    lower = word.lower()
    return (
        lower in _mistakes(language)
        or lower in ABBREVIATIONS[language].split()
        or is_known(word, language)
    )


def _is_listed(word: str, language: str, own: Mapping[str, str]) -> bool:
    """Return whether a word is listed, also inflected or at the beginning of a sentence."""
    endings = _of_words("endings")[language]
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
        return word.lower() in _of_words("contracted").split()
    if len(word) > LONGEST:
        return False
    lower = word.lower()
    return _is_compound(lower) or _is_compound(lower, prefixed=True)


@functools.lru_cache(maxsize=100_000)
def _is_word(word: str, language: str) -> bool:
    """Return whether a word is in the dictionary, in any case that the language allows."""
    # Imported where it is needed: it takes a quarter of a second, and most commands check nothing.
    import simplemma  # noqa: PLC0415

    lower = word.lower()
    forms = {word, lower, lower.capitalize()}
    # Without "low_memory", it takes 110 MB more, and half a second more to be read.
    return any(simplemma.is_known(form, lang=language, low_memory=True) for form in forms)


@functools.lru_cache(maxsize=100_000)
def _is_compound(lower: str, *, prefixed: bool = False) -> bool:
    if prefixed:
        return any(
            lower.startswith(prefix)
            and len(lower) - len(prefix) >= SHORTEST_PART
            and (_is_word(lower[len(prefix) :], GERMAN.code) or _is_compound(lower[len(prefix) :]))
            for prefix in _of_words("prefixes").split()
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
        for joint in _of_words("joints")
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
