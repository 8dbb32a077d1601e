"""The guide for editors, rendered from ``docs/redaktion.md``."""

import functools
import re

from flask import Response, abort, render_template, send_from_directory
from PIL import Image as Pictures

from website.config import ROOT
from website.content.models import Image, Rendered, TextContent
from website.content.rendering import Renderer
from website.editor.blueprint import blueprint
from website.exceptions import ImageError
from website.staff.access import staff_url
from website.web.services import services

FOLDER = ROOT / "docs"
GUIDE = FOLDER / "redaktion.md"
PICTURES = "bilder"

_FOR_DEVELOPERS = re.compile(r"^- \[Anhang[^\n]*\n|^## Anhang.*", re.MULTILINE | re.DOTALL)
"""The appendix for developers, and its line in the table of contents."""


@blueprint.get("/hilfe/")
def guide() -> str:
    """Show the guide without the appendix for developers."""
    if not GUIDE.is_file():
        abort(404)
    title, text = _rendered(GUIDE.stat().st_mtime_ns)
    return render_template("editor/guide.html", title=title, text=text)


@blueprint.get(f"/hilfe/{PICTURES}/<name>")
def guide_picture(name: str) -> Response:
    """Serve a picture of the guide."""
    return send_from_directory(FOLDER / PICTURES, name)


@functools.lru_cache(maxsize=1)
def _rendered(_changed: int) -> tuple[str, Rendered]:
    """Return the title and the text of the guide.

    :param _changed: modification time of the file, as a cache key.
    """
    title, _, body = GUIDE.read_text("utf-8").partition("\n")
    body = _FOR_DEVELOPERS.sub("", body)
    source = TextContent(FOLDER, "docs/redaktion.md", body, 2, file=GUIDE.name)
    renderer = Renderer(services().library.addresses, {})
    rendered, _ = renderer.render(source, "", _picture)
    return title.removeprefix("# "), rendered


def _picture(file: str) -> Image:
    """Return a picture of the guide for its page.

    :raises ImageError: if it is missing or unreadable.
    """
    folder, _, name = file.rpartition("/")
    if folder != PICTURES:
        raise ImageError(f"liegt nicht in „{PICTURES}“.")
    try:
        with Pictures.open(FOLDER / PICTURES / name) as picture:
            width, height = picture.size
    except OSError as error:
        raise ImageError("lässt sich nicht lesen.") from error
    return Image(staff_url("editor.guide_picture", name=name), width, height)
