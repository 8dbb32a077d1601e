"""A build replaces and deletes what builds have made, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.builds import Checkout, contents
from support.content import Content
from support.site import PUBLIC, ROOT, freeze
from support.sound import make_sound
from website.build import targets
from website.exceptions import FreezeError


@pytest.fixture
def checkout(content: Content, tmp_path: Path) -> Checkout:
    content.article("erster")
    return Checkout.copied(tmp_path / "checkout", content.folder)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "build"


@pytest.mark.parametrize("release", [False, True])
def test_a_folder_with_files_of_others_is_refused_and_stays(
    checkout: Checkout, output: Path, *, release: bool
) -> None:
    (output / "fotos").mkdir(parents=True)
    (output / "fotos/urlaub.jpg").write_text("mine")
    for _ in range(2):
        with pytest.raises(FreezeError, match="liegt schon etwas"):
            checkout.build(output, release=release)
    assert contents(output) == {"fotos/urlaub.jpg": b"mine"}
    assert not output.with_name(".build.freezing").exists()


def test_an_empty_folder_is_taken_and_a_file_is_not(checkout: Checkout, output: Path) -> None:
    output.mkdir()
    checkout.build(output)
    file = output.with_name("file")
    file.write_text("mine")
    with pytest.raises(FreezeError, match="kein Ordner"):
        checkout.build(file)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("release", [False, True])
@pytest.mark.parametrize("clean", [False, True])
def test_what_somebody_puts_into_a_build_is_never_deleted(
    checkout: Checkout, output: Path, *, release: bool, clean: bool
) -> None:
    checkout.build(output, release=release)
    mine = output / ".well-known/beweis.txt"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    for _ in range(2):
        with pytest.raises(FreezeError, match=r"\.well-known/beweis\.txt"):
            checkout.build(output, release=release, clean=clean)
    assert mine.read_text() == "mine"
    mine.unlink()
    checkout.build(output, release=release, clean=clean)


def test_who_only_looks_into_a_build_stops_none(checkout: Checkout, output: Path) -> None:
    checkout.build(output)
    (output / "artikel/.DS_Store").write_text("where windows stood")
    checkout.build(output)
    assert not (output / "artikel/.DS_Store").exists()


def test_a_folder_that_took_the_target_of_a_build_is_refused(
    checkout: Checkout, output: Path
) -> None:
    checkout.build(output)
    shutil.rmtree(output)
    output.mkdir()
    (output / "a.txt").write_text("mine")
    with pytest.raises(FreezeError, match=r"nicht gemacht hat: a\.txt\."):
        checkout.build(output)
    assert contents(output) == {"a.txt": b"mine"}


def test_a_page_changed_by_hand_is_made_again(checkout: Checkout, output: Path) -> None:
    checkout.build(output)
    before = contents(output)
    (output / "index.html").unlink()
    (output / "index.html").write_text("changed")
    checkout.build(output)
    assert contents(output) == before


def test_builds_of_versions_that_noted_nothing_go_on(checkout: Checkout, output: Path) -> None:
    checkout.build(output)
    output.with_name(".build.freezing").joinpath("paths").unlink()
    article = checkout.content / "artikel/erster.md"
    article.rename(article.with_name("anderer.md"))
    checkout.build(output)
    assert (output / "artikel/anderer/index.html").exists()


def test_after_going_back_the_next_release_goes_through(checkout: Checkout, output: Path) -> None:
    article = checkout.content / "artikel/erster.md"
    for name in ("zweiter", "dritter", "vierter"):
        article = article.rename(article.with_name(f"{name}.md"))
        checkout.build(output, release=True)
    # As if an older version had made them.
    output.with_name(".build.freezing").joinpath("paths").unlink()
    freeze("--rollback", "--output", output)
    freeze("--rollback", "--output", output)
    assert (output / "artikel/zweiter/index.html").exists()
    checkout.build(output, release=True)
    assert (output / "artikel/vierter/index.html").exists()


def test_what_lies_beside_the_releases_is_not_taken_for_one(
    checkout: Checkout, output: Path
) -> None:
    mine = output.with_name("build.releases") / "0-notizen"
    mine.mkdir(parents=True)
    (mine / "a.txt").write_text("mine")
    article = checkout.content / "artikel/erster.md"
    for number in range(targets.KEPT + 2):
        article = article.rename(article.with_name(f"name-{number}.md"))
        checkout.build(output, release=True)
    assert contents(mine) == {"a.txt": b"mine"}
    assert len(list(mine.parent.iterdir())) == targets.KEPT + 1


@pytest.mark.parametrize("release", [False, True])
def test_git_sees_nothing_of_a_build(checkout: Checkout, *, release: bool) -> None:
    shutil.copy(ROOT / ".gitignore", checkout.root)
    subprocess.run(["git", "init", "--quiet", checkout.root], check=True)
    seen = _seen_by_git(checkout.root)
    output = checkout.root / "build"
    checkout.build(output, release=release)
    assert output.is_symlink() == release
    assert _seen_by_git(checkout.root) == seen
    for name in ("build.aside", "build.releases/x", ".build.freezing/link", "instance/x", ".venv"):
        ignored = ["git", "-C", checkout.root, "check-ignore", "--quiet", name]
        assert subprocess.run(ignored, check=False).returncode == 0, name


@pytest.mark.parametrize("base_url", ["", "http://127.0.0.1:8000", "http://www.example.org",
                                      "https://localhost", "https://127.0.0.1:8443"])  # fmt: skip
def test_a_release_without_an_address_that_others_reach_is_refused(
    content: Content, output: Path, monkeypatch: pytest.MonkeyPatch, base_url: str
) -> None:
    make_sound(content)
    monkeypatch.setenv("WEBSITE_BASE_URL", base_url)
    words = ("--content", content.folder, "--output", output)
    refused = freeze(*words, "--release", check=False)
    assert refused.returncode == 1
    assert "Alle Links führten dorthin" in refused.stderr
    assert not output.exists()


def test_once_there_are_releases_no_build_without_such_an_address_goes_live(
    content: Content, output: Path
) -> None:
    make_sound(content)
    words = ("--content", content.folder, "--output", output)
    freeze(*words, "--release", *PUBLIC)
    before = contents(output)
    assert b"https://www.example.org/" in before["sitemap.xml"]
    assert freeze(*words, check=False).returncode == 1
    assert contents(output) == before


def test_whoever_asks_for_it_by_name_gets_a_release_for_this_machine(
    content: Content, output: Path
) -> None:
    make_sound(content)
    here = ("--base-url", "http://127.0.0.1:8000")
    freeze("--content", content.folder, "--output", output, "--release", *here)
    assert output.is_symlink()


def test_web_servers_may_read_a_build_whatever_its_maker_keeps_to_himself(
    content: Content, output: Path
) -> None:
    before = os.umask(0o077)
    try:
        freeze("--content", content.folder, "--output", output)
    finally:
        os.umask(before)
    for path in (output, *output.rglob("*")):
        assert path.stat().st_mode & 0o044 == 0o044, path


def _seen_by_git(folder: Path) -> str:
    words = ["git", "-C", folder, "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("where", ["/", "file/build", "n" * 300, "/proc/none/build"])
def test_a_place_where_no_pages_can_be_is_told_in_a_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("mine")
    refused = freeze("--output", tmp_path / where, check=False)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert str(tmp_path / where) in refused.stderr
    assert (tmp_path / "file").read_text() == "mine"
