"""The preview shows photographs and cards, and makes only what a browser asks for."""

from __future__ import annotations

import re
from pathlib import Path

from support.content import ARTICLE, Content
from support.sqlite import migrated
from website import create_app
from website.config import Role, Settings


def test_a_page_makes_no_image_and_a_request_makes_one(content: Content, tmp_path: Path) -> None:
    content.photo("foto.jpg", (900, 600))
    content.article(text=f"{ARTICLE}\n![Ein Foto](foto.jpg)\n", status="draft")
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    client = create_app(settings, role=Role.PREVIEW).test_client()
    page = client.get("/artikel/ein-artikel/").text
    assert not settings.cache_dir.exists()
    addresses = re.findall(r"/(?:bilder|karten)/[\w.-]+", page)
    kinds = {
        "avif": "image/avif",
        "webp": "image/webp",
        "jpg": "image/jpeg",
        "png": "image/png",
    }
    made: set[str] = set()
    for address in dict.fromkeys(addresses):
        answer = client.get(address, buffered=True)
        assert answer.content_type == kinds[address.rpartition(".")[2]]
        assert "immutable" in answer.headers["Cache-Control"]
        made.add(address)
        kept = {f"/{path.parent.name}/{path.name}" for path in settings.cache_dir.rglob("*.*")}
        assert kept == made
    assert {address.rpartition(".")[2] for address in made} == set(kinds)


def test_what_no_page_shows_is_not_there(content: Content, tmp_path: Path) -> None:
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    client = create_app(settings, role=Role.PREVIEW).test_client()
    for address in ("/bilder/foto.0123456789.jpg", "/karten/website.0123456789.png"):
        assert client.get(address).status_code == 404
