"""One place says what each file of the content is; no text is left out without a word."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.content import ARTICLE, PAGE, Content
from website import checking
from website.authoring import articles, file_transactions, preview_state
from website.build import targets
from website.build.incremental import inputs
from website.config import Settings
from website.content import files, images, library_problems
from website.content.files import FileKind
from website.content.problems import Severity
from website.exceptions import AuthoringError, ImageError
from website.infra import folders

EMPTY = "Das ist ein Verweis ins Leere. Löschen Sie ihn."
IRREGULAR = "Das ist keine gewöhnliche Datei. Ersetzen oder löschen Sie sie."

COPIES = [
    "ueber-uns 2",
    "ueber-uns (1)",
    "ueber-uns.sync-conflict-20261127-101500-ABCDEFG",
    "ueber-uns (conflicted copy 2026-11-27 101500)",
    "ueber-uns (Erikas MacBook's conflicted copy 2026-11-27)",
    "ueber-uns (In Konflikt stehende Kopie von Erika 2026-11-27)",
    "ueber-uns (Case Conflict)",
    "ueber-uns_conf(1)",
    "Kopie von ueber-uns",
    "Copy of ueber-uns",
    "ueber-uns - Kopie",
    "ueber-uns - Kopie (2)",
    "ueber-uns Kopie",
    "ueber-uns copy 3",
    "ueber-uns.orig",
    "ueber-uns.bak",
    "ueber-uns_LOCAL_4711",
    "ueber-uns~HEAD",
]

JUNK = [
    "._ueber-uns.md", "~$ber-uns.md", ".#ueber-uns.md", "#ueber-uns.md#", "ueber-uns.md~",
    ".ueber-uns.md.swp", "ueber-uns.md.swo", "~WRL0001.md", ".DS_Store", "Thumbs.db",
    "desktop.ini", "Icon\r", "ueber-uns.md.part", ".git/x.md", ".obsidian/x.md", ".trash/x.md",
    "__MACOSX/x.md", "@eaDir/x.md", ".ueber-uns.md.icloud", ".stfolder/x.md",
]  # fmt: skip

MISNAMED = [
    ("neuer-artikel.MD", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel.markdown", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel.md.txt", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel.txt", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel.Md", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel.md ", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel", "Benennen Sie sie um in „neuer-artikel.md“"),
    ("neuer-artikel.docx", "Legen Sie den Artikel mit dem Befehl „new“ an"),
    ("neuer-artikel.odt", "Legen Sie den Artikel mit dem Befehl „new“ an"),
    ("neuer-artikel.html", "Legen Sie den Artikel mit dem Befehl „new“ an"),
    ("neuer-artikel.md.bak", "Dem Namen nach ist sie eine Kopie"),
    ("neuer-artikel.md.orig", "Dem Namen nach ist sie eine Kopie"),
    ("2026/neuer-artikel.md", "in keinem Unterordner"),
    ("entwuerfe/neu/neuer-artikel.md", "in keinem Unterordner"),
    (
        "../neuer-artikel.md",
        "Artikel liegen in „artikel“, Praxisfälle in „praxisfaelle“, Seiten in „seiten“",
    ),
    (
        "../Artikel/neuer-artikel.md",
        "Artikel liegen in „artikel“, Praxisfälle in „praxisfaelle“, Seiten in „seiten“",
    ),
    (
        "../artikle/neuer-artikel.md",
        "Artikel liegen in „artikel“, Praxisfälle in „praxisfaelle“, Seiten in „seiten“",
    ),
]


@pytest.fixture
def about(content: Content) -> Content:
    content.write("seiten/ueber-uns.md", PAGE.format("Über uns"))
    content.article()
    return content


def told(content: Content) -> list[tuple[str, str, Severity]]:
    """Return what is said of all files: the file, the sentence, and its severity."""
    return [(p.path, p.message, p.severity) for p in library_problems.every(content.load())]


def made_from(content: Content) -> Mapping[str, str]:
    """List what a build would look at."""
    target = targets.target_of(content.folder.parent / "build", release=False)
    settings = Settings(content_dir=content.folder)
    return inputs.read(settings, target, content.folder, strict=False).files


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("folder", ["seiten", "artikel"])
def test_a_copy_is_left_out_with_a_word_and_stops_nobody(
    about: Content, name: str, folder: str
) -> None:
    about.article("ueber-uns")
    there = [item.address for item in about.load().items]
    about.write(f"{folder}/{name}.md", PAGE.format("Über uns"))
    assert [item.address for item in about.load().items] == there
    [(path, message, severity)] = told(about)
    assert path == f"content/{folder}/{name}.md"
    assert "Kopie" in message
    assert severity is Severity.WARNING


@pytest.mark.parametrize("name", ["ueber-uns-kopie", "kopie-von-allem", "schritt-2", "backup"])
def test_a_name_that_can_be_an_address_is_no_copy(about: Content, name: str) -> None:
    about.write(f"seiten/{name}.md", PAGE.format("Eine Seite"))
    assert name in about.load().pages
    assert told(about) == []


@pytest.mark.parametrize("path", JUNK)
@pytest.mark.parametrize("folder", ["seiten", "artikel"])
def test_what_programs_leave_beside_texts_does_not_exist(
    about: Content, path: str, folder: str
) -> None:
    before = about.load()
    state = preview_state.state(about.folder)
    about.write(f"{folder}/{path}", b"\x00\x05\x16\x07 Mac OS X")
    assert told(about) == []
    assert [item.address for item in about.load().items] == [i.address for i in before.items]
    assert preview_state.state(about.folder) == state
    assert not [file for file in made_from(about) if path in file]
    with file_transactions.tried({}, about.folder) as copy:
        assert not (copy / folder / path).exists()


@pytest.mark.parametrize(("name", "advice"), MISNAMED)
def test_an_article_is_never_left_out_without_a_word(
    about: Content, name: str, advice: str
) -> None:
    about.write(f"artikel/{name}", ARTICLE)
    [(path, message, severity)] = told(about)
    assert path == os.path.normpath(f"content/artikel/{name}")
    assert advice in message
    assert severity is Severity.WARNING


def test_who_publishes_a_file_that_is_left_out_learns_why(about: Content) -> None:
    about.write("artikel/neuer-artikel.md.txt", ARTICLE)
    for typed in ("neuer-artikel", "neuer-artikel.md.txt", "content/artikel/neuer-artikel.MD"):
        with pytest.raises(AuthoringError, match=r"neuer-artikel\.md\.txt: .* Texte enden auf"):
            articles.find(about.load(), typed)


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("Über uns neu", "ueber-uns-neu"),
        (unicodedata.normalize("NFD", "über"), "ueber"),
        ("ueber_uns", "ueber-uns"),
        ("Team", "team"),
        ("unser team", "unser-team"),
        ("Über uns/team", "ueber-uns/team"),
        ("a%20b", "a-20b"),
        ("a&b", "a-b"),
    ],
)
def test_a_page_whose_name_cannot_be_an_address_is_refused(
    about: Content, name: str, possible: str
) -> None:
    about.write(f"seiten/{name}.md", PAGE.format("Neu"))
    [(path, message, severity)] = told(about)
    assert path == f"content/seiten/{name}.md"
    assert f"Benennen Sie die Datei um, etwa in „{possible}.md“" in message
    assert severity is Severity.ERROR


@given(
    st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
        min_size=1, max_size=3,
    ),
    st.sampled_from(["", ".md", ".MD", ".md.txt", ".markdown", " 2.md", " (1).md"]),
)  # fmt: skip
def test_whatever_a_file_is_called_it_is_one_thing(parts: list[str], ending: str) -> None:
    name = "/".join([*parts[:-1], parts[-1] + ending])
    if folders.is_junk(name):
        return
    found = folders.SurveyedFile(name, name, None, siblings=())
    file = files.classify(found)
    assert bool(file.advice) == (file.kind is FileKind.STRAY)
    if file.kind is FileKind.TEXT:
        assert name.endswith(".md")


@pytest.mark.parametrize("link", ["artikel/noch-einmal", "seiten/a/b/hoch", "artikel/selbst"])
def test_a_link_that_leads_in_a_circle_is_told_and_left_out(about: Content, link: str) -> None:
    path = about.folder / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(path if path.name == "selbst" else about.folder, target_is_directory=True)
    [(place, message, severity)] = told(about)
    assert place == f"content/{link}"
    assert "Verweis" in message
    assert severity is Severity.ERROR
    assert len(made_from(about)) < 20
    assert len(preview_state.state(about.folder)) < 20
    with file_transactions.tried({}, about.folder) as copy:
        assert sum(len(names) for _, _, names in os.walk(copy)) < 20


def test_two_links_that_lead_to_each_other_are_told(about: Content) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (about.folder / f"seiten/{one}").mkdir()
        (about.folder / f"seiten/{one}/{other}").symlink_to(about.folder / f"seiten/{other}")
    assert [path for path, *_ in told(about)] == [
        "content/seiten/a/b/a",
        "content/seiten/b/a/b",
    ]


def test_a_folder_that_is_linked_once_is_read(about: Content, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(about.folder / "artikel", elsewhere)
    shutil.rmtree(about.folder / "artikel")
    (about.folder / "artikel").symlink_to(elsewhere)
    assert about.load().article("ein-artikel")
    assert told(about) == []


def test_what_is_no_file_is_told(about: Content) -> None:
    os.mkfifo(about.folder / "artikel/rohr.md")
    (about.folder / "artikel/leer.md").symlink_to("nirgends.md")
    assert told(about) == [
        ("content/artikel/leer.md", EMPTY, Severity.ERROR),
        ("content/artikel/rohr.md", IRREGULAR, Severity.ERROR),
    ]


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, _device], ids=["pipe", "folder", "device"])
@pytest.mark.parametrize(
    "name",
    [
        "website.toml", "formular.toml", "antworten.toml", "adressen.txt", "bildrechte.txt",
        "en/formular.toml", "en/oberflaeche.po",
    ],
)  # fmt: skip
def test_what_is_no_file_keeps_nobody_waiting(
    about: Content, name: str, make: Callable[[Path], None]
) -> None:
    about.edition()
    (about.folder / name).unlink(missing_ok=True)
    make(about.folder / name)
    assert made_from(about)
    found = checking.check(about.load())
    assert (f"content/{name}", IRREGULAR) in {(p.path, p.message) for p in found}


@pytest.mark.parametrize("name", ["formular.toml", "website.toml"])
def test_data_that_are_no_file_put_no_blame_on_their_translation(about: Content, name: str) -> None:
    about.edition()
    (about.folder / name).unlink()
    (about.folder / name).mkdir()
    assert [(path, message) for path, message, _ in told(about)] == [(f"content/{name}", IRREGULAR)]


@pytest.mark.parametrize("name", ["rohr.png", "rohr.svg"])
def test_an_image_that_is_no_file_keeps_nobody_waiting(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(ImageError):
        images.examine(tmp_path / name)


def test_a_text_that_vanishes_while_it_is_read_is_told(
    about: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = files.survey(about.folder)
    (about.folder / "artikel/ein-artikel.md").unlink()
    monkeypatch.setattr(files, "survey", lambda _: listed)
    [(path, message, _)] = told(about)
    assert path == "content/artikel/ein-artikel.md"
    assert re.search("lässt sich nicht lesen", message)


def test_a_list_with_another_ending_is_told(about: Content) -> None:
    about.write("bildrechte.txt.txt", "")
    about.write("Website.toml", "")
    assert [path for path, *_ in told(about)] == [
        "content/Website.toml",
        "content/bildrechte.txt.txt",
    ]


def test_a_name_that_is_no_text_is_told(about: Content) -> None:
    for name in (b"\xff.md", b"\xfe/a.md", b"\xfd.svg"):
        about.write(f"artikel/{os.fsdecode(name)}", ARTICLE)
    message = "Das hat einen Namen, der nicht in UTF-8 geschrieben ist. Benennen Sie das um."
    assert {of_file[1:] for of_file in told(about)} == {(message, Severity.WARNING)}
    assert len(told(about)) == 3


@pytest.mark.parametrize("to", ["..", ".", "../..", "seiten/kreis"])
def test_a_link_in_a_circle_is_one_thing_also_below_the_folder_of_an_edition(
    tmp_path: Path, to: str
) -> None:
    edition = tmp_path / "content/en"
    (edition / "seiten").mkdir(parents=True)
    (tmp_path / "content/a.md").touch()
    (edition / "seiten/kreis").symlink_to(edition / to, target_is_directory=True)
    [found] = folders.walk(edition)
    assert (found.name, found.is_lost, "Kreis" in found.trouble) == ("seiten/kreis", True, True)
