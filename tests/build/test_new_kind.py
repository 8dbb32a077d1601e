"""A new kind of content is a row, a model, two templates and the text above its list."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from support.builds import Checkout, contents
from support.case_study.row import CASE_STUDIES
from support.content import Content
from support.site import ROOT
from support.sqlite import migrated
from website import create_app, factory
from website.config import Role, Settings
from website.content import kinds
from website.editorial import new_texts
from website.infra import clock
from website.web.services import services

FIXTURE = ROOT / "tests/support/case_study"
CASE = """\
---
title: {title}
description: Wie aus {title} ein Erfolg wurde.
industry: Maschinenbau
date: {date}
status: {status}
reviewed_by: Erika Muster
ai: none
aliases: [/alt-{title}/]
---

Ein Absatz über {title}.
"""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Content:
    monkeypatch.setattr(kinds, "KINDS", (CASE_STUDIES, *kinds.KINDS))
    content = Content(tmp_path / "content")
    content.write("seiten/fallstudien.md", (FIXTURE / "fallstudien.md").read_text())
    search = ROOT / "content/seiten/suche.md"
    content.write("seiten/suche.md", search.read_text())
    content.article("ein-artikel", title="Artikel eins")
    write(content, "fall-a", date="2026-11-03")
    write(content, "fall-b", date="2026-11-02")
    write(content, "fall-c", date="2026-10-01")
    write(content, "entwurf", status="draft")
    write(content, "morgen", date="2099-01-01")
    return content


@pytest.fixture
def checkout(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout.copied(tmp_path / "checkout", content.folder)
    shutil.copytree(FIXTURE / "templates", made.root / "templates", dirs_exist_ok=True)
    monkeypatch.setattr(factory, "ROOT", made.root)
    return made


@pytest.fixture
def built(checkout: Checkout, tmp_path: Path) -> dict[str, str]:
    checkout.build(tmp_path / "build")
    pages = contents(tmp_path / "build").items()
    return {
        path: data.decode() for path, data in pages if path.endswith((".html", ".xml", ".json"))
    }


def write(
    content: Content, name: str, *, date: str = "2026-11-01", status: str = "published"
) -> Path:
    return content.write(
        f"fallstudien/{name}.md", CASE.format(title=name, date=date, status=status)
    )


def test_it_has_pages_a_list_in_parts_and_addresses(built: dict[str, str]) -> None:
    page = built["fallstudien/fall-a/index.html"]
    assert "Maschinenbau" in page
    assert "Ein Absatz über fall-a." in page
    assert re.findall(r'href="/fallstudien/"', page), "the way to it"
    first, second = (built[f"fallstudien/{at}index.html"] for at in ("", "seite/2/"))
    assert re.findall(r'teaser__link" href="(.*?)"', first) == [
        "/fallstudien/fall-a/",
        "/fallstudien/fall-b/",
    ]
    assert 'teaser__link" href="/fallstudien/fall-c/"' in second
    assert not [path for path in built if "entwurf" in path or "morgen" in path]


def test_it_is_described_for_machines(built: dict[str, str]) -> None:
    page = built["fallstudien/fall-a/index.html"]
    found = [json.loads(data) for data in re.findall(r'ld\+json">(.*?)</script>', page)]
    work, crumbs = found
    assert work["@type"] == "Report"
    assert work["headline"] == "fall-a"
    assert [each["name"] for each in crumbs["itemListElement"]] == [
        "Startseite",
        "Fallstudien",
        "fall-a",
    ]
    card = re.search(r'og:image" content="[^"]*/karten/(.*?)"', page)
    assert card
    assert card[1].startswith("fall-a.")


def test_it_takes_part_in_sitemap_feeds_redirects_and_search(
    built: dict[str, str], tmp_path: Path
) -> None:
    sitemap = built["sitemap.xml"]
    assert re.search("/fallstudien/fall-a/</loc><lastmod>2026-11-03<", sitemap)
    assert "/fallstudien/seite/2/</loc>" in sitemap
    assert "/fallstudien/fall-a/" in built["feed.xml"]
    newest = [item["title"] for item in json.loads(built["feed.json"])["items"]]
    assert newest == ["fall-a", "fall-b", "Artikel eins", "fall-c"]
    assert "url=/fallstudien/fall-a/" in built["alt-fall-a/index.html"]
    assert "/alt-fall-a /fallstudien/fall-a/" in (tmp_path / "build/_redirects").read_text()
    assert "data-pagefind-body" in built["fallstudien/fall-a/index.html"]
    assert list((tmp_path / "build/suche/index").rglob("*.pf_fragment"))


def test_only_what_has_changed_is_made_and_it_is_what_a_clean_build_gives(
    checkout: Checkout, content: Content, tmp_path: Path
) -> None:
    checkout.build(tmp_path / "build")
    file = write(content, "fall-c", date="2026-10-01")
    file.write_text(f"{file.read_text()}\nNoch einer, mit [Link](fall-a.md).\n")
    outcome = checkout.build(tmp_path / "build")
    assert 0 < outcome.made < outcome.files
    assert (
        'href="/fallstudien/fall-a/"'
        in (tmp_path / "build/fallstudien/fall-c/index.html").read_text().partition("Noch einer")[2]
    )
    write(content, "fall-d", date="2026-11-05")
    (content.folder / "fallstudien/fall-b.md").unlink()
    checkout.build(tmp_path / "build")
    checkout.build(tmp_path / "clean", clean=True)
    assert contents(tmp_path / "build") == contents(tmp_path / "clean")


def test_what_is_wrong_is_told(content: Content) -> None:
    file = content.folder / "fallstudien/fall-a.md"
    text = file.read_text().replace("industry: Maschinenbau\n", "topics: x\n")
    file.write_text(text + "\nEin [Link](entwurf.md), und [noch einer](gibtsnicht.md).\n")
    (content.folder / "seiten/fallstudien.md").unlink()
    problems = content.problems()
    for piece in ("„industry“", "„topics“", "eine unveröffentlichte Fallstudie", "gibtsnicht.md"):
        assert [p for p in problems if p.startswith("content/fallstudien/fall-a.md") and piece in p]
    assert [p for p in problems if p.startswith("content/seiten/fallstudien.md") and "fehlt" in p]


@pytest.fixture
def preview(checkout: Checkout, content: Content, tmp_path: Path) -> FlaskClient:
    assert checkout
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    return create_app(settings, role=Role.PREVIEW).test_client()


def test_the_preview_shows_it_with_drafts_and_faults(
    preview: FlaskClient, content: Content
) -> None:
    html = preview.get("/fallstudien/entwurf/").text
    assert '<span class="not-public">Entwurf</span>' in html
    assert "content/fallstudien/entwurf.md" in html
    assert "entwurf" in preview.get("/fallstudien/seite/2/").text
    assert '"/fallstudien/entwurf/"' in preview.get("/_redaktion/").text
    file = content.folder / "fallstudien/fall-a.md"
    file.write_text(file.read_text().replace("title: fall-a\n", ""))
    broken = preview.get("/fallstudien/fall-a/")
    assert broken.status_code == 422
    assert "content/fallstudien/fall-a.md" in broken.text


def run(content: Content, tmp_path: Path, *words: str) -> Result:
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    app = create_app(settings)
    try:
        return app.test_cli_runner().invoke(args=words)
    finally:
        services(app).leads.close()


def test_authors_check_publish_rename_and_withdraw_it(content: Content, tmp_path: Path) -> None:
    assert "content/fallstudien/entwurf.md:2: Warnung" in run(content, tmp_path, "check").output
    done = run(content, tmp_path, "publish", "content/fallstudien/entwurf.md")
    assert "content/fallstudien/entwurf.md ist veröffentlicht." in done.output
    done = run(content, tmp_path, "rename", "entwurf", "fertig")
    assert "Wer /fallstudien/entwurf/ aufruft" in done.output
    assert content.load().item_at("/fallstudien/fertig/")
    run(content, tmp_path, "unpublish", "fertig")
    assert content.load().item_at("/fallstudien/fertig/") is None


def test_authors_begin_one_from_its_skeleton(content: Content) -> None:
    library = content.load()
    file, data = new_texts.new_text(
        library, "Ein Fall", kind=CASE_STUDIES, topic="", author="", today=clock.today()
    )
    assert file == "fallstudien/ein-fall.md"
    assert b"Ein Fall" in data


def test_its_addresses_are_promised(content: Content) -> None:
    promised = content.load().promised
    assert {"/fallstudien/", "/fallstudien/fall-a/"} <= set(promised)
    assert "/fallstudien/entwurf/" not in promised
