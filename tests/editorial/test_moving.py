"""Another address, or none, and no link that gets lost."""

from __future__ import annotations

import pytest

from support.content import ARTICLE
from website.content.kinds import KINDS, OTHER_PAGES
from website.editorial import moving
from website.editorial.moving import Place
from website.exceptions import AuthoringError

ARTICLES = next(kind for kind in KINDS if kind.file("x") == "artikel/x.md")
OLD, NEW = Place(ARTICLES, "alt"), Place(ARTICLES, "neu")
PAGE = Place(OTHER_PAGES, "ueber")
SITE = b'[[navigation]]\r\nlabel = "Alt"\r\nto = "/artikel/alt/"  # hier\r\n'


def text(body: str, front: str = "") -> bytes:
    return ARTICLE.replace("Ein Absatz.", body).replace("status:", f"{front}status:").encode()


@pytest.fixture
def texts() -> dict[str, bytes]:
    return {
        "artikel/alt.md": text("[selbst](alt.md#ziel)", "aliases: [/ganz-alt/]  # früher\n"),
        "artikel/neu.md": text("[a](alt.md#ziel), [b](/artikel/alt/), `[c](alt.md)`"),
        "artikel/kalt.md": text("[a](kalt.md) [b](../artikel/alt.md)").replace(b"\n", b"\r\n"),
        "artikel/latin.md": "Größe [a](alt.md)".encode("latin-1"),
        "seiten/ueber.md": text("[a](../artikel/alt.md#ziel)"),
        "website.toml": SITE,
    }


def test_a_renamed_text_takes_every_link_along(texts: dict[str, bytes]) -> None:
    del texts["artikel/neu.md"]
    changes = moving.renamed(OLD, NEW, texts, leads_on=True)
    assert changes == {
        "artikel/alt.md": None,
        "artikel/neu.md": text(
            "[selbst](neu.md#ziel)", "aliases: [/ganz-alt/, /artikel/alt/]  # früher\n"
        ),
        "artikel/kalt.md": texts["artikel/kalt.md"].replace(b"/alt.md", b"/neu.md"),
        "seiten/ueber.md": text("[a](../artikel/neu.md#ziel)"),
        "website.toml": SITE.replace(b"/artikel/alt/", b"/artikel/neu/"),
    }


def test_a_draft_that_nobody_has_seen_leaves_no_address(texts: dict[str, bytes]) -> None:
    changes = moving.renamed(OLD, NEW, texts, leads_on=False)
    assert changes["artikel/neu.md"] == text(
        "[selbst](neu.md#ziel)", "aliases: [/ganz-alt/]  # früher\n"
    )


def test_a_deleted_text_leads_to_its_successor(texts: dict[str, bytes]) -> None:
    changes = moving.deleted(OLD, NEW, texts, was_public=True)
    assert changes == {
        "artikel/alt.md": None,
        "artikel/neu.md": text(
            "[a](neu.md), [b](/artikel/neu/), `[c](alt.md)`",
            "aliases: [/ganz-alt/, /artikel/alt/]\n",
        ),
        "artikel/kalt.md": texts["artikel/kalt.md"].replace(b"/alt.md", b"/neu.md"),
        "seiten/ueber.md": text("[a](../artikel/neu.md)"),
        "website.toml": SITE.replace(b"/artikel/alt/", b"/artikel/neu/"),
    }


def test_the_successor_may_lie_in_another_folder(texts: dict[str, bytes]) -> None:
    changes = moving.deleted(OLD, PAGE, texts, was_public=True)
    assert b"[b](../seiten/ueber.md)" in (changes["artikel/kalt.md"] or b"")
    assert b"[a](ueber.md)" in (changes["seiten/ueber.md"] or b"")
    assert b"aliases: [/ganz-alt/, /artikel/alt/]" in (changes["seiten/ueber.md"] or b"")
    assert b'to = "/ueber/"  # hier' in (changes["website.toml"] or b"")


def test_what_was_public_is_not_deleted_without_a_successor(texts: dict[str, bytes]) -> None:
    with pytest.raises(AuthoringError, match="künftig führt"):
        moving.deleted(OLD, None, texts, was_public=True)
    for wrong in (OLD, Place(ARTICLES, "fehlt")):
        with pytest.raises(AuthoringError, match="andere Seite"):
            moving.deleted(OLD, wrong, texts, was_public=True)


def test_a_draft_is_deleted_without_a_trace(texts: dict[str, bytes]) -> None:
    assert moving.deleted(OLD, None, texts, was_public=False) == {"artikel/alt.md": None}
    changes = moving.deleted(OLD, NEW, texts, was_public=False)
    assert b"aliases" not in (changes["artikel/neu.md"] or b"")
