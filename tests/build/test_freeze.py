"""``python freeze.py``: whole or not at all, and the same every time."""

from __future__ import annotations

import errno
import filecmp
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import has_app_context

from support.builds import contents
from support.content import Content
from support.questionnaire import QUESTIONNAIRE
from support.site import PUBLIC, ROOT, freeze, freeze_in_a_process, pages
from support.sound import make_sound
from website import create_app
from website.build import builder, freezer, targets
from website.build.incremental import state
from website.build.pipeline import public_addresses
from website.config import Role, Settings
from website.content.blocks import TOOLS
from website.exceptions import FreezeError
from website.web.services import services

MADE = ("static/", "bilder/", "karten/", "suche/index/", "en/search/index/")
ENGLISH = (
    "index.html",
    "404.html",
    "413.html",
    "503.html",
    "feed.xml",
    "feed.json",
    "articles/index.html",
    *(
        f"articles/{article}{part}/index.html"
        for article in (
            "building-key-account-management",
            "dealing-with-difficult-customers",
            "parting-with-customers",
        )
        for part in ("", "/checklist")
    ),
    "topics/customer-relationships/index.html",
    "topics/key-account-management/index.html",
    "services/key-account-management/index.html",
    "interim-management/index.html",
    "interim-management/contract-and-status/index.html",
    "about/index.html",
    "contact/index.html",
    *(
        f"contact/{topic}/index.html"
        for topic in (
            "building-key-account-management",
            "complaint-handling",
            "customer-portfolio",
            "interim-key-account-manager",
            "something-else",
            "team-training",
        )
    ),
    "tools/index.html",
    "tools/customer-concentration/index.html",
    "search/index.html",
    "legal-notice/index.html",
    "privacy/index.html",
    "accessibility/index.html",
)
LIVE = ("anfrage", "posteingang", "healthz", "readyz")


def test_the_build_is_what_the_contract_promises(build: Path) -> None:
    leading_on = {*build.rglob("*.html")} - {*pages(build)}
    files = {*_files(build)} - {path.relative_to(build).as_posix() for path in leading_on}
    assert sorted(files) == sorted(
        [
            "index.html",
            "404.html",
            "413.html",
            "503.html",
            "feed.xml",
            "sitemap.xml",
            "robots.txt",
            "_headers",
            "_redirects",
            "feed.json",
            "vorabruf.speculationrules",
            "artikel/index.html",
            *(
                f"artikel/{path.stem}/index.html"
                for path in (ROOT / "content/artikel").glob("*.md")
            ),
            *(
                f"artikel/{path.stem}/checkliste/index.html"
                for path in (ROOT / "content/artikel").glob("*.md")
                if "/// checkliste" in path.read_text()
            ),
            *(
                f"themen/{topic}/index.html"
                for topic in (
                    "kundenbeziehungen",
                    "beschwerdemanagement",
                    "mitarbeiterschulung",
                    "key-account-management",
                )
            ),
            "leistungen/key-account-management/index.html",
            "interim-management/index.html",
            "interim-management/vertrag-und-status/index.html",
            "vorlagen/beschwerden/index.html",
            "ueber-uns/index.html",
            "kontakt/index.html",
            *(
                f"kontakt/{topic}/index.html"
                for topic, _ in QUESTIONNAIRE.question("topic").choices
            ),
            "werkzeuge/index.html",
            *(f"werkzeuge/{tool}/index.html" for tool in TOOLS),
            "suche/index.html",
            "impressum/index.html",
            "datenschutz/index.html",
            "barrierefreiheit/index.html",
            *(f"en/{file}" for file in ENGLISH),
            *(path for path in _files(build) if path.startswith(MADE)),
        ]
    )
    sheets = {path.name.partition(".")[0] for path in (build / "static").glob("*.css")}
    assert sheets == {"site", "start", "pages", "fields", "form", "tools"}


def test_nothing_live_is_in_the_build(build: Path) -> None:
    for path in _files(build):
        assert not path.startswith(LIVE)


def test_freezing_twice_gives_the_same_bytes(build: Path, tmp_path: Path) -> None:
    freeze_in_a_process("--output", tmp_path / "again")
    _assert_same(build, tmp_path / "again")


def test_what_is_gone_from_the_content_is_gone_from_the_build(
    content: Content, tmp_path: Path
) -> None:
    content.article("bleibt")
    content.article("geht")
    output = tmp_path / "build"
    freeze("--content", content.folder, "--output", output)
    assert (output / "artikel/geht/index.html").exists()
    (content.folder / "artikel/geht.md").unlink()
    freeze("--content", content.folder, "--output", output)
    assert not (output / "artikel/geht").exists()
    assert (output / "artikel/bleibt/index.html").exists()


def test_drafts_and_future_articles_are_not_in_the_build(content: Content, tmp_path: Path) -> None:
    content.article("fertig")
    content.article("entwurf", status="draft", title="Geheimer Entwurf")
    content.article("zukunft", date="2099-01-01", title="Geheime Zukunft")
    freeze("--content", content.folder, "--output", tmp_path / "build")
    assert not (tmp_path / "build/artikel/entwurf").exists()
    assert not (tmp_path / "build/artikel/zukunft").exists()
    for path in (tmp_path / "build").rglob("*.*ml"):
        assert "Geheim" not in path.read_text()


def test_a_build_says_how_many_files_it_has_left_out(content: Content, tmp_path: Path) -> None:
    content.write("artikel/neuer-artikel.md.txt", "Ein Text.")
    content.write("seiten/kontakt 2.md", "Ein Text.")
    for _ in ("first", "again, with nothing to do"):
        result = freeze("--content", content.folder, "--output", tmp_path / "build")
        assert "Dateien, die nicht veröffentlicht wurden: 2." in result.stdout
    assert not [name for name in _files(tmp_path / "build") if " " in name or "neuer" in name]


@pytest.mark.parametrize("link", ["artikel/noch-einmal", "seiten/noch-einmal"])
def test_a_link_in_a_circle_is_named_and_does_not_keep_a_build_from_its_end(
    content: Content, tmp_path: Path, link: str
) -> None:
    (content.folder / "artikel").mkdir(exist_ok=True)
    (content.folder / link).symlink_to(content.folder, target_is_directory=True)
    words = "--content", content.folder, "--output", tmp_path / "build"
    result = freeze_in_a_process(*words, check=False)
    assert result.returncode == 1
    assert f"content/{link}:1: Das ist ein Verweis, der im Kreis führt." in result.stderr


def test_a_broken_file_leaves_the_previous_build_untouched(
    content: Content, tmp_path: Path
) -> None:
    content.article("gut")
    output = tmp_path / "build"
    freeze("--content", content.folder, "--output", output)
    before = {path: (output / path).read_bytes() for path in _files(output)}
    content.article("neu")
    content.article("schlecht", date="gestern")
    content.article("auch-schlecht", text="ohne Angaben")
    result = freeze_in_a_process("--content", content.folder, "--output", output, check=False)
    assert result.returncode == 1
    assert "content/artikel/auch-schlecht.md:1: " in result.stderr
    assert "content/artikel/schlecht.md:4: " in result.stderr
    assert "2 Fehler" in result.stderr
    assert {path: (output / path).read_bytes() for path in _files(output)} == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("build")] == ["build"]


def test_a_page_that_cannot_be_made_is_named_and_leaves_the_build_untouched(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(content_dir=content.folder, instance_dir=tmp_path / "instance")
    target = targets.target_of(tmp_path / "build", release=False)

    def build() -> None:
        builder.build(
            target,
            settings,
            lambda before: create_app(settings, role=Role.FREEZE, before=before),
            lambda *_: None,
        )

    build()
    before = contents(target.destination)
    image = content.image("bild.png")
    content.article(text=_with_image())
    freezing = freezer.freeze

    def freeze_without_the_image(*given: Any, **named: Any) -> Any:
        # The file disappears between reading the content and freezing the page that shows it.
        image.unlink()
        return freezing(*given, **named)

    monkeypatch.setattr(freezer, "freeze", freeze_without_the_image)
    with pytest.raises(FreezeError, match=r"/bilder/bild\.[0-9a-f]{10}\.(avif|png|webp)") as error:
        build()
    assert error.value.__cause__
    assert not has_app_context(), "what comes next in this process would answer for this site"
    assert contents(target.destination) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("build")] == ["build"]


def test_a_base_address_with_a_path_is_in_every_own_link(content: Content, tmp_path: Path) -> None:
    content.article("a", text=_with_image() + "\n[zum Kontakt](../seiten/kontakt.md)\n")
    content.image("bild.png")
    address = "https://www.beispiel.test/auf/tritt"
    freeze("--content", content.folder, "--output", tmp_path / "b", "--base-url", address)
    html = (tmp_path / "b/artikel/a/index.html").read_text()
    assert f'<link rel="canonical" href="{address}/artikel/a/">' in html
    assert '<a href="/auf/tritt/kontakt/">zum Kontakt</a>' in html
    assert 'src="/auf/tritt/bilder/bild.' in html
    assert 'href="/auf/tritt/static/site.' in html
    assert 'href="/' not in html.replace('href="/auf/tritt/', "")
    kontakt = (tmp_path / "b/kontakt/index.html").read_text()
    assert 'action="/auf/tritt/anfrage"' in kontakt
    assert f"Sitemap: {address}/sitemap.xml" in (tmp_path / "b/robots.txt").read_text()


def test_a_release_is_refused_while_facts_are_missing(tmp_path: Path) -> None:
    result = freeze("--release", *PUBLIC, "--output", tmp_path / "build", check=False)
    assert result.returncode == 1
    assert "content/website.toml:" in result.stderr
    assert "Es fehlt noch: vollständige Firma, wie sie im Register steht." in result.stderr
    assert "Es fehlt noch: fachliche Prüfung steht aus." in result.stderr
    assert not (tmp_path / "build").exists()


def test_a_release_goes_through_when_all_facts_are_there(content: Content, tmp_path: Path) -> None:
    make_sound(content)
    freeze("--release", *PUBLIC, "--content", content.folder, "--output", tmp_path / "build")
    assert (tmp_path / "build/index.html").exists()
    for path in (tmp_path / "build").rglob("*.html"):
        assert 'class="open-facts"' not in path.read_text()


def test_a_release_is_refused_while_nobody_has_reviewed_an_article(
    content: Content, tmp_path: Path
) -> None:
    content.article(reviewed_by="")
    options = ("--content", content.folder, "--output", tmp_path / "build")
    result = freeze("--release", *PUBLIC, *options, check=False)
    assert result.returncode == 1
    assert "ein-artikel.md:7: Es fehlt noch: „reviewed_by“" in result.stderr
    freeze(*options)
    assert "[noch offen: wer den Text fachlich geprüft hat]" in (
        (tmp_path / "build/artikel/ein-artikel/index.html").read_text()
    )


def test_a_release_is_refused_while_an_article_does_not_say_whether_ai_wrote_it(
    content: Content, tmp_path: Path
) -> None:
    make_sound(content)
    content.without("ein-artikel", "ai")
    options = ("--content", content.folder, "--output", tmp_path / "build")
    result = freeze("--release", *PUBLIC, *options, check=False)
    assert result.returncode == 1
    assert "ein-artikel.md:1: Es fehlt noch: „ai“, ob der Text mit KI" in result.stderr
    freeze(*options)


def test_every_public_rule_has_an_address_in_the_build(content: Content) -> None:
    for number in range(3):  # two articles fill a page of a list
        content.article(f"a{number}", text=f"{_with_image()}\n/// checkliste\n- Punkt\n///\n")
    content.image("bild.png")
    app = create_app(Settings(content_dir=content.folder), role=Role.FREEZE)
    urls = app.url_map.bind("localhost")
    shared = services(app)
    addresses = public_addresses(shared)
    frozen = {urls.match(address, return_rule=True)[0].rule for address in addresses}
    known = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert frozen == known


def _with_image() -> str:
    return (
        "---\ntitle: Ein Titel\ndescription: Eine Beschreibung.\ndate: 2026-11-01\n"
        "topic: kunden\nstatus: published\n---\n\n![Ein Bild](bild.png)\n"
    )


def _files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _assert_same(one: Path, other: Path) -> None:
    assert sorted(_files(one)) == sorted(_files(other))
    _, different, unreadable = filecmp.cmpfiles(one, other, _files(one), shallow=False)
    assert (different, unreadable) == ([], [])


def test_finding_out_that_nothing_has_changed_imports_neither_flask_nor_markdown() -> None:
    heavy = "{'email_validator', 'flask', 'jinja2', 'markdown', 'PIL', 'sqlalchemy', 'yaml'}"
    asked = f"import freeze, sys; print(*{heavy}.intersection(sys.modules))"
    command = [sys.executable, "-c", asked]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_pages_that_are_live_are_not_called_unchanged_where_the_disk_is_full_afterwards(
    content: Content,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def is_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    content.article()
    words = "--content", content.folder, "--output", tmp_path / "build"
    with monkeypatch.context() as patch:
        patch.setattr(state, "save", is_full)
        done = freeze(*words)
    assert "davon" in done.stdout
    assert "Die Seiten sind online" in caplog.text
    content.article(title="Ein anderer Titel")
    freeze(*words)
    page = tmp_path / "build/artikel/ein-artikel/index.html"
    assert "Ein anderer Titel" in page.read_text()
