"""Catalogues hold what the sources say, all of it and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import translations
from translations import ROOT, catalogues, messages, updated
from website.content.languages import NAME, read_catalogue, script_key


@pytest.fixture(scope="module")
def said() -> Catalog:
    return messages()


def catalogue(text: str) -> Catalog:
    return read_po(io.StringIO(text), locale="en_GB")


@pytest.mark.slow
@pytest.mark.parametrize(("path", "language"), catalogues(), ids=lambda value: str(value)[-20:])
def test_the_catalogues_are_up_to_date(said: Catalog, path: Path, language: str) -> None:
    text = path.read_text()
    assert text == updated(text, said, language), "run 'make translations'"


@pytest.mark.parametrize("path", [path for path, _ in catalogues()], ids=str)
def test_everything_is_translated(path: Path) -> None:
    problems: list[tuple[int, str]] = []
    read_catalogue(path.parent, lambda line, message: problems.append((line, message)))
    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("message", "source"),
    [
        ("Anfrage stellen", "templates/components/stage.html"),
        ("Zum Inhalt springen", "templates/base.html"),
        ("%(site)s: Ratgeber", "templates/base.html"),
        ("Bitte geben Sie %(called)s ein", "site/website/questionnaire.py"),
        ("Lassen Sie dieses Feld leer", "site/website/questionnaire.py"),
        ("Mehr Kennzahlen", "static/js/tools/page.js"),
        (
            "Das ist mehr, als die offene Stelle nach Ihrer Schätzung kostet.",
            "static/js/tools/einsatzkosten.js",
        ),
    ],
)
def test_words_of_every_kind_of_source_are_found(said: Catalog, message: str, source: str) -> None:
    found = said.get(message)
    assert found is not None
    assert source in [path for path, _ in found.locations]


@pytest.mark.slow
def test_scripts_find_each_message_by_a_key_of_its_own(said: Catalog) -> None:
    paths = [(message, path) for message in said for path, _ in message.locations]
    ids = [message.id for message, path in paths if path.startswith("static/")]
    words = {message if isinstance(message, str) else message[0] for message in ids}
    assert len(set(map(script_key, words))) == len(words)


@pytest.mark.slow
def test_what_only_staff_see_is_not_translated(said: Catalog) -> None:
    paths = {path for message in said for path, _ in message.locations}
    apart = ("templates/inbox", "templates/editor", "templates/staff", "templates/authoring")
    assert [path for path in paths if path.startswith(apart)] == []


def test_updating_keeps_translations_and_drops_what_is_no_longer_said() -> None:
    said = Catalog(charset="utf-8")
    said.add("Suche", locations=[("templates/a.html", 0)])
    said.add("Anfrage jetzt senden", locations=[("templates/b.html", 0)])
    said.add(("%(num)s Tag", "%(num)s Tage"), locations=[("templates/b.html", 0)])
    before = (
        'msgid "Suche"\nmsgstr "Search"\n\n'
        'msgid "Anfrage senden"\nmsgstr "Send enquiry"\n\n'
        'msgid "Altes"\nmsgstr "Old"\n'
    )
    after = updated(before, said, "en-GB")
    found = catalogue(after)
    assert found["Suche"].string == "Search"
    assert not found["Suche"].fuzzy
    assert found["Anfrage jetzt senden"].string == "Send enquiry"
    assert found["Anfrage jetzt senden"].fuzzy
    assert found["%(num)s Tag"].string == ("", "")
    assert "Altes" not in after
    assert updated(after, said, "en-GB") == after


def test_a_new_edition_begins_with_an_empty_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = tmp_path / "content/fr"
    edition.mkdir(parents=True)
    (edition / "website.toml").write_text('language = "fr"\n')
    assert catalogues(tmp_path) == [(edition / NAME, "fr")]
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/a.html").write_text('{{ _("Suche") }}')
    translations.main()
    text = (edition / NAME).read_text()
    assert "Plural-Forms: nplurals=" in text
    assert 'msgid "Suche"' in text
