"""Words that leads hold, by which search finds what is spelled almost as it was typed.

Each folded word is one row of a table, whatever database. Two words one slip apart (a letter more,
fewer, another, or two swapped) agree before the middle of one of them or after it, so an index of
both halves finds all that can be meant.

A word stands for one lead that holds it, and goes with that lead unless another holds it too: what
is erased is found by no search, and in no table.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, or_, select, text, update

from website.infra import database, postgresql
from website.infra.postgresql import AdvisoryLock
from website.infra.text import is_one_slip_apart
from website.leads.models import SearchWord

SHORTEST = 4
"""Letters of a word that is kept here; shorter ones resemble too many others."""
FEWEST_DIGITS = 7
"""The same of numbers: those of telephones, but no years and postal codes."""
SHORTEST_PART = 3
"""Letters from which on a part of a word is searched for within words."""
SHORTEST_NUMBER = 5
"""Digits from which on a part of a number is."""
MOST_PARTS = 200
"""Words that are looked for because they contain what was typed, the shortest first."""


def halves(word: str) -> tuple[str, str]:
    """Return what stands before the middle letter of a word, and what stands after it."""
    middle = len(word) // 2
    return word[:middle], word[middle + 1 :]


def kept(words: str) -> set[str]:
    """Return those of a lead's words that are kept here."""
    return {
        word
        for word in words.split()
        if len(word) >= (FEWEST_DIGITS if word.isdecimal() else SHORTEST)
    }


def add(connection: Connection, lead_id: int, words: str) -> None:
    """Keep a new lead's words.

    :param words: as :attr:`Lead.words` has them.
    """
    # Lest it be added while somebody looks whether another lead holds a word.
    postgresql.lock(connection, AdvisoryLock.SEARCH_WORDS, shared=True)
    _insert(connection, lead_id, kept(words))


def change(connection: Connection, lead_id: int, before: str, after: str) -> None:
    """Keep the words that a lead has now, and drop those that no lead has any more."""
    old, new = kept(before), kept(after)
    if old == new:
        return
    # At once: whoever holds the shared lock and waits for the other may wait for one who does too.
    postgresql.lock(connection, AdvisoryLock.SEARCH_WORDS)
    _insert(connection, lead_id, new - old)
    if gone := old - new:
        connection.execute(_HAND_ON[connection.dialect.name], {"ids": [lead_id]})
        unused = delete(SearchWord).where(SearchWord.lead_id == lead_id, SearchWord.word.in_(gone))
        connection.execute(unused)


def leave(connection: Connection, lead_ids: Collection[int]) -> None:
    """Let the words of leads stand for others that hold them, before these leads are deleted.

    The rest goes with the leads (``ON DELETE CASCADE``).
    """
    if lead_ids:
        postgresql.lock(connection, AdvisoryLock.SEARCH_WORDS)
        connection.execute(_HAND_ON[connection.dialect.name], {"ids": list(lead_ids)})


def similar(connection: Connection, term: str) -> list[str]:
    """Return the words that are one slip away from a term."""
    if len(term) < SHORTEST - 1 or term.isdecimal():
        return []
    lengths = [length for length in range(len(term) - 1, len(term) + 2) if length >= SHORTEST]
    beginnings = {term[: length // 2] for length in lengths}
    endings = {term[-rest:] for length in lengths if (rest := length - length // 2 - 1)}
    query = select(SearchWord.word).where(
        or_(SearchWord.beginning.in_(beginnings), SearchWord.ending.in_(endings)),
        func.length(SearchWord.word).in_(lengths),
    )
    return [word for word in connection.scalars(query) if is_one_slip_apart(term, word)]


def containing(connection: Connection, parts: Iterable[str]) -> Sequence[str]:
    """Return words that contain one of some parts, but not at their beginning."""
    long = [
        part
        for part in parts
        if len(part) >= (SHORTEST_NUMBER if part.isdecimal() else SHORTEST_PART)
    ]
    if not long:
        return []
    query = select(SearchWord.word).where(
        or_(*(SearchWord.word.like(f"_%{part}%") for part in long))
    )
    shortest = query.order_by(func.length(SearchWord.word), SearchWord.word).limit(MOST_PARTS)
    return connection.scalars(shortest).all()


def rows(lead_id: int, words: Iterable[str]) -> list[dict[str, object]]:
    """Return the rows of a lead's words, in the order in which everybody writes them."""
    return [
        {"word": word, "beginning": beginning, "ending": ending, "lead_id": lead_id}
        for word in sorted(words)
        for beginning, ending in [halves(word)]
    ]


def _insert(connection: Connection, lead_id: int, words: Iterable[str]) -> None:
    if added := rows(lead_id, words):
        insert = database.insert(connection, SearchWord)
        connection.execute(insert.on_conflict_do_nothing(), added)


_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_HOLDERS = {
    "sqlite": text(
        "(SELECT rowid FROM lead_words WHERE lead_words MATCH '\"' || search_words.word || '\"'"
        " AND rowid NOT IN :ids ORDER BY rowid DESC LIMIT 1)"
    ),
    # The sum keeps PostgreSQL from walking through the leads, the newest first.
    "postgresql": text(
        "(SELECT max(leads.id + 0) FROM leads"
        " WHERE array_to_tsvector(string_to_array(leads.words, ' '))"
        " @@ CAST('''' || search_words.word || '''' AS tsquery) AND leads.id NOT IN :ids)"
    ),
}
"""The newest other lead that holds a word: it is the last to be deleted."""
_HAND_ON = {
    name: update(SearchWord)
    .where(SearchWord.lead_id.in_(_IDS))
    .values(lead_id=func.coalesce(holder.bindparams(_IDS), SearchWord.lead_id))
    for name, holder in _HOLDERS.items()
}
