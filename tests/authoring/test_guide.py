"""The guide for editors tells the truth, and all of it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from support import guide
from support.questionnaire import QUESTIONNAIRE
from support.site import ROOT
from website import create_app, load_library
from website.config import Settings
from website.content import blocks, library_problems
from website.content.addresses import Addresses
from website.content.kinds import ARTICLES, OTHER_PAGES
from website.content.library import Library
from website.content.models import PublicationStatus, Source
from website.content.text_reader import Known, keys_of
from website.editor.text_fields import GROUPS
from website.web.services import services

LINK = re.compile(r"\]\(#([^)]+)\)")
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
FIELD = re.compile(r'\binner\.\w+\(\s*"(\w+)"')
JOINED = re.compile(r'"\s*\n\s*f?"')


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("guide")
    content = guide.content_with_examples(folder)
    return load_library(Settings(content_dir=content, instance_dir=folder / "instance"))


@pytest.mark.parametrize("example", guide.examples(), ids=lambda example: example.picture)
def test_every_example_of_the_guide_is_right(library: Library, example: guide.Example) -> None:
    label = f"content/artikel/{example.slug}.md"
    assert [
        str(problem) for problem in library_problems.every(library) if problem.path == label
    ] == []
    assert any(article.name == example.slug for article in library.items)


def test_the_examples_use_every_construct(library: Library) -> None:
    html = "".join(
        library.rendered(article).html
        for article in library.items
        if article.name.startswith("beispiel-")
    )
    for tag in ("strong", "em", "h2", "h3", "ul", "ol", "table", "figure", "figcaption", "abbr"):
        assert f"<{tag}" in html, tag
    for tag in ("blockquote", "dl", "sup", "pre", "code", "img"):
        assert f"<{tag}" in html, tag
    for box in blocks.BOX_TITLES:
        assert f'data-variant="{box}"' in html, box
    assert 'class="steps"' in html


def test_every_field_block_insert_status_and_topic_is_explained() -> None:
    text = guide.text()
    known = Known((), (), Addresses())
    fields = {name for kind in (ARTICLES, OTHER_PAGES) for name in keys_of(kind, known)}
    fields |= {field.name for field in dataclasses.fields(Source)}
    fields |= {*FIELD.findall((ROOT / "site/website/content/text_reader.py").read_text())}
    assert fields >= {"title", "reviewed_by", "review_by", "image_alt", "year", "url", "lead"}
    names = {
        *fields,
        *blocks.INSERTS,
        *PublicationStatus,
        blocks.STEPS,
        *(key for key, _ in QUESTIONNAIRE.question("topic").choices),
    }
    assert {name for name in names if f"`{name}`" not in text} == set()
    assert {box for box in blocks.BOX_TITLES if f"/// {box}" not in text} == set()


@pytest.mark.slow
def test_every_command_of_the_guide_exists(tmp_path: Path) -> None:
    app = create_app(Settings(instance_dir=tmp_path))
    services(app).leads.close()
    named = set(re.findall(r"flask --app website ([a-z]+)", guide.text()))
    assert named == {"check", "content", "new", "publish", "rename", "staff", "unpublish"}
    assert named <= set(app.cli.commands)


def test_every_message_of_the_guide_is_one_that_authors_get() -> None:
    rooms = ("content", "checking", "authoring", "editor", "editorial", "infra")
    folders = [ROOT / "site/website" / room for room in rooms]
    sources = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    sources += (ROOT / "static/editor/js").glob("*.js")
    sources += (ROOT / "templates/staff").glob("*.html")
    said = "".join(JOINED.sub("", path.read_text()) for path in sources)
    said = re.sub("{(MARK|mark)}", "PLATZHALTER", said)
    table = guide.text().partition("## Fehlermeldungen")[2].partition("\n## ")[0]
    messages = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)[1:]
    assert len(messages) > 15
    for message in messages:
        for piece in message.split("„…“"):
            assert piece.strip() in said, message


def test_every_field_of_the_form_is_named_beside_its_key() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", guide.text(), re.MULTILINE)
    parts = [part for group in GROUPS for part in group.fields]
    labels = {part.path[0]: part.label.partition(":")[0] for part in parts}
    named = {key: label for key, label in rows if key in labels}
    assert named == {key: labels[key] for key in named}
    # Explained in a sentence: what only pages and case studies have.
    assert labels.keys() - named == {"lead", "industry", "role", "duration"}


def test_every_link_within_the_guide_leads_somewhere() -> None:
    text = guide.text()
    outside_code = re.sub(r"^(````*).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    anchors = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(outside_code)
    }
    assert set(LINK.findall(outside_code)) <= anchors


def test_every_picture_of_the_guide_is_there_and_small() -> None:
    files = {path.stem: path for path in guide.PICTURES.iterdir()}
    assert set(files) == set(guide.pictures())
    assert {name for name, path in files.items() if path.stat().st_size > guide.LARGEST} == set()
