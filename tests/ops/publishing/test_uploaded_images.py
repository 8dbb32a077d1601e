"""Uploaded images: in the content before any text shows them, and live only with one that does."""

from __future__ import annotations

import io

from PIL import Image

from support.publishing import FIRST, GOOD, PublishedSite
from website.content.files import RIGHTS
from website.editorial import image_library
from website.editorial.image_library import Rights


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return file.getvalue()


def test_two_images_uploaded_at_once_wait_in_the_content_until_a_text_shows_them(
    site: PublishedSite,
) -> None:
    begun = site.main
    for name in ("eins", "zwei"):
        path, entry = f"artikel/{name}.jpg", Rights("Jo Kamm", "eigenes Bild", "", f"Bild {name}")
        changes = {path: _photo(), RIGHTS: image_library.with_rights(None, path, entry)}
        site.request(changes, base=begun, subject=name)
    assert [each.state for each in site.run()] == ["done", "done"]
    assert set(image_library.rights(site.official(RIGHTS).encode())) == {
        "artikel/eins.jpg",
        "artikel/zwei.jpg",
    }
    assert not list(site.build.rglob("eins.*"))
    shown = GOOD.replace("Ein Absatz.", "![Ein Tisch](eins.jpg)")
    assert site.publish(FIRST, shown).state == "done"
    assert 'alt="Ein Tisch"' in site.page()
    assert list(site.build.rglob("eins.*"))
    assert not list(site.build.rglob("zwei.*"))
