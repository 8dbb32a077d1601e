"""Which addresses were ever public: the release writes it down, and git can merge it."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

import pytest

from support.builds import Checkout
from support.content import Content
from support.site import ROOT
from website import checking
from website.content import published
from website.exceptions import UnreadableFile


def told(content: Content) -> dict[str, list[int]]:
    """Return the lines of ``adressen.txt`` with problems, by rule."""
    found: dict[str, list[int]] = {}
    for problem in checking.check(content.load(), content.folder):
        if problem.path == "content/adressen.txt":
            found.setdefault(problem.rule, []).append(problem.line)
    return found


@pytest.mark.slow
def test_only_a_release_writes_down_what_it_holds(content: Content, tmp_path: Path) -> None:
    content.article("a")
    checkout = Checkout.copied(tmp_path, content.folder)
    checkout.build(tmp_path / "look")
    assert not (content.folder / published.NAME).exists()
    checkout.build(tmp_path / "live", release=True)
    assert "/artikel/a/" in published.read(content.folder)
    before = (content.folder / published.NAME).read_bytes()
    content.article("b")
    content.article("spaeter", date="2199-01-01")
    content.article("entwurf", status="draft")
    checkout.build(tmp_path / "live", release=True)
    after = (content.folder / published.NAME).read_bytes()
    assert set(after.split()) - set(before.split()) == {b"/artikel/b/"}
    (content.folder / "artikel/a.md").unlink()
    assert any(
        "/artikel/a/ war veröffentlicht" in p.message for p in checking.check(content.load())
    )


@pytest.mark.slow
def test_a_list_that_cannot_be_written_stops_no_release(
    content: Content, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content.article("a")
    content.write("adressen.txt", "/a/\n<<<<<<< HEAD\n")
    with caplog.at_level(logging.WARNING):
        Checkout.copied(tmp_path, content.folder).build(tmp_path / "live", release=True)
    assert (tmp_path / "live/artikel/a/index.html").exists()
    assert "Tragen Sie dort ein: / /artikel/ /artikel/a/" in caplog.text
    assert (content.folder / "adressen.txt").read_text() == "/a/\n<<<<<<< HEAD\n"


def test_a_list_that_cannot_be_read_is_never_overwritten(content: Content) -> None:
    content.write("adressen.txt", "/größe/\n".encode("latin-1"))
    with pytest.raises(UnreadableFile):
        published.add(content.folder, ["/neu/"])
    assert (content.folder / "adressen.txt").read_bytes() == "/größe/\n".encode("latin-1")


def test_addresses_of_two_releases_merge_in_git(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=E", "-c", "user.email=e@firma.example")
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    folder = tmp_path / "content"
    folder.mkdir()
    (tmp_path / ".gitattributes").write_text((ROOT / ".gitattributes").read_text())
    for name in ("woerter.txt", "bildrechte.txt"):
        (folder / name).write_text("# Liste\n")
    published.add(folder, ["/", "/artikel/"])
    git("init", "-b", "main")
    git("add", "-A")
    git("commit", "-m", "a")
    for branch, slugs in (("anna", ("b", "d")), ("bert", ("a", "c", "d"))):
        git("checkout", "-b", branch, "main")
        published.add(folder, [f"/artikel/{slug}/" for slug in slugs])
        for name in ("woerter.txt", "bildrechte.txt"):
            (folder / name).write_text(f"# Liste\n{branch}.svg: eigene\n")
        git("commit", "-am", branch)
    git("checkout", "main")
    git("merge", "anna")
    git("merge", "bert")
    merged = {"/", "/artikel/", *(f"/artikel/{slug}/" for slug in "abcd")}
    assert set(published.read(folder)) == merged
    for name in ("woerter.txt", "bildrechte.txt"):
        assert "anna.svg" in (folder / name).read_text()
        assert "bert.svg" in (folder / name).read_text()
    published.add(folder, ["/artikel/e/"])
    assert published.read(folder) == tuple(sorted({*merged, "/artikel/e/"}))


@pytest.mark.parametrize(
    ("text", "rule", "lines"),
    [
        ("/artikel/a/\n<<<<<<< HEAD\n/b/\n=======\n/c/\n>>>>>>> anna\n", "unreadable-list", [2]),
        ("/artikel/a/\n=======\n", "unreadable-list", [2]),
        ("/artikel/a/\nartikel/b\n", "no-address", [2]),
        ("/artikel/größe/\n".encode("utf-16"), "unreadable-list", [1]),
        ("/\n/artikel/größe/\n".encode("latin-1"), "unreadable-list", [2]),
    ],
)
def test_a_broken_list_is_told_on_its_line_and_alone(
    content: Content, text: str | bytes, rule: str, lines: list[int]
) -> None:
    content.article("a")
    content.write("adressen.txt", text)
    assert told(content) == {rule: lines}


@pytest.mark.parametrize("name", ["woerter.txt", "bildrechte.txt"])
@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", 2),
        ("a\nGröße\n".encode("latin-1"), 2),
        ("Größe\n".encode("utf-16"), 1),
        (b"a\n=======\n", 2),
    ],
)
def test_another_broken_list_is_told_on_its_line(
    content: Content, name: str, data: bytes, line: int
) -> None:
    content.write(name, data)
    found = checking.check(content.load(), content.folder)
    assert [(p.line, p.blocks) for p in found if p.path == f"content/{name}"] == [(line, True)]


@pytest.mark.parametrize("file", ["artikel/a.md", "seiten/ueber.md"])
def test_marks_of_a_conflict_are_told_first_and_alone(content: Content, file: str) -> None:
    content.article("b", text=_linking("../" + file))
    content.write("adressen.txt", "/artikel/a/\n/ueber/\n")
    for body in (
        "---\ntitle: x\n<<<<<<< HEAD\nx: y\n=======\n>>>>>>> anna\n---\n",
        "---\ntitle: x\n---\n<<<<<<< HEAD\nText\n=======\nAnderer\n>>>>>>> anna\n",
        "---\r\ntitle: x\r\n---\r\n<<<<<<< HEAD\r\nText\r\n",
        "---\ntitle: x\nx: y\n>>>>>>> anna\n---\n",
    ):
        content.write(file, body)
        other = "seiten/ueber.md" if "artikel" in file else "artikel/a.md"
        content.write(other, _linking("../artikel/b.md"))
        found = checking.check(content.load(), content.folder)
        own = [p for p in found if p.path in {f"content/{file}", "content/adressen.txt"}]
        rows = enumerate(body.split("\n"), start=1)
        mark = next(number for number, row in rows if row.startswith(("<<<", ">>>")))
        assert [(p.path, p.line) for p in own] == [(f"content/{file}", mark)]
        assert "git hat beide Fassungen" in own[0].message
        assert not [p for p in found if "nicht gibt" in p.message]


def _linking(target: str) -> str:
    return (
        "---\ntitle: Ein Titel\ndescription: Eine Beschreibung.\ndate: 2026-11-01\n"
        f"updated: 2026-11-01\ntopic: kunden\nreviewed_by: E\nstatus: published\n"
        f"---\n\n[x]({target})\n"
    )
