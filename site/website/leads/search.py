"""Full-text search of leads, whatever way umlauts and accents are written.

„Müller“, „Mueller“ and „MULLER“ are one word here. What is looked through (``Lead.words``) and what
is looked for are folded alike; the index behind it is FTS5 on SQLite and GIN on PostgreSQL, which
both only see folded words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from website.infra import phones
from website.infra.email_addresses import COMMON_DOMAINS
from website.infra.text import folded, normalised, visible
from website.questionnaire import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Dialect, TextClause

    from website.questionnaire import Questionnaire

LONGEST_WORD = 60
"""Characters. PostgreSQL's index refuses words of 2 kB, and a lead must not be refused."""
MOST_TERMS = 8
"""Words of a query that count; each one narrows what is found."""

_NO_WORD = re.compile(r"[\W_]+")
_SPELLED_OUT = re.compile(r"([aou])e+")
_STROKES = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "a", "œ": "o", "ı": "i"})
"""Letters that Unicode takes for ones of their own, but people type without the stroke."""


def words(texts: Iterable[str]) -> str:
    """Return the folded words of some texts, each once, parted by spaces."""
    return " ".join(dict.fromkeys(word for one in texts for word in terms(one)))


def terms(typed: str) -> list[str]:
    """Split a text into folded words.

    An „e“ after a, o, u goes, because it may spell an umlaut out. That makes a few words alike
    that are not („neue“, „nue“): here finding too much is better than finding too little.
    """
    # What is decomposed may have capitals again.
    signs = _decomposed(_decomposed(visible(typed)))
    plain = signs.translate(dict.fromkeys(map(ord, filter(unicodedata.combining, set(signs)))))
    parts = _NO_WORD.sub(" ", plain.translate(_STROKES)).split()
    return [_SPELLED_OUT.sub(r"\1", part)[:LONGEST_WORD] for part in parts]


def _decomposed(text: str) -> str:
    return normalised("NFKD", text.casefold())


def mailbox(email: str) -> str:
    """Return an address as it is compared with others."""
    return folded(email)


def domain(email: str) -> str:
    """Return the domain that stands for a company, or nothing where anybody may have a mailbox."""
    found = folded(email).rpartition("@")[2]
    return "" if found in COMMON_DOMAINS else found


def derived(
    reference: str,
    answers: Mapping[str, str],
    questionnaire: Questionnaire,
    also: Iterable[str] = (),
) -> dict[str, str]:
    """Return the columns of a lead that are made for finding it again.

    :param also: what the staff have written.
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
        "mailbox": mailbox(email),
        "domain": domain(email),
        "words": words([reference, *shown, dialled, *also]),
    }


def matching(typed: str, dialect: Dialect) -> TextClause | None:
    """Return the condition that a lead holds words beginning with each of those typed.

    A phone number is found however it is parted and whether or not it names the country. Nothing
    if nothing was typed that could be looked for.
    """
    phone, as_typed, rest = phones.parted(typed)
    syntax = _SYNTAX[dialect.name]
    conditions = [syntax.beginning.format(word) for word in terms(rest)[:MOST_TERMS]]
    if phone:
        parts = terms(as_typed)[:MOST_TERMS]
        alike = syntax.both.join(syntax.beginning.format(word) for word in parts)
        conditions.append(f"({syntax.beginning.format(phone)}{syntax.either}({alike}))")
    if not conditions:
        return None
    return text(syntax.condition).bindparams(words=syntax.both.join(conditions))


@dataclass(frozen=True)
class _Syntax:
    """How a database is asked for words."""

    condition: str
    beginning: str
    both: str
    either: str


_SYNTAX = {
    "sqlite": _Syntax(
        "leads.id IN (SELECT rowid FROM lead_words WHERE lead_words MATCH :words)",
        '"{}"*',
        " AND ",
        " OR ",
    ),
    "postgresql": _Syntax(
        "array_to_tsvector(string_to_array(leads.words, ' ')) @@ CAST(:words AS tsquery)",
        "'{}':*",
        " & ",
        " | ",
    ),
}


FORGET_DELETED = text("INSERT INTO lead_words(lead_words) VALUES('optimize')")
"""Rewrites SQLite's index without the words of leads that were deleted, which its segments hold
until then (FTS5, section 6.7)."""
