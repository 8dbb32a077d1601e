"""Front matter means what was typed, or is told on the line that is wrong, with what to type."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.content import frontmatter

BEFORE = ("date: 2026-11-20", 'author: "Interim Profis"')
AFTER = ('description: "Etwas"', "reviewed_by: 'Erika Muster'", "topic: kunden", "status: draft")

PLACES = {
    "first field": ("title: {}",),
    "list": ("summary:", "  - {}", '  - "Noch ein Punkt."'),
    "second of a list": ("summary:", '  - "Ein Punkt."', "  - {}"),
    "table": ("cta:", "  topic: kunden", "  text: {}"),
    "list of tables": ("sources:", "  - text: {}", "    year: 2024", '  - text: "Noch eine"'),
}
"""Where a value may stand: rows, one of which has a gap for it."""

SLIPS = {
    "German quotes, colon": ("„Preise: so geht es“", "Preise: so geht es"),
    "English quotes, colon": ("“Preise: so geht es”", "Preise: so geht es"),
    "closing quotes on both sides": ("”Preise: so geht es”", "Preise: so geht es"),
    "guillemets, colon": ("»Preise: so geht es«", "Preise: so geht es"),
    "French quotes, colon": ("«Preise: so geht es»", "Preise: so geht es"),
    "single German quotes, colon": ("‚Preise: so geht es‘", "Preise: so geht es"),
    "single English quotes, colon": ("‘Preise: so geht es’", "Preise: so geht es"),
    "quotes around the first word": ("„Preise“: so geht es", "„Preise“: so geht es"),
    "German opening, straight closing": ('„Preise: so geht es"', "Preise: so geht es"),
    "straight opening, German closing": ('"Preise: so geht es“', "Preise: so geht es"),
    "straight opening, English closing": ('"Preise: so geht es”', "Preise: so geht es"),
    "not closed": ('"Preise im Vertrieb', "Preise im Vertrieb"),
    "not closed, with a colon": ('"Preise: so geht es', "Preise: so geht es"),
    "single, not closed": ("'Preise im Vertrieb", "Preise im Vertrieb"),
    "single, with an apostrophe": ("'Kunden's Wünsche'", "Kunden's Wünsche"),
    "goes on behind the quotes": ('"Preise" im Vertrieb', '"Preise" im Vertrieb'),
    "comma behind the quotes": ('"Preise im Vertrieb",', "Preise im Vertrieb"),
    "semicolon behind single quotes": ("'Preise im Vertrieb' ;", "Preise im Vertrieb"),
    "quotes within quotes": ('"Er sagt "nein" dazu"', 'Er sagt "nein" dazu'),
    "colon": ("Preise: so geht es", "Preise: so geht es"),
    "colon at the end": ("So geht es:", "So geht es:"),
    "bracket first": ("[Neu] Preise im Vertrieb", "[Neu] Preise im Vertrieb"),
    "star first": ("*Neu* und gut", "*Neu* und gut"),
    "exclamation mark first": ("!Achtung Preise", "!Achtung Preise"),
    "ampersand first": ("&Co im Vertrieb", "&Co im Vertrieb"),
    "at sign first": ("@firma im Vertrieb", "@firma im Vertrieb"),
    "percent first": ("% im Vertrieb", "% im Vertrieb"),
    "backtick first": ("`Preise` im Vertrieb", "`Preise` im Vertrieb"),
    "greater first": ("> 30 Prozent", "> 30 Prozent"),
    "bar first": ("| Preise", "| Preise"),
    "brace first": ("{Preise} im Vertrieb", "{Preise} im Vertrieb"),
    "lost behind a number sign": ("Die Nummer #1 im Markt", "Die Nummer #1 im Markt"),
    "lost behind one blank": ("Die Nummer # im Markt", "Die Nummer # im Markt"),
    "tag": ("!!python/object/apply:os.system [x]", "!!python/object/apply:os.system [x]"),
}
"""What people type, and what they mean."""

LISTS_TAKE_TABLES = {
    "German quotes, colon", "English quotes, colon", "closing quotes on both sides",
    "guillemets, colon", "French quotes, colon", "single German quotes, colon",
    "single English quotes, colon", "quotes around the first word",
    "German opening, straight closing", "colon", "colon at the end",
}  # fmt: skip
"""What makes a table of an entry, so that only the reader of the field can tell."""


@dataclass
class Read:
    """What became of some rows of front matter."""

    rows: list[str]
    said: list[tuple[int, str]] = field(default_factory=list)
    warned: list[tuple[int, str]] = field(default_factory=list)
    document: frontmatter.Document | None = None

    @classmethod
    def of(cls, *rows: str, body: str = "Der Text.\n") -> Read:
        read = cls(list(rows))
        text = "\n".join(["---", *rows, "---", body])
        read.document = frontmatter.read(
            text, lambda *said: read.said.append(said), lambda *said: read.warned.append(said)
        )
        return read

    @property
    def values(self) -> dict[str, object]:
        assert self.document, self.said
        return dict(self.document.fields.values)


def everywhere(value: str, place: str) -> tuple[list[str], int]:
    """Put a value at a place between sound fields; give the rows and the line of the value."""
    rows = [*BEFORE, *PLACES[place], *AFTER]
    at = next(number for number, row in enumerate(rows) if "{}" in row)
    rows[at] = rows[at].format(value)
    return rows, at + 2


@pytest.mark.parametrize(
    ("slip", "place"),
    [
        (slip, place)
        for slip in SLIPS
        for place in PLACES
        if place not in {"list", "second of a list"} or slip not in LISTS_TAKE_TABLES
    ],
)
def test_the_line_that_is_wrong_is_told_and_what_is_advised_means_what_was_meant(
    slip: str, place: str
) -> None:
    value, meant = SLIPS[slip]
    rows, line = everywhere(value, place)
    read = Read.of(*rows)
    ((told, message),) = (*read.said, *read.warned)
    assert told == line, message
    typed = re.sub(r"^.*?(?:Anführungszeichen|Schreiben Sie(?: ihn so)?): ", "", message)
    indent = re.match(" *", rows[line - 2])
    assert indent
    rows[line - 2] = indent[0] + typed
    again = Read.of(*rows)
    assert again.said == again.warned == [], typed
    assert meant in _texts(again.values)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value)]


@pytest.mark.parametrize("slip", sorted(LISTS_TAKE_TABLES))
def test_a_colon_in_an_entry_of_a_list_is_told_there(slip: str) -> None:
    value, meant = SLIPS[slip]
    rows, line = everywhere(value, "second of a list")
    read = Read.of(*rows)
    if read.document:
        assert read.document.fields.texts("summary") == ("Ein Punkt.",)
    ((told, message),) = read.said
    assert told == line
    typed = message.rpartition("gerade Anführungszeichen: ")[2]
    rows[line - 2] = f"  - {typed.removeprefix('- ')}"
    document = Read.of(*rows).document
    assert document
    assert document.fields.texts("summary") == ("Ein Punkt.", meant)


ODD = {
    "no-break space": "\u00a0", "narrow no-break space": "\u202f", "zero-width space": "\u200b",
    "word joiner": "\u2060", "thin space": "\u2009", "ideographic space": "\u3000",
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize(
    "row", ["title:{} Preise", "title:{}Preise", "{}title: Preise", "summary:\n{}{}- Ein Punkt."]
)
def test_a_blank_that_is_none_is_named_on_its_line(odd: str, row: str) -> None:
    rows = [*BEFORE, *row.replace("{}", odd).split("\n"), *AFTER]
    ((line, message),) = Read.of(*rows).said
    assert (line, "unsichtbare" in message) == (len(BEFORE) + 2 + row.count("\n"), True)


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        (["summary:", "\t- Ein Punkt."], 3, "Tabulator"),
        (["title: A\tB: C"], 2, "Doppelpunkt"),
        (["title:Preise", "date: x"], 2, 'title: "Preise"'),
        (["title = Preise", "date: x"], 2, 'title: "Preise"'),
        (["title： „Preise“", "date: x"], 2, 'title: "Preise"'),
        (["title Preise", "date: x"], 2, "hat nicht die Form „name: Wert“"),
        (["title: A", " date: 2026-11-20"], 3, "anders eingerückt"),
        (["title: A", "  - date"], 3, ""),
        ([" title: A", "date: 2026-11-20"], 2, "anders eingerückt"),
        (["summary:", "  - a", " - b"], 4, "anders eingerückt"),
        (["title: A", "", "Der Text beginnt."], 4, "fehlt davor die Zeile „---“"),
        (["title: A", "—", "", "Der Text."], 3, "schreiben Sie „---“"),
        (["title: A", "–--", "", "Der Text."], 3, "schreiben Sie „---“"),
        (["title: A", "***", "", "Der Text."], 3, "schreiben Sie „---“"),
        (["title: A", "=======", "title: B"], 3, "Konflikt"),
        (["title: A", "title: B"], 3, "steht zweimal da"),
        (["tags: [a, b", "date: x"], 2, "eckige Klammer wird nicht geschlossen"),
        (["tags: [#a, b]", "date: x"], 2, "ist eine Notiz; auch die Klammer"),
        (['tags: ["a, b]', "date: x"], 2, "wird ein Anführungszeichen nicht geschlossen"),
        (['title: "C:\\gut"'], 2, "umgekehrte Schrägstrich"),
        (["title: a\x08b"], 2, "U+0008"),
        (["date: x", "title: a\x7fb"], 3, "U+007F"),
        (["? [a]", ": b"], 2, "einfacher Name"),
        (["title: 'A", "date: B's"], 2, "nicht geschlossen"),
        (['title: "A', "date: 2026-11-20", 'author: "E"', "status: x"], 2, "nicht geschlossen"),
        (['title: "A', "date: 2026-11-20", "author: E\"", "status: x"], 2, "nicht geschlossen"),
    ],
)  # fmt: skip
def test_each_slip_is_told_on_its_line(rows: list[str], line: int, message: str) -> None:
    read = Read.of(*rows)
    if message:
        assert read.said, read.values
        assert read.said[0][0] == line, read.said
        assert message in read.said[0][1]


@pytest.mark.parametrize(
    "typed",
    [
        "yes", "no", "on", "off", "true", "null", "~", "01234", "0o17", "0x1F", "1_000", "1e3",
        "12:30", "12:30:45", "2026-11-20", "2026-11-20T10:00:00Z", ".inf", "=", "2026", "„A“",
        "C:\\Umsatz", "A (B) - C", "3.10", "+49 711 1", "#1"[1:], "Müller & Co", "5 > 3", "a'b",
    ],
)  # fmt: skip
def test_what_looks_like_something_else_stays_as_it_was_typed(typed: str) -> None:
    read = Read.of(f"title: {typed}", *AFTER)
    assert read.said == read.warned == []
    assert read.values["title"] == typed


@pytest.mark.parametrize(
    ("row", "is_lost"),
    [
        ("title: A  # eine Notiz", False),
        ("status: draft # bald", False),
        ("date: 2026-11-20 # Messe", False),
        ("description:  # Ein Satz für Suchergebnisse.", False),
        ("tags: []  # Stichwörter", False),
        ('title: "Die Nummer #1"', False),
        ("title: Die Nummer#1", False),
        ("# title: Die Nummer #1", False),
        ("tags: #kunden", True),
        ("title: A #1", True),
        ('title: "A" #1', True),
        ("title: Zwei Wörter # eins", True),
        ("tags: [a, b] #c", False),
    ],
)
def test_a_note_is_told_from_words_that_are_lost(row: str, is_lost: bool) -> None:
    read = Read.of(row, *BEFORE[1:])
    assert read.said == []
    assert [line for line, _ in read.warned] == ([2] if is_lost else [])


BOMBS = {
    "aliases": "\n".join(
        ["a: &a [x, x, x, x, x, x, x, x, x]"]
        + [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghi")]
    ),
    "merge keys": "a: &a {b: c}\nd:\n  <<: *a\n",
    "an anchor in a list": "summary:\n  - &a Punkt\n  - *a\n",
    "an anchor of a key": "&a title: x\n",
    "flow lists": "title: " + "[" * 100_000,
    "closed flow lists": "title: " + "[" * 900 + "]" * 900,
    "flow tables": "title: " + "{a: " * 900 + "}" * 900,
    "blocks": "\n".join(f"{' ' * depth}a:" for depth in range(2_000)),
    "lists": "\n".join(f"{'- ' * depth}a" for depth in range(300, 0, -1)),
    "one long value": "title: " + "x" * 5_000_000,
    "many fields": "\n".join(f"a{number}: x" for number in range(100_000)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_what_would_take_for_ever_is_refused_at_once(bomb: str) -> None:
    began = time.process_time()
    read = Read.of(*bomb.split("\n"))
    assert read.document is None
    assert len(read.said) == 1
    assert time.process_time() - began < 2


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_told(rows: str) -> None:
    read = Read.of(*rows.split("\n"))
    assert read.document or read.said
    assert all(1 <= line <= rows.count("\n") + rows.count("\r") + 4 for line, _ in read.said)


PIECES = st.sampled_from(
    ["title", ":", ": ", " ", "  ", "\n", "- ", '"', "'", "„", "“", "#", " #", "[", "]", "{", "}",
     "&a", "*a", "!", "|", ">", "\t", "\u00a0", "---", "=", "A", "\\", ",", "\u2028", "%", "?"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_signs_in_any_order_are_read_or_told(rows: str) -> None:
    read = Read.of(*rows.split("\n"))
    assert read.document or read.said


@pytest.mark.parametrize("odd", [" ---", "\u200b---", "---\u00a0", "\u2060---"])
@pytest.mark.parametrize(("before", "behind", "line"), [("{}", "---", 1), ("---", "{}", 3)])
def test_what_is_not_seen_beside_the_hyphens_is_told(
    odd: str, before: str, behind: str, line: int
) -> None:
    told: list[tuple[int, str]] = []
    text = f"{before.format(odd)}\ntitle: Ein Titel\n{behind.format(odd)}\nEin Absatz.\n"
    assert frontmatter.read(text, lambda at, message: told.append((at, message))) is None
    ((at, message),) = told
    assert at == line
    assert "Löschen Sie die Zeile, und tippen Sie „---“ neu." in message
