"""The vocabulary of all leads, by which search finds similar spellings.

Each folded word is a row. Two words that differ by one error (a letter inserted, deleted or
replaced, or two transposed) agree before the middle of one of them or after it, so an index of both
halves finds all candidates.

A word points to one lead that contains it, and is deleted with that lead unless another contains it
too: nothing of an erased lead remains.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, or_, select, text, update

from website.infra import database, postgresql
from website.infra.text import is_one_slip_apart
from website.leads.models import SearchWord

SHORTEST = 4
"""Letters of the shortest stored word; shorter ones resemble too many others."""
FEWEST_DIGITS = 7
"""Digits of the shortest stored number: phone numbers, but no years and postal codes."""
SHORTEST_PART = 3
"""Letters of the shortest term that is searched for within words."""
SHORTEST_NUMBER = 5
"""Digits of the shortest number that is searched for within numbers."""
MOST_PARTS = 200
"""Maximum number of words that contain a term; the shortest are used."""


def halves(word: str) -> tuple[str, str]:
    """Return the parts of a word before and after its middle letter."""
    middle = len(word) // 2
    return word[:middle], word[middle + 1 :]


def kept(words: str) -> set[str]:
    """Return the words of a lead that belong to the vocabulary."""
    return {
        word
        for word in words.split()
        if len(word) >= (FEWEST_DIGITS if word.isdecimal() else SHORTEST)
    }


def add(connection: Connection, lead_id: int, words: str) -> None:
    """Add the words of a new lead.

    :param words: as :attr:`Lead.words` has them.
    """
    # Or it could be added while another process checks whether any other lead has a word.
    postgresql.lock(connection, postgresql.AdvisoryLock.SEARCH_WORDS, shared=True)
    _insert(connection, lead_id, kept(words))


def change(connection: Connection, lead_id: int, before: str, after: str) -> None:
    """Replace the words of a lead; words that no lead contains any more are deleted."""
    old, new = kept(before), kept(after)
    if old == new:
        return
    # At once: whoever holds the shared lock and waits for the other may wait for one who does too.
    postgresql.lock(connection, postgresql.AdvisoryLock.SEARCH_WORDS)
    _insert(connection, lead_id, new - old)
    if gone := old - new:
        connection.execute(_HAND_ON[connection.dialect.name], {"ids": [lead_id]})
        unused = delete(SearchWord).where(SearchWord.lead_id == lead_id, SearchWord.word.in_(gone))
        connection.execute(unused)


def leave(connection: Connection, lead_ids: Collection[int]) -> None:
    """Reassign the words of leads that are about to be deleted to others that contain them.

    The rest is deleted with the leads (``ON DELETE CASCADE``).
    """
    if lead_ids:
        postgresql.lock(connection, postgresql.AdvisoryLock.SEARCH_WORDS)
        connection.execute(_HAND_ON[connection.dialect.name], {"ids": list(lead_ids)})


def similar(connection: Connection, term: str) -> list[str]:
    """Return the words that differ from a term by one typing error."""
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
    """Return words that contain one of some terms after their beginning."""
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
    """Return the rows of a lead's words, in an order that prevents deadlocks."""
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
"""The newest other lead that contains a word, because it is deleted last."""
_HAND_ON = {
    name: update(SearchWord)
    .where(SearchWord.lead_id.in_(_IDS))
    .values(lead_id=func.coalesce(holder.bindparams(_IDS), SearchWord.lead_id))
    for name, holder in _HOLDERS.items()
}
