"""How a build goes live: at once or not at all, and back again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import website
from support.builds import Checkout, contents
from support.content import Content
from support.site import ROOT, freeze_in_a_process
from support.waiting import wait_until
from website.build import targets
from website.build.incremental import state
from website.exceptions import FreezeError
from website.infra import dirsync


@pytest.fixture
def checkout(content: Content, tmp_path: Path) -> Checkout:
    content.article("erster")
    content.article("zweiter", title="Der zweite")
    return Checkout.copied(tmp_path / "checkout", content.folder)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "build"


def test_only_what_an_edit_shows_in_is_made_again(
    checkout: Checkout, content: Content, output: Path
) -> None:
    for number in range(8):
        content.article(f"fern-{number}", tags=f"[{number}]", date=f"2026-10-0{number + 1}")
    assert checkout.build(output).made > 50
    assert checkout.build(output).made == 0
    before = {path: (output / path).stat().st_ino for path in contents(output)}
    with (content.folder / "artikel/fern-3.md").open("a") as file:
        file.write("\nNoch ein Satz.\n")
    checkout.build(output)
    changed = {path for path in before if (output / path).stat().st_ino != before[path]}
    assert "artikel/fern-3/index.html" in changed
    assert "artikel/fern-2/index.html" in changed  # its neighbour names the title
    assert {"artikel/fern-6/index.html", "impressum/index.html", "robots.txt"} & changed == set()


@pytest.mark.parametrize("jobs", [1, 2])
def test_where_nothing_has_changed_since_an_edit_the_application_is_not_even_made(
    checkout: Checkout, output: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    checkout.build(output, jobs=jobs)
    with (checkout.content / "artikel/erster.md").open("a") as file:
        file.write("\nNoch ein Satz.\n")
    assert checkout.build(output, jobs=jobs).made > 0
    monkeypatch.setattr(website, "create_app", None, raising=False)
    assert checkout.build(output, jobs=jobs).made == 0


def test_without_hard_links_a_build_is_as_right_and_makes_as_little(
    checkout: Checkout, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: str) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    pages = checkout.build(output).made
    for _ in range(3):
        with (checkout.content / "artikel/erster.md").open("a") as file:
            file.write("\nNoch ein Satz.\n")
        assert 0 < checkout.build(output).made < pages / 2
    checkout.build(output.with_name("clean"), clean=True)
    assert contents(output) == contents(output.with_name("clean"))


def test_the_mark_of_an_editor_beside_an_open_file_disturbs_no_build(
    checkout: Checkout, output: Path
) -> None:
    (checkout.content / "artikel/.#erster.md").symlink_to("erika@rechner.4711")
    assert checkout.build(output).made > 0
    assert checkout.build(output).made == 0


def test_what_did_not_change_keeps_its_time(checkout: Checkout, output: Path) -> None:
    checkout.build(output)
    before = (output / "impressum/index.html").stat().st_mtime_ns
    (checkout.content / "artikel/zweiter.md").unlink()
    checkout.build(output)
    assert (output / "impressum/index.html").stat().st_mtime_ns == before


def test_a_question_that_the_recorder_does_not_know_counts_as_all_content(
    checkout: Checkout, output: Path
) -> None:
    template = checkout.root / "templates/pages/page.html"
    asked = "{{ library.unrendered() | length }}{{ library.items[0].title }}"
    template.write_text(template.read_text().replace("{{ breadcrumb(trail) }}", asked))
    checkout.build(output)
    article = checkout.content / "artikel/erster.md"
    article.write_text(article.read_text().replace("Ein Titel", "Ein ganz anderer Titel"))
    checkout.build(output)
    assert "Ein ganz anderer Titel" in (output / "impressum/index.html").read_text()


@pytest.mark.parametrize("name", ["state", "outcome", "texts.sqlite3"])
def test_what_is_kept_may_be_cut_off_or_gone(checkout: Checkout, output: Path, name: str) -> None:
    checkout.build(output)
    clean = contents(output)
    kept = output.with_name(".build.freezing") / name
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    # So that the texts are needed: every page is made from this template.
    template = checkout.root / "templates/base.html"
    template.write_text(template.read_text() + "\n<!-- neu -->")
    checkout.build(output)
    assert contents(output).keys() == clean.keys()
    assert "Ein Absatz." in (output / "artikel/erster/index.html").read_text()
    kept.unlink()
    checkout.build(output)
    checkout.build(output.with_name("clean"), clean=True)
    assert contents(output) == contents(output.with_name("clean"))


def test_what_other_code_has_kept_is_not_used(tmp_path: Path) -> None:
    packed = state.packed(state.State("this", common="x"))
    state.save(tmp_path / "state", "this", packed, {}, {})
    assert state.load(tmp_path / "state", "this").common == "x"
    assert state.load(tmp_path / "state", "other").common == ""


def test_a_second_build_of_the_same_place_is_refused(checkout: Checkout, output: Path) -> None:
    checkout.build(output)
    before = contents(output)
    target = targets.target_of(output, release=False)
    with targets.locked(target):
        result = freeze_in_a_process("--content", checkout.content, "--output", output, check=False)
    assert result.returncode == 1
    assert f"läuft schon ein Build (Prozess {os.getpid()})" in result.stderr
    assert contents(output) == before
    assert checkout.build(output).made == 0


def test_a_build_killed_at_any_moment_leaves_a_whole_site(
    checkout: Checkout, content: Content, output: Path
) -> None:
    for number in range(10):
        content.article(f"a{number}", title="Erste Fassung")
    words = ["--content", content.folder, "--output", output, "--jobs", "2"]
    began = time.monotonic()
    freeze_in_a_process(*words)
    usual = time.monotonic() - began
    versions = [contents(output)]
    for attempt in range(3):
        for number in range(10):
            content.article(f"a{number}", title=f"Fassung {attempt}")
        command = [sys.executable, str(ROOT / "freeze.py"), *map(str, words)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(usual * (0.5 + 0.2 * attempt))
        process.kill()
        process.wait()
        live = contents(output)
        if live not in versions:
            checkout.build(output.with_name("clean"), clean=True)
            assert live == contents(output.with_name("clean"))
            versions.append(live)
    # Copies of a killed process may live on for a moment; they hold the lock.
    _until_free(output)
    checkout.build(output)
    checkout.build(output.with_name("clean"), clean=True)
    assert contents(output) == contents(output.with_name("clean"))


def test_a_release_is_a_folder_of_its_own_and_the_address_a_link(
    checkout: Checkout, output: Path
) -> None:
    checkout.build(output, release=True)
    assert output.is_symlink()
    assert output.resolve().parent == output.with_name("build.releases")
    first = output.resolve()
    _retitle(checkout, "Anders")
    checkout.build(output)  # from now on every build is a release
    assert output.resolve() != first
    assert "Anders" in (output / "artikel/erster/index.html").read_text()
    assert "Anders" not in (first / "artikel/erster/index.html").read_text()
    shared = "impressum/index.html"
    assert (output / shared).stat().st_ino == (first / shared).stat().st_ino


def test_a_plain_folder_becomes_the_first_release(checkout: Checkout, output: Path) -> None:
    checkout.build(output)
    before = contents(output)
    checkout.build(output, release=True)
    assert output.is_symlink()
    targets.target_of(output, release=True).roll_back()
    assert contents(output) == before


def test_five_releases_are_kept_and_rolling_back_goes_through_them(
    checkout: Checkout, output: Path
) -> None:
    for number in range(6):
        _retitle(checkout, f"Fassung {number}")
        checkout.build(output, release=True)
    assert len(list(output.with_name("build.releases").iterdir())) == 5
    target = targets.target_of(output, release=True)
    for number in (4, 3, 2, 1):
        target.roll_back()
        assert f"Fassung {number}" in (output / "artikel/erster/index.html").read_text()
    with pytest.raises(FreezeError, match="keine Veröffentlichung mehr"):
        target.roll_back()
    checkout.build(output)
    checkout.build(output.with_name("clean"), clean=True, release=True)
    assert contents(output) == contents(output.with_name("clean"))


def test_what_is_made_of_all_pages_together_follows_each_edit(
    checkout: Checkout, output: Path
) -> None:
    page = ROOT / "content/seiten/suche.md"
    (checkout.content / "seiten/suche.md").write_text(page.read_text("utf-8"), "utf-8")
    for number in range(3):
        _retitle(checkout, f"Fassung {number}")
        checkout.build(output, release=True)
        index = [path for path in contents(output) if path.startswith("suche/index/")]
        assert index
        checkout.build(output.with_name("clean"), clean=True, release=True)
        assert contents(output) == contents(output.with_name("clean"))
    (output / min(index)).unlink()
    checkout.build(output, release=True)
    assert contents(output) == contents(output.with_name("clean"))
    before = output.resolve()
    assert checkout.build(output, release=True).made == 0
    assert output.resolve() == before


def test_the_command_rolls_back(checkout: Checkout, output: Path) -> None:
    result = freeze_in_a_process("--rollback", "--output", output, check=False)
    assert result.returncode == 1
    for title in ("Alt", "Neu"):
        _retitle(checkout, title)
        checkout.build(output, release=True)
    result = freeze_in_a_process("--rollback", "--output", output)
    assert f"{output} zeigt jetzt auf {output.resolve()}" in result.stdout
    assert "Alt" in (output / "artikel/erster/index.html").read_text()


def test_a_link_that_somebody_else_made_is_left_alone(checkout: Checkout, output: Path) -> None:
    elsewhere = output.with_name("elsewhere")
    elsewhere.mkdir()
    output.symlink_to(elsewhere)
    with pytest.raises(FreezeError, match="nicht angelegt"):
        checkout.build(output)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("release", [True, False])
def test_nobody_ever_sees_half_a_site(checkout: Checkout, output: Path, *, release: bool) -> None:
    checkout.build(output, release=release)
    missing, ended = [], threading.Event()

    def look() -> None:
        while not ended.is_set():
            try:
                (output / "artikel/erster/index.html").read_bytes()
            except OSError as error:
                missing.append(error)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for number in range(4):
            _retitle(checkout, f"Fassung {number}")
            checkout.build(output)
    finally:
        ended.set()
        watcher.join()
    assert missing == []


def test_places_are_exchanged_where_the_system_cannot_do_it_at_once(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    dirsync._exchange_in_steps(tmp_path / "one", tmp_path / "other")  # noqa: SLF001
    assert (tmp_path / "one/file").read_text() == "other"
    assert (tmp_path / "other/file").read_text() == "one"
    assert len(list(tmp_path.iterdir())) == 2


def _retitle(checkout: Checkout, title: str) -> None:
    article = checkout.content / "artikel/erster.md"
    lines = article.read_text().split("\n")
    lines[1] = f"title: {title}"
    article.write_text("\n".join(lines))


def _until_free(output: Path) -> None:
    def is_free() -> bool:
        try:
            with targets.locked(targets.target_of(output, release=False)):
                return True
        except FreezeError:
            return False

    wait_until(is_free, "released", 20)
