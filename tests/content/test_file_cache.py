"""Content read again after a change is what it would be if it were read for the first time."""

from __future__ import annotations

import itertools
import os
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.content import ARTICLE, PAGE, SITE, TODAY, Content
from website.content import library_problems, loading
from website.content.library import Library
from website.exceptions import ContentError

FILES = {
    "artikel/a.md": (
        ARTICLE,
        ARTICLE.replace("Ein Absatz.", "![Bild](b.png) [b](b.md#teil)"),
        ARTICLE.replace("status: published", "status: published\nimage: b.png\nimage_alt: Bild"),
        "kaputt",
    ),
    "artikel/b.md": (ARTICLE + "\n## Teil\n", ARTICLE.replace("kunden", "andere"), ARTICLE),
    "artikel/b.png": (b"kein Bild",),
    "seiten/ueber-uns.md": (PAGE.format("Über uns"), PAGE.format("Wir") + "\n[a](../artikel/a.md)"),
    "seiten/danke.md": (PAGE.format("Danke"),),
    "website.toml": (
        SITE,
        SITE.replace('slug = "kunden"', 'slug = "andere"'),
        SITE.replace('"Key Account Management"', '"Absatz"'),
        "kaputt",
    ),
}

changes = st.sampled_from(
    [(file, text) for file, texts in FILES.items() for text in (*texts, None)]
    + [("artikel/b.png", "red"), ("artikel/b.png", "blue")]
)


SECONDS = itertools.count(1_700_000_000)


def again(content: Content, before: Library) -> Library:
    return loading.load(
        content.folder,
        today=TODAY,
        with_unpublished=True,
        before=before,
    )


def change(content: Content, file: str, text: str | bytes | None) -> None:
    if text is None:
        (content.folder / file).unlink(missing_ok=True)
    elif text in {"red", "blue"}:
        content.image("b.png", color=str(text))
    else:
        content.write(file, text)
    if text is not None:
        # Long ago, each at a time of its own: what was written just now is read again anyway.
        os.utime(content.folder / file, (next(SECONDS), next(SECONDS)))


def seen(library: Library) -> dict[str, Any]:
    """Tell all that others get to know of a library."""
    return {
        "site": library.site,
        "items": library.items,
        "problems": library_problems.every(library),
        "facts": library.open_facts,
        "texts": [library.rendered(item) for item in library.items],
        "images": sorted(library.image_names),
    }


@settings(max_examples=40)
@given(steps=st.lists(st.lists(changes, min_size=1, max_size=3), min_size=1, max_size=6))
def test_reading_again_gives_what_reading_anew_gives(
    steps: list[list[tuple[str, str | bytes | None]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = Content(tmp_path_factory.mktemp("steps") / "content")
    library = content.load(with_unpublished=True)
    for step in steps:
        for file, text in step:
            change(content, file, text)
        library = again(content, library)
        assert seen(library) == seen(content.load(with_unpublished=True))


def test_what_has_not_changed_is_not_read_again(content: Content) -> None:
    for slug in ("a", "b"):
        file = content.article(slug)
        os.utime(file, (1_700_000_000, 1_700_000_000))
    first = content.load(with_unpublished=True)
    content.article("a", title="Ein neuer Titel")
    second = again(content, first)
    assert second.article("b") is first.article("b")
    assert second.article("a") != first.article("a")


def test_a_file_that_was_young_when_it_was_read_is_read_again(content: Content) -> None:
    file = content.article("a", title="Titel A")
    first = content.load()
    before = file.stat()
    file.write_text(file.read_text().replace("Titel A", "Titel B"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = again(content, first).article("a")
    assert found
    assert found.title == "Titel B"


def test_the_mark_that_an_editor_leaves_beside_an_open_file_is_no_article(
    content: Content,
) -> None:
    content.article("a")
    (content.folder / "artikel/.#a.md").symlink_to("jemand@rechner.4711")
    assert [article.name for article in content.load().articles] == ["a"]


def test_a_text_shows_another_image_though_it_has_not_changed_itself(content: Content) -> None:
    content.article("a", text=ARTICLE.replace("Ein Absatz.", "![Bild](b.png)"))
    content.image("b.png", color="red")
    first = content.load()
    shown = [first.rendered(item).html for item in first.articles]
    content.image("b.png", color="blue")
    second = again(content, first)
    assert [second.rendered(item).html for item in second.articles] != shown
    (content.folder / "artikel/b.png").unlink()
    third = again(content, second)
    assert "liegt nicht neben der Datei" in str(library_problems.every(third)[-1])


def test_markdown_that_was_stored_without_its_text_is_read_from_its_file(content: Content) -> None:
    file = content.article("a")
    found = content.load().article("a")
    assert found
    stored = pickle.loads(pickle.dumps(found.text))  # noqa: S301 - our own
    assert stored.markdown is None
    assert stored.body == found.text.body
    file.write_text(file.read_text() + "Noch ein Satz.")
    with pytest.raises(ContentError, match="geändert"):
        _ = stored.body
    file.unlink()
    with pytest.raises(ContentError, match="geändert"):
        _ = stored.body
