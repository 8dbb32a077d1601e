"""A released site that every test of this room looks at; nobody may change it."""

from __future__ import annotations

import pytest

from support.content import Content
from support.released import Released
from support.site import free_port, release

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><desc>{}</desc></svg>'


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    folder = tmp_path_factory.mktemp("released")
    content = Content(folder / "content")
    content.article("neu", aliases="[/artikel/alt/, /uralt.html, '/über-uns/', /kontakt/]")
    page = (content.folder / "seiten/impressum.md").read_text()
    content.write("seiten/werkzeuge/kundenkonzentration.md", page.replace("Impressum", "Rechnen"))
    content.write("artikel/bild.svg", DRAWING.format("Ein Bild " * 50))
    content.edition()
    content.write("en/seiten/werkzeuge/kundenkonzentration.md", page.replace("Impressum", "Sums"))
    content.article("mit-bild", title="Mit Bild")
    text = (content.folder / "artikel/mit-bild.md").read_text()
    content.write("artikel/mit-bild.md", text + "\n![Ein Bild](bild.svg)\n")
    site = Released(folder / "build", content, free_port())
    release(content.folder, site.build, site.base_url)
    return site
