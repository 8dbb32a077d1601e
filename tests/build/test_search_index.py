"""The index of the search: what is in it, and what of it an edit makes anew."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.builds import Checkout, contents
from support.content import Content
from support.editions import CODES, edition
from support.site import ROOT
from website.build.searched_text import LEFT_OUT, cut
from website.content import library
from website.exceptions import FreezeError

SHORT = 2
"""Articles for which there is one more part here, instead of 64."""


@pytest.fixture
def checkout(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setattr(library, "ARTICLES_IN_PART", SHORT)
    content.write("seiten/suche.md", (ROOT / "content/seiten/suche.md").read_text("utf-8"))
    for number in range(8):
        content.article(f"artikel-{number}", title=f"Artikel {number}")
    return Checkout.copied(tmp_path / "checkout", content.folder)


def _fragments(index: dict[str, bytes]) -> dict[str, bytes]:
    return {path: made for path, made in index.items() if path.endswith(".pf_fragment")}


def _languages(index: dict[str, bytes]) -> dict[str, int]:
    """Count the pages of each language."""
    entry = json.loads(index["pagefind-entry.json"])
    return {name: found["page_count"] for name, found in entry["languages"].items()}


def parts(build: Path) -> dict[str, dict[str, bytes]]:
    return {folder.name: contents(folder) for folder in (build / "suche/index").iterdir()}


def test_the_index_is_what_pagefind_makes_of_whole_pages(build: Path, tmp_path: Path) -> None:
    left_out = ", ".join(f".{name}" for name in LEFT_OUT)
    command = [sys.executable, "-m", "pagefind_bin", "--site", build, "--output-path", tmp_path]
    subprocess.run([*command, "--quiet", "--exclude-selectors", left_out], check=True)
    expected, found = (
        contents(tmp_path),
        [
            contents(build / edition(code).addresses.at("suche/index/0").lstrip("/"))
            for code in CODES
        ],
    )
    fragments = [_fragments(index) for index in found]
    assert {path: made for index in fragments for path, made in index.items()} == _fragments(
        expected
    )
    assert [list(_languages(index)) for index in found] == [
        [edition(code).language.tag.lower()] for code in CODES
    ]
    assert {name: n for index in found for name, n in _languages(index).items()} == _languages(
        expected
    )


def test_a_site_without_a_page_to_search_on_has_no_index(
    checkout: Checkout, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    checkout.build(build)
    assert (build / "suche/index/0").exists()
    (checkout.content / "seiten/suche.md").unlink()
    checkout.build(build)
    assert not (build / "suche").exists()
    assert checkout.build(build).made == 0


def test_an_edit_makes_one_part_anew(checkout: Checkout, tmp_path: Path) -> None:
    build = tmp_path / "build"
    checkout.build(build)
    before = {path: path.stat().st_ino for path in build.glob("suche/index/*/pagefind-entry.json")}
    assert len(before) == 4
    with (checkout.content / "artikel/artikel-3.md").open("a") as file:
        file.write("\nNoch ein Satz.\n")
    checkout.build(build)
    assert [path.stat().st_ino == before[path] for path in before].count(False) == 1
    checkout.build(tmp_path / "clean", clean=True)
    assert contents(build) == contents(tmp_path / "clean")


def test_after_an_edit_by_two_processes_nothing_is_left_to_do(
    checkout: Checkout, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    checkout.build(build, jobs=2)
    for number in range(8):
        with (checkout.content / f"artikel/artikel-{number}.md").open("a") as file:
            file.write("\nNoch ein Satz.\n")
        checkout.build(build, jobs=2)
        seal = (tmp_path / ".build.freezing/outcome").read_text("utf-8")
        checkout.build(build, jobs=2)
        assert (tmp_path / ".build.freezing/outcome").read_text("utf-8") == seal


def test_with_other_articles_there_are_other_parts(checkout: Checkout, tmp_path: Path) -> None:
    build = tmp_path / "build"
    checkout.build(build)
    assert parts(build).keys() == {"0", "1", "2", "3"}
    for number in range(5):
        (checkout.content / f"artikel/artikel-{number}.md").unlink()
    checkout.build(build)
    assert parts(build).keys() == {"0"}
    checkout.build(tmp_path / "clean", clean=True)
    assert contents(build) == contents(tmp_path / "clean")


def test_a_part_that_somebody_has_spoilt_is_made_anew(checkout: Checkout, tmp_path: Path) -> None:
    build = tmp_path / "build"
    checkout.build(build)
    before = contents(build)
    (build / "suche/index/2/pagefind-entry.json").write_text("{}")
    next((build / "suche/index/1").rglob("*.pf_fragment")).unlink()
    checkout.build(build)
    assert contents(build) == before


def test_what_somebody_has_put_into_a_part_is_not_deleted(
    checkout: Checkout, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    checkout.build(build)
    (build / "suche/index/1/fremd.txt").write_text("fremd")
    with pytest.raises(FreezeError, match=r"suche/index/1/fremd\.txt"):
        checkout.build(build)
    assert (build / "suche/index/1/fremd.txt").read_text() == "fremd"


def test_each_edition_has_an_index_of_its_own_in_its_language(
    checkout: Checkout, content: Content, tmp_path: Path
) -> None:
    content.edition()
    content.write("en/seiten/suche.md", (ROOT / "content/seiten/suche.md").read_text("utf-8"))
    build = tmp_path / "build"
    checkout.build(build)
    english = contents(build / "en/search/index/0")
    assert _languages(english).keys() == {"en-gb"}
    assert all(_languages(part).keys() == {"de"} for part in parts(build).values())
    assert 'data-root="/"' in (build / "en/search/index.html").read_text("utf-8")
    inode = (build / "suche/index/0/pagefind-entry.json").stat().st_ino
    with (content.folder / "en/artikel/ein-artikel.md").open("a") as file:
        file.write("\nOne more sentence.\n")
    checkout.build(build)
    assert contents(build / "en/search/index/0") != english
    assert (build / "suche/index/0/pagefind-entry.json").stat().st_ino == inode
    checkout.build(tmp_path / "clean", clean=True)
    assert contents(build) == contents(tmp_path / "clean")


def test_what_is_left_out_ends_where_it_ends() -> None:
    related = '<section class="related"><section>innen</section>auch</section>'
    main = f'<main class="main" data-pagefind-body>vorn {related}hinten</main>fern'
    page = f'<html lang="de"><title>T</title>{main}'
    assert "<title>T</title>" in cut(page)
    assert "vorn hinten</main>" in cut(page)
    assert "fern" not in cut(page)


def test_a_page_that_is_not_marked_is_not_cut() -> None:
    assert cut("<title>T</title><main>Text</main>") == ""
