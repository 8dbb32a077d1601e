"""Interface words of a build: each edition's own, and none that is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.builds import Checkout
from support.content import Content
from website.exceptions import ContentError

CATALOGUE = "en/oberflaeche.po"
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def checkout(content: Content, tmp_path: Path) -> Checkout:
    content.edition()
    return Checkout.copied(tmp_path / "checkout", content.folder)


def test_each_edition_speaks_its_language_and_a_changed_word_is_on_every_page(
    content: Content, checkout: Checkout, tmp_path: Path
) -> None:
    output = tmp_path / "build"
    for word in ("Search", "Find"):
        content.write(CATALOGUE, f'{HEADER}msgid "Suche"\nmsgstr "{word}"\n')
        checkout.build(output)
        for page in ("en/index.html", "en/404.html"):
            assert f"<span>{word}</span>" in (output / page).read_text()
        assert "<span>Suche</span>" in (output / "index.html").read_text()


def test_a_missing_translation_stops_the_build(
    content: Content, checkout: Checkout, tmp_path: Path
) -> None:
    content.write(CATALOGUE, f'{HEADER}msgid "Suche"\nmsgstr ""\n')
    with pytest.raises(ContentError) as error:
        checkout.build(tmp_path / "build", release=True)
    assert "content/en/oberflaeche.po:4: Die Übersetzung fehlt: „Suche“" in str(error.value)
    assert not (tmp_path / "build").exists()
