"""Full-text search of leads that tolerates spellings of umlauts and accents, and typing errors.

„Müller“, „Mueller“ and „MULLER“ are the same word. Stored words (``Lead.words``) and queries are
folded alike; the indexes (FTS5 on SQLite, GIN on PostgreSQL) only contain folded words. Similar
words come from ``search_vocabulary``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Dialect, TextClause, text

from website.infra import phones, toml_tables
from website.infra.email_addresses import COMMON_DOMAINS
from website.infra.text import folded, normalised, visible
from website.leads import reference, search_vocabulary
from website.questionnaire import QuestionKind, Questionnaire

LONGEST_WORD = 60
"""Characters of an indexed word. PostgreSQL's index refuses words of 2 kB."""
MOST_TERMS = 8
"""Words of a query that are used. All of them must match."""

_NO_WORD = re.compile(r"[\W_]+")
_SPELLED_OUT = re.compile(r"([aou])e+")
_PARTED = re.compile(r"([aou]\w)e+")
_STROKES = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "a", "œ": "o", "ı": "i"})
"""Letters that Unicode does not decompose, and the letters typed in their place."""


def words(texts: Iterable[str]) -> str:
    """Return the distinct folded words of texts, separated by spaces."""
    return " ".join(dict.fromkeys(word for one in texts for word in terms(one)))


def terms(typed: str) -> list[str]:
    """Split a text into folded words.

    An „e“ after a, o, u is removed, because „ae“ may stand for „ä“. A few different words become
    equal („neue“, „nue“), which is better than missing results.
    """
    return [_folded(part) for part in _parts(typed)]


def _parts(typed: str) -> list[str]:
    # What is decomposed may have capitals again.
    signs = _decomposed(_decomposed(visible(typed)))
    plain = signs.translate(dict.fromkeys(map(ord, filter(unicodedata.combining, set(signs)))))
    return _NO_WORD.sub(" ", plain.translate(_STROKES)).split()


def _folded(part: str) -> str:
    return _SPELLED_OUT.sub(r"\1", part)[:LONGEST_WORD]


def _spellings(typed: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each term of a query with the spellings that may be meant.

    A typing error may have made two vowels look like a spelled-out umlaut, or have split one.
    """
    for part in _parts(typed):
        made = [(found, found[0]) for found in _SPELLED_OUT.finditer(part)]
        parted = [(found, found[1]) for found in _PARTED.finditer(part)]
        others = [
            _folded(part[: found.start()]) + meant + _folded(part[found.end() :])
            for found, meant in [*made, *parted]
        ]
        yield _folded(part), list(dict.fromkeys([_folded(part), *others[:MOST_TERMS]]))


def _decomposed(text: str) -> str:
    return normalised("NFKD", text.casefold())


def domain(email: str) -> str:
    """Return the mail domain of a company; empty for public mail providers."""
    found = folded(email).rpartition("@")[2]
    return "" if found in COMMON_DOMAINS else found


def derived(
    reference: str,
    answers: Mapping[str, str],
    questionnaire: Questionnaire,
    also: Iterable[str] = (),
) -> dict[str, str]:
    """Return the columns of a lead that serve search and comparison.

    :param also: texts by staff.
    """
    email = answers.get("email", "")
    answered = tuple(questionnaire.answered(answers))
    shown = (question.display(answer) for question, answer in answered)
    dialled = " ".join(
        phone
        for question, answer in answered
        if question.kind is QuestionKind.PHONE
        for phone in phones.words(answer)
    )
    return {
        "mailbox": folded(email),
        "domain": domain(email),
        "words": words([reference, *shown, dialled, *also]),
    }


@dataclass(frozen=True)
class Match:
    """A parsed query."""

    spelled: Mapping[str, Sequence[str]]
    """Possible spellings by term."""
    number: str
    """Condition for a phone number in the query; empty without one."""
    digits: Sequence[str]
    """Part of a number, if the query contains nothing else."""
    reference: str
    """Condition for the reference that the query may be; empty if it is none."""
    syntax: _Syntax

    @property
    def exact(self) -> TextClause:
        """Condition for leads with words that begin with each term."""
        return text(self.syntax.holds.format("exact")).bindparams(exact=self._words)

    @property
    def is_exact(self) -> TextClause:
        """The same condition, as a filter beside another full-text condition."""
        return text(self.syntax.is_among.format("among")).bindparams(among=self._words)

    def found(self, connection: Connection) -> TextClause | None:
        """Return the condition for leads with exact or similar words.

        None if there are no similar words.
        """
        syntax = self.syntax
        others = [*_others(connection, self.spelled), *([[]] if self.number else [])]
        longer = search_vocabulary.containing(connection, self.digits)
        if not longer and not any(others):
            return None
        all_found = syntax.all_of(
            [
                syntax.any_of([condition, *map(syntax.whole.format, words)])
                for condition, words in zip(self._conditions, others, strict=True)
            ]
        )
        words = self._or_reference(syntax.any_of([all_found, *map(syntax.whole.format, longer)]))
        return text(syntax.holds.format("found")).bindparams(found=words)

    @property
    def _words(self) -> str:
        return self._or_reference(self.syntax.all_of(self._conditions))

    def _or_reference(self, words: str) -> str:
        return self.syntax.any_of([words, self.reference]) if self.reference else words

    @property
    def _conditions(self) -> list[str]:
        begun = [self.syntax.beginning.format(term) for term in self.spelled]
        return [*begun, self.number] if self.number else begun


def matching(dialect: Dialect, typed: str) -> Match | None:
    """Parse a query for leads that contain each of its words.

    Words match by their beginning; similar are those one typing error away, or containing the term.
    Phone numbers match in any notation, with or without the country code, and so do references.
    None if there is nothing to search for.
    """
    phone, as_typed, rest = phones.parted(typed)
    syntax = _SYNTAX[dialect.name]
    spelled = dict(list(_spellings(rest))[:MOST_TERMS])
    if not spelled and not phone:
        return None
    parts = [syntax.beginning.format(part) for part in terms(as_typed)[:MOST_TERMS]]
    alike = [syntax.beginning.format(phone), syntax.all_of(parts)]
    number = syntax.any_of(alike) if phone else ""
    joined = "".join(terms(rest))  # a part of a number may be separated by signs
    digits = [joined] if joined.isdecimal() and not phone else []
    named = [syntax.beginning.format(part) for part in terms(reference.normalise(typed) or "")]
    return Match(spelled, number, digits, syntax.all_of(named) if named else "", syntax)


def _others(connection: Connection, spelled: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield for each term the similar words, which do not begin with it."""
    containing = search_vocabulary.containing(connection, spelled)
    for term, spellings in spelled.items():
        alike = {
            word
            for spelling in spellings
            for word in search_vocabulary.similar(connection, spelling)
        }
        alike |= {word for word in containing if term in word}
        yield sorted(word for word in alike if not word.startswith(term))


@dataclass(frozen=True)
class _Syntax:
    """Full-text syntax of a database, read from ``search.toml``."""

    holds: str
    is_among: str
    beginning: str
    whole: str
    both: str
    either: str

    def all_of(self, conditions: Sequence[str]) -> str:
        return f"({self.both.join(conditions)})"

    def any_of(self, conditions: Sequence[str]) -> str:
        return f"({self.either.join(conditions)})"


_SYNTAX = {
    name: _Syntax(**values) for name, values in toml_tables.beside(__file__, "search.toml").items()
}

FORGET_DELETED = text("INSERT INTO lead_words(lead_words) VALUES('optimize')")
"""Rewrites SQLite's index without the words of deleted leads, which remain in its segments until
then (FTS5, section 6.7)."""
