"""Operators publish, take back and exchange content from a terminal; services pick up the rest."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import terminal
from support.content import Content
from support.disks import disk, filled
from support.processes import Flask, run_flask
from support.publishing import FIRST, GOOD, OTHER, SECOND, git, push
from support.site import ROOT, free_port, wait_for
from support.waiting import wait_until

BETTER = GOOD.replace("Ein Absatz.", "Ein besserer Absatz.")


@dataclass
class Terminal:
    """A checkout's content, an instance and pages, and what is typed."""

    folder: Path
    content: Content
    environ: dict[str, str]

    @property
    def build(self) -> Path:
        return self.folder / "site" / "build"

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        one = ["--jobs", "1"] if words[0] == "publish" else []
        return terminal.flask(self.environ, *self._content(words), *one, check=check)

    def start(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own, as operators do."""
        return run_flask(os.environ | self.environ, *self._content(words), check=check)

    def _content(self, words: tuple[str, ...]) -> list[str]:
        is_built = words[0] in {"publish", "rollback"} and "--build" not in words
        build = ["--build", str(self.build)] if is_built else []
        return ["content", *words, *build]

    def json(self, *words: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.run(*words, "--json").stdout)
        return found

    def page(self, name: str = "erster") -> str:
        return (self.build / "artikel" / name / "index.html").read_text()


@pytest.fixture
def typed(tmp_path: Path) -> Terminal:
    content = Content(tmp_path / "checkout" / "content")
    content.write(FIRST, GOOD)
    content.write(SECOND, OTHER)
    (tmp_path / "site").mkdir()
    port = free_port()
    return Terminal(
        tmp_path,
        content,
        {
            "WEBSITE_BASE_URL": f"http://127.0.0.1:{port}",
            "WEBSITE_CONTENT_DIR": str(content.folder),
            "WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"),
        },
    )


def test_a_repository_becomes_the_official_one_only_if_somebody_agrees(typed: Terminal) -> None:
    done = typed.run("take-over", check=False)
    assert done.returncode == 1
    assert "Nobody can be asked here, so nothing was changed." in done.stderr
    assert "agree with --yes" in done.stderr
    assert "publishes from now on." in typed.run("take-over", "--yes").stdout


def test_from_the_first_start_to_a_rollback(typed: Terminal) -> None:
    done = typed.start("publish")
    assert "refresh  done" in done.stdout
    typed.content.write(FIRST, BETTER)
    status = typed.json("status")
    assert (status["changed_in_checkout"], status["missing_in_checkout"]) == (True, 0)
    [published] = json.loads(typed.run("publish", "--json").stdout)
    assert (published["kind"], published["state"]) == ("checkout", "done")
    assert "Ein besserer Absatz." in typed.page()
    assert "besserer" not in typed.page("zweiter")
    typed.run("rollback")
    assert "besserer" not in typed.page()
    assert typed.run("pull").stdout == f"{FIRST}\n"
    assert (typed.content.folder / FIRST).read_text() == GOOD
    typed.content.write(SECOND, OTHER.replace("Ein Absatz.", "Noch einer."))
    typed.run("publish")
    assert "Noch einer." in typed.page("zweiter")
    assert "besserer" not in typed.page()
    log = typed.run("log", FIRST).stdout.splitlines()
    assert len(log) == 3
    assert "Zurückgenommen" in log[0]


def test_what_is_not_there_is_not_taken_back_nor_listed(typed: Terminal) -> None:
    typed.run("publish")
    page = typed.page()
    for number in ("99", "0", "99999999999999999999"):
        refused = typed.run("rollback", number, check=False)
        assert refused.returncode != 0
        assert "Error: " in refused.stderr
    nothing = typed.run("rollback", check=False).stderr
    assert "no publication that could be taken back. 'flask --app website content log'" in nothing
    assert "There is no publication 99." in typed.run("rollback", "99", check=False).stderr
    assert typed.page() == page
    refused = typed.run("log", "artikel/keiner.md", check=False)
    assert refused.returncode == 1
    assert "has no version of artikel/keiner.md" in refused.stderr


def test_an_error_names_file_and_line_and_leaves_the_site(typed: Terminal) -> None:
    typed.run("publish")
    typed.content.write(FIRST, GOOD.replace("Ein Absatz.", "[Link](fehlt.md)"))
    done = typed.run("publish", check=False)
    assert done.returncode == 1
    assert f"content/{FIRST}:10: Der Link" in done.stderr
    assert done.stderr.endswith("The site stays as it was.\n")
    assert "Ein Absatz." in typed.page()
    typed.content.write(FIRST, BETTER)
    typed.run("publish")
    assert "Ein besserer Absatz." in typed.page()


def test_a_conflict_with_the_checkout_can_be_settled(typed: Terminal) -> None:
    typed.run("publish")
    work = typed.folder / "work"
    git("clone", "--quiet", str(typed.folder / "instance/redaktion/repo.git"), str(work))
    (work / "content" / FIRST).write_text(BETTER)
    push(work)
    typed.run("publish")
    typed.content.write(FIRST, GOOD.replace("Ein Absatz.", "Ein dritter."))
    done = typed.run("publish", check=False)
    assert (done.returncode, FIRST in done.stderr) == (1, True)
    assert "besserer" in typed.page()
    pulled = typed.run("pull", check=False)
    assert (pulled.returncode, "bring their lines into yours" in pulled.stderr) == (1, True)
    official = typed.folder / "instance" / "redaktion" / "content" / FIRST
    typed.content.write(FIRST, official.read_text())
    typed.run("pull")
    typed.content.write(FIRST, GOOD.replace("Ein Absatz.", "Ein dritter."))
    typed.run("publish")
    assert "Ein dritter." in typed.page()


def test_a_release_by_hand_does_not_lose_what_was_published(typed: Terminal) -> None:
    typed.run("publish")
    repository = typed.folder / "instance" / "redaktion" / "repo.git"
    work = typed.folder / "work"
    git("clone", "--quiet", str(repository), str(work))
    (work / "content" / FIRST).write_text(BETTER)
    push(work)
    typed.run("publish")
    assert "besserer" in typed.page()
    done = subprocess.run(
        [sys.executable, ROOT / "freeze.py", "--release", "--output", typed.folder / "out",
         "--base-url", "https://www.example.org"],
        env=os.environ | typed.environ, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "veröffentlicht wurde (1 Veröffentlichung)" in done.stderr


def test_without_git_the_checkout_is_published_as_it_is(typed: Terminal) -> None:
    typed.environ["PATH"] = "/nowhere"
    done = typed.run("publish")
    assert "git is not installed" in done.stderr
    assert typed.page()
    assert not (typed.folder / "instance" / "redaktion" / "repo.git").exists()


@pytest.mark.parametrize("what_is_left", [shutil.rmtree, Path.unlink], ids=["nothing", "no-head"])
def test_a_damaged_repository_does_not_revert_what_was_published(
    typed: Terminal, what_is_left: Callable[[Path], None]
) -> None:
    typed.run("publish")
    typed.content.write(FIRST, BETTER)
    typed.run("publish")
    typed.content.write(FIRST, GOOD)
    repository = typed.folder / "instance/redaktion/repo.git"
    what_is_left(repository / ("objects" if what_is_left is shutil.rmtree else "HEAD"))
    told = typed.run("publish", check=False)
    assert told.returncode == 1
    assert f"{repository} is no repository of git, or is damaged. Restore it" in told.stderr
    assert "as it is" not in told.stderr
    assert "Ein besserer Absatz." in typed.page()


def test_a_folder_that_holds_no_content_is_not_published_as_it_is(typed: Terminal) -> None:
    (typed.content.folder / "website.toml").unlink()
    told = typed.run("publish", check=False)
    assert told.returncode == 1
    [error] = told.stderr.splitlines()[1:]
    assert error.startswith(f"Error: {typed.content.folder} is no content folder: ")


UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Root, but held to the rights of files like everybody else."""


@pytest.mark.parametrize("names", [[FIRST], ["en", "neu", "seiten"]])
def test_what_nobody_may_read_is_an_error_that_stops_a_publication(
    typed: Terminal, names: list[str]
) -> None:
    def told(*words: str) -> subprocess.CompletedProcess[str]:
        command = [*UNPRIVILEGED, sys.executable, "-m", "flask", "--app", "website", *words]
        environ = os.environ | typed.environ
        return subprocess.run(command, env=environ, check=False, capture_output=True, text=True)

    typed.content.edition()
    assert typed.run("publish").returncode == 0
    (typed.content.folder / "neu").mkdir()
    places = [typed.content.folder / name for name in names]
    for place in places:
        place.chmod(0)
    checked = told("check", "--json")
    refused = told("content", "publish", "--build", str(typed.build))
    for place in places:
        place.chmod(0o700)
    found = {(one["path"], one["severity"], one["message"]) for one in json.loads(checked.stdout)}
    message = "Das lässt sich nicht lesen: Die Rechte fehlen. Geben Sie sie frei."
    assert found >= {(f"content/{name}", "error", message) for name in names}
    assert (checked.returncode, refused.returncode) == (1, 1)
    assert any(f"Error: {place} cannot be read, and would" in refused.stderr for place in places)


def test_a_name_that_is_no_text_stops_nothing(typed: Terminal) -> None:
    for name in (b"\xff.md", b"\xfe/a.md", b"\xfd.svg"):
        place = typed.content.folder / "artikel" / os.fsdecode(name)
        place.parent.mkdir(exist_ok=True)
        place.write_text(GOOD)
    assert typed.run("publish").returncode == 0
    typed.content.write(FIRST, BETTER)
    assert typed.run("publish").returncode == 0
    assert "Ein besserer Absatz." in typed.page()


@pytest.mark.parametrize("place", ["site", "instance/redaktion"])
def test_a_full_disk_is_named_with_what_to_do_and_then_nothing_is_missing(
    typed: Terminal, place: str
) -> None:
    """That of the pages, and that of the content repository."""
    typed.run("publish")
    kept = typed.folder / "kept"
    (typed.folder / place).rename(kept)
    with disk(typed.folder / place, megabytes=8) as small:
        shutil.copytree(kept, small, dirs_exist_ok=True, symlinks=True)
        typed.content.write(FIRST, BETTER)
        with filled(small):
            told = typed.run("publish", check=False)
            assert told.returncode == 1
            assert "No space left on device" in told.stderr
            assert f"df -h {small}" in told.stderr
            assert "besserer" not in typed.page()
        typed.run("publish")
        assert "Ein besserer Absatz." in typed.page()
        assert place != "site" or f"df -h {small}" in typed.run("log").stdout


def test_a_place_that_cannot_be_looked_at_is_named(typed: Terminal) -> None:
    place = f"{typed.folder}/{'x' * 300}"
    told = typed.start("publish", "--build", place, check=False)
    assert told.returncode == 1
    assert "File name too long" in told.stderr
    assert "Traceback" not in told.stderr


def test_another_machine_is_named(typed: Terminal) -> None:
    typed.environ["WEBSITE_EDITOR"] = "no"
    done = typed.run("status", check=False)
    assert (done.returncode, "WEBSITE_EDITOR=yes" in done.stderr) == (1, True)


def test_services_start_whatever_is_wrong_with_the_repository(typed: Terminal) -> None:
    typed.run("publish")
    repository = typed.folder / "instance" / "redaktion" / "repo.git"
    shutil.rmtree(repository / "objects")
    (repository / "objects").mkdir()
    typed.content.write(FIRST, BETTER)
    url = typed.environ["WEBSITE_BASE_URL"]
    words = ("serve", "--port", url.rpartition(":")[2], "--build", str(typed.build))
    said = typed.folder / "log"
    with said.open("wb") as log:
        process = Flask(os.environ | typed.environ, *words, out=log)
    try:
        wait_for(f"{url}/readyz", process)
        for line in ("The checkout's content is not published", "Job tidy: done"):
            wait_until(lambda line=line: line in said.read_text(), line, 90)
    finally:
        process.terminate()
        process.wait(90)


def test_services_publish_what_is_pushed_within_seconds(typed: Terminal) -> None:
    typed.run("publish")
    url = typed.environ["WEBSITE_BASE_URL"]
    words = ("serve", "--port", url.rpartition(":")[2], "--build", str(typed.build))
    # As a unit of systemd has it: nobody else may read what services write, but for pages.
    process = Flask(os.environ | typed.environ, *words, umask=0o077)
    try:
        wait_for(f"{url}/readyz", process)
        typed.content.write(FIRST, BETTER)
        typed.run("push")  # unless the services have seen it when they started
        wait_until(lambda: "besserer" in typed.page(), "published", 90)
        wait_until(lambda: not typed.json("status")["waiting"], "nothing that waits", 90)
        last = typed.json("status")["last"]
        assert isinstance(last, dict)
        assert (last["state"], [step["name"] for step in last["steps"]][-1]) == ("done", "verify")
        assert last["steps"][-1]["note"] == ""
        for path in (typed.build, *typed.build.rglob("*")):
            assert path.stat().st_mode & (0o005 if path.is_dir() else 0o004), path
    finally:
        process.terminate()
        process.wait(90)
