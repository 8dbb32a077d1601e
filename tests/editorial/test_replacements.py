"""Words are replaced where somebody has chosen so, and nowhere else."""

from __future__ import annotations

import tomllib
import unicodedata
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.yaml_files import File, files
from website.content import frontmatter
from website.editorial import replacements
from website.editorial.replacements import Query
from website.exceptions import AuthoringError

NFD = unicodedata.normalize("NFD", "Größe")
TEXTS = {
    "artikel/a.md": (
        f'\ufeff---\r\ntitle: Größe  # die Größe\r\nsources:\r\n  - text: "Alte Größe: Größe"\r\n'
        f"---\r\nDie Größe\r\nzählt. größe und {NFD}.\r\nÜbergröße"
    ).encode(),
    "website.toml": 'a = 1\nname = "Größe"  # Größe\n'.encode(),
    "latin.md": "Größe".encode("latin-1"),
    "woerter.txt": "Größe\n".encode(),
    "artikel/ohne.md": "Ohne Angaben, mit Größe".encode(),
}


def test_every_hit_has_its_file_line_and_surroundings() -> None:
    hits = replacements.find(TEXTS, Query("Größe"))
    assert [(hit.file, hit.line, hit.field, hit.before, hit.found, hit.after) for hit in hits] == [
        ("artikel/a.md", 2, "title", "", "Größe", ""),
        ("artikel/a.md", 4, "sources.0.text", "Alte ", "Größe", ": Größe"),
        ("artikel/a.md", 4, "sources.0.text", "Alte Größe: ", "Größe", ""),
        ("artikel/a.md", 6, "", "Die ", "Größe", ""),
        ("artikel/a.md", 7, "", "zählt. größe und ", NFD, "."),
        ("artikel/ohne.md", 1, "", "Ohne Angaben, mit ", "Größe", ""),
        ("website.toml", 2, "name", "", "Größe", ""),
    ]
    assert len({hit.id for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (Query("größe", match_case=False), 9),
        (Query("größe", match_case=False, whole_words=True), 8),
        (Query("Die  Größe zählt"), 1),
        (Query("  "), 0),
        (Query("(Größe"), 0),
    ],
)
def test_words_are_found_as_wanted(query: Query, count: int) -> None:
    assert len(replacements.find(TEXTS, query)) == count


def test_only_chosen_hits_are_replaced() -> None:
    query = Query("Größe", 'Maß: "neu"')
    hits = replacements.find(TEXTS, query)
    changes = replacements.replace(TEXTS, query, [hits[0].id, hits[2].id, hits[3].id, hits[6].id])
    text = TEXTS["artikel/a.md"].decode()
    assert changes["artikel/a.md"].decode() == (
        text.replace("title: Größe ", 'title: "Maß: \\"neu\\"" ')
        .replace(': Größe"', ': Maß: \\"neu\\""')
        .replace("Die Größe", 'Die Maß: "neu"')
    )
    assert changes["website.toml"] == 'a = 1\nname = "Maß: \\"neu\\""  # Größe\n'.encode()
    assert changes.keys() == {"artikel/a.md", "website.toml"}


def test_what_has_changed_since_the_search_is_not_replaced() -> None:
    query = Query("Größe", "x")
    chosen = [hit.id for hit in replacements.find(TEXTS, query)]
    with pytest.raises(AuthoringError, match="Suchen Sie noch einmal"):
        replacements.replace(TEXTS | {"website.toml": b""}, query, chosen)


def values_of(data: bytes) -> dict[str, Any]:
    document = frontmatter.read(data.decode(), lambda *_: None)
    assert document
    return dict(document.fields.values)


@given(files(), st.sampled_from(["a", "Wort", "Worte", "ja"]), st.data())
def test_what_is_put_in_is_read_as_it_was_typed(
    file: File, words: str, data: st.DataObject
) -> None:
    assume(frontmatter.read(file.data.decode(), lambda *_: None))
    texts = {"artikel/x.md": file.data}
    query = Query(words, data.draw(st.sampled_from(["neu", "it's: so # ja", '"', "[x", "- y", ""])))
    hits = [hit.id for hit in replacements.find(texts, query)]
    chosen = data.draw(st.lists(st.sampled_from(hits), unique=True)) if hits else []
    try:
        changes = replacements.replace(texts, query, chosen)
    except AuthoringError:
        assume(False)
        raise
    after = changes.get("artikel/x.md", file.data)
    if set(chosen) == set(hits):
        assert values_of(after) == substituted(file.values, words, query.replacement)
    if not chosen:
        assert changes == {}


def substituted(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: substituted(each, old, new) for key, each in value.items()}
    return [substituted(each, old, new) for each in value]


def test_keys_are_never_touched() -> None:
    texts = {"formular.toml": b'[choices]\nneu = "neu"\n'}
    query = Query("neu", "alt")
    hits = replacements.find(texts, query)
    [changed] = replacements.replace(texts, query, [hit.id for hit in hits]).values()
    assert tomllib.loads(changed.decode()) == {"choices": {"neu": "alt"}}
