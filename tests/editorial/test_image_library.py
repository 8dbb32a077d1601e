"""What is known of images, and which texts show them."""

from __future__ import annotations

import pytest

from website.editorial import image_library
from website.editorial.image_library import Rights
from website.exceptions import AuthoringError

TEAM = Rights("Jo Kamm", "CC BY 4.0", "2026-11-28", "Zwei Menschen; sie lachen")
LINE = (
    "artikel/team.jpg: Jo Kamm, CC BY 4.0, Einwilligung: 2026-11-28; "
    "Alternativtext: Zwei Menschen; sie lachen"
)


def test_an_entry_is_read_as_it_was_written() -> None:
    assert image_library.rights(f"{LINE}\n".encode()) == {"artikel/team.jpg": TEAM}
    assert image_library.parse("Jo Kamm, Einwilligung: 2026-11-01") == Rights(
        "Jo Kamm", "", "2026-11-01"
    )
    assert image_library.parse("eigene Zeichnung") == Rights("eigene Zeichnung")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_only_the_line_of_the_image_changes(end: str, mark: bytes) -> None:
    rows = ["# Bilder", "artikel/a.jpg: A, frei  # geprüft", "", "artikel/z.jpg: Z"]
    before = mark + end.join(rows).encode()
    added = image_library.with_rights(before, "artikel/team.jpg", TEAM)
    assert added == before + f"{end}{LINE}{end}".encode()
    changed = image_library.with_rights(added, "artikel/a.jpg", Rights("B", "frei"))
    assert changed == added.replace(b"A, frei  # gepr\xc3\xbcft", b"B, frei")
    gone = image_library.with_rights(added, "artikel/team.jpg", None)
    assert gone == before + end.encode()


def test_a_list_that_is_no_text_or_a_path_that_it_cannot_hold_is_refused() -> None:
    with pytest.raises(AuthoringError):
        image_library.with_rights("ü".encode("latin-1"), "artikel/x.jpg", TEAM)
    with pytest.raises(AuthoringError):
        image_library.with_rights(b"", "artikel/x: y.jpg", TEAM)
    assert image_library.with_rights(None, "artikel/team.jpg", TEAM) == f"{LINE}\n".encode()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("artikel/x.md", "![Alt](team.jpg)"),
        ("artikel/x.md", "---\nimage:\n  file: team.jpg\n---\n"),
        ("artikel/x.md", "![Alt](<./team.jpg> 'Titel')"),
        ("artikel/x.md", "![Alt][1]\n\n[1]: team.jpg"),
        ("seiten/x.md", "![Alt](../artikel/team.jpg)"),
        ("website.toml", 'logo = "artikel/team.jpg"'),
    ],
)
def test_wherever_an_image_is_named_it_is_used(file: str, text: str) -> None:
    images = ["artikel/team.jpg", "seiten/team.jpg"]
    found = image_library.uses(images, {file: text.encode()})
    assert found == {"artikel/team.jpg": [file], "seiten/team.jpg": []}


def test_strange_names_and_wide_graphics_are_found_too() -> None:
    texts = {"artikel/x.md": "![A](<mein büro.jpg>) ![B](plan.svg)".encode()}
    images = ["artikel/mein büro.jpg", "artikel/plan.svg", "artikel/plan-breit.svg"]
    assert all(image_library.uses(images, texts).values())
