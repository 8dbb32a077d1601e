"""``flask check`` and ``freeze.py --release``: told to people, to programs, and in exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from support import sound
from support.content import Content
from support.site import PUBLIC, freeze
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.web.services import services


@pytest.fixture
def run(whole: Content, tmp_path: Path) -> Callable[..., Result]:
    def check(*words: str) -> Result:
        settings = Settings(content_dir=whole.folder, instance_dir=migrated(tmp_path / "instance"))
        app = create_app(settings)
        try:
            return app.test_cli_runner().invoke(args=["check", *words])
        finally:
            services(app).leads.close()

    return check


def test_good_content_is_told_in_one_line(run: Callable[..., Result]) -> None:
    result = run()
    assert result.output == "Keine Fehler, keine Warnungen, keine Hinweise.\n"
    assert result.exit_code == 0


def test_all_problems_of_all_files_come_at_once_and_sorted(
    whole: Content, run: Callable[..., Result]
) -> None:
    sound.article(whole, "Das ist gut !", slug="b")
    sound.article(whole, "Das ist eigentlich gut.", slug="a", date="gestern", title="Ein A")
    sound.page(whole, "index", "Nach § 5 TMG")
    result = run()
    assert result.exit_code == 1
    *rows, last = result.output.splitlines()
    assert [row.split(": ")[:2] for row in rows if "genauso" not in row] == [
        ["content/artikel/a.md:4", "Fehler"],
        ["content/artikel/a.md:14", "Hinweis"],
        ["content/artikel/b.md:14", "Warnung"],
        ["content/seiten/index.md:6", "Fehler"],
    ]
    assert last.startswith("2 Fehler, ")
    assert last.endswith("1 Hinweis. Eine Veröffentlichung ist damit nicht möglich.")


def test_warnings_and_hints_stop_nothing(whole: Content, run: Callable[..., Result]) -> None:
    sound.article(whole, "Das ist eigentlich gut !")
    result = run()
    assert result.exit_code == 0
    assert result.output.endswith(
        "keine Fehler, 1 Warnung, 1 Hinweis. Das hält keine Veröffentlichung auf.\n"
    )


def test_errors_of_a_draft_stop_nothing(whole: Content, run: Callable[..., Result]) -> None:
    sound.article(
        whole, "Nach § 5 TMG", slug="x", status="draft", title="X", description=f"{'Y ' * 30}"
    )
    result = run()
    assert "content/artikel/x.md:14: Fehler: " in result.output
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("changes", "is_held"),
    [
        ({"date": "gestern"}, True),
        ({"reviewed_by": ""}, True),
        ({"ai": ""}, True),
        ({"description": ""}, True),
        ({}, False),
    ],
)
def test_a_draft_that_publish_would_refuse_is_named(
    whole: Content, run: Callable[..., Result], changes: dict[str, str], *, is_held: bool
) -> None:
    file = sound.article(
        whole, slug="x", **({"status": "draft", "title": "X", "description": "Y."} | changes)
    )
    for words in ((), (str(file),)):
        result = run(*words)
        assert result.exit_code == 0, result.output
        last = result.output.splitlines()[-1]
        assert last.endswith("veröffentlichen lassen sich: content/artikel/x.md.") is is_held, last
        assert ("hält keine Veröffentlichung auf" in last) is False or not is_held
    assert "x.md" not in run(str(whole.folder / "seiten")).output


def test_of_many_drafts_a_few_are_named(whole: Content, run: Callable[..., Result]) -> None:
    for number in range(8):
        text = {"title": f"T {number}", "description": f"D {number}."}
        sound.article(whole, slug=f"x{number}", status="draft", reviewed_by="", **text)
    assert run().output.endswith("content/artikel/x4.md und 3 weitere.\n")


def test_a_placeholder_stops_a_release(whole: Content, run: Callable[..., Result]) -> None:
    sound.article(whole, reviewed_by='"PLATZHALTER: fachliche Prüfung"')
    result = run()
    assert result.output.startswith(
        "content/artikel/ein-artikel.md:6: Fehler: Es fehlt noch: fachliche Prüfung.\n1 Fehler, "
    )
    assert result.exit_code == 1


def test_only_the_files_named_are_told(whole: Content, run: Callable[..., Result]) -> None:
    bad = sound.article(whole, "Nach § 5 TMG")
    good = sound.page(whole, "index", "Wir hören zu.")
    assert run(str(good)).exit_code == 0
    assert run(str(bad)).exit_code == 1
    assert run(str(bad.parent)).exit_code == 1
    assert run(str(good.parent)).output.startswith("Keine Fehler")
    assert run(str(whole.folder / "fehlt.md")).exit_code == 2


@pytest.mark.parametrize("option", ["--json", "--format=json"])
def test_programs_get_json(whole: Content, run: Callable[..., Result], option: str) -> None:
    assert json.loads(run(option).output) == []
    sound.article(whole, "Nach § 5 TMG")
    (problem,) = json.loads(run(option).output)
    assert problem.pop("message").startswith("„TMG“ gilt nicht mehr")
    assert problem == {
        "path": "content/artikel/ein-artikel.md",
        "line": 14,
        "severity": "error",
        "rule": "obsolete-law",
        "blocks": True,
    }


def test_pull_requests_get_annotations(whole: Content, run: Callable[..., Result]) -> None:
    sound.article(whole, "Das sind eigentlich 3.5 % mehr.")
    rows = run("--format=github").output.splitlines()
    file = "file=content/artikel/ein-artikel.md,line=14"
    assert rows[0].startswith(f"::warning {file}::„3.5 %25“: Vor den")
    assert rows[2].startswith(f"::notice {file}::„eigentlich“")


def test_a_release_is_refused_while_any_error_stands_and_by_no_warning(
    whole: Content, tmp_path: Path
) -> None:
    output = tmp_path / "build"
    arguments = ("--content", whole.folder, "--output", output)
    sound.article(whole, "Das ist eigentlich gut !")
    freeze(*arguments, "--release", *PUBLIC)
    before = (output / "index.html").read_bytes()
    sound.page(whole, "index", "Nach § 5 TMG")
    sound.article(whole, "Angaben nach § 5 TMG", reviewed_by='"PLATZHALTER: Prüfung"')
    freeze(*arguments, "--output", tmp_path / "preview")
    result = freeze(*arguments, "--release", *PUBLIC, check=False)
    assert result.returncode == 1
    for place in ("seiten/index.md:6: ", "artikel/ein-artikel.md:14: ", "ein-artikel.md:6: "):
        assert place in result.stderr
    assert "3 Fehler" in result.stderr
    assert (output / "index.html").read_bytes() == before


def test_a_folder_above_the_texts_names_them_all(
    whole: Content, run: Callable[..., Result]
) -> None:
    sound.article(whole, "Das ist gut !")
    assert run(str(whole.folder.parent)).output == run().output


@pytest.mark.parametrize("name", ["nirgends.md", "README.md", "/etc/hostname"])
def test_what_is_never_checked_is_not_called_right(run: Callable[..., Result], name: str) -> None:
    result = run(name)
    assert result.exit_code == 2
    assert result.output.startswith(f"Fehler: {name} gibt es nicht, oder es gehört nicht zur")
