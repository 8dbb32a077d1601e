"""Error pages of the preview: why a page cannot be shown, and how to correct it.

They use none of the site's templates and components, which may be broken.
"""

import traceback
from collections.abc import Iterable
from pathlib import Path

from flask import Request, current_app, render_template
from flask.typing import ResponseReturnValue
from jinja2 import TemplateSyntaxError
from werkzeug.exceptions import InternalServerError

from website.content import kinds, published, questionnaire_file
from website.content.kinds import OTHER_PAGES, required_pages
from website.content.library import Library
from website.content.problems import Problem

SITE_DATA = ("website.toml", questionnaire_file.NAME, published.FORM_KEYS)
"""Files that belong to no page."""

_PAGES = {
    "pages.start": "index",
    "pages.not_found": "404",
    "contact_page.form": "kontakt",
    "contact_endpoint.thanks": "danke",
    "answers.thanks": "danke",
    "answers.confirm": "bestaetigen",
}


def file_of(request: Request) -> str:
    """Return the content file whose text a page shows, or an empty text if there is none.

    The file need not exist.
    """
    if request.endpoint == "pages.text":
        return kinds.file_at((request.view_args or {})["path"])
    page = _PAGES.get(request.endpoint or "")
    return kinds.OTHER_PAGES.file(page) if page else ""


def of_site(library: Library) -> tuple[Problem, ...]:
    """Return the problems that prevent every page from being shown."""
    names = [name for name in required_pages() if name not in library.pages]
    missing = set(map(OTHER_PAGES.file, names))
    if not library.site.name:
        missing.add("website.toml")
    if not library.questionnaire.is_readable:
        missing.add(questionnaire_file.NAME)
    return about(library, missing)


def of_file(library: Library, file: str) -> tuple[Problem, ...]:
    """Return the problems that prevent the page of a file from being shown."""
    cached = library.file_cache.of(file)
    if cached is None or (cached.item and cached.item.can_be_shown):
        return ()
    return cached.problems


def about(library: Library, files: Iterable[str]) -> tuple[Problem, ...]:
    """Return the problems of some data files, named relative to the content folder."""
    labels = {library.label(file) for file in files}
    return tuple(problem for problem in library.problems if problem.path in labels)


def content_fault(problems: tuple[Problem, ...]) -> ResponseReturnValue:
    """Respond with the problems of content files."""
    return render_template("authoring/broken_content.html", problems=problems), 422


def template_fault(error: InternalServerError) -> ResponseReturnValue:
    """Respond with an error of the code or a template; the log has the traceback."""
    file, line, message = _place(error.original_exception or error)
    shown = {"file": file, "line": line, "message": message}
    try:
        return render_template("authoring/broken_template.html", **shown), 500
    except Exception:  # noqa: BLE001 - the preview's own templates may be what is broken
        return _PLAIN, 500


_PLAIN = (
    '<!doctype html><html lang="de"><head><title>Fehler in der Vorschau</title></head><body>'
    "<h1>Eine Vorlage der Vorschau ist fehlerhaft</h1><p>Welche, steht im Fenster, in dem die "
    "Vorschau läuft.</p></body></html>"
)


def _place(error: BaseException) -> tuple[str, int, str]:
    """Return file, line and message of the innermost template frame, or of the code's."""
    templates = Path(current_app.root_path) / "templates"
    if isinstance(error, TemplateSyntaxError) and error.filename:
        return _named(error.filename), error.lineno, error.message or ""
    message = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    of_templates = [frame for frame in frames if Path(frame.filename).is_relative_to(templates)]
    for frame in (of_templates or frames)[-1:]:
        return _named(frame.filename), frame.lineno or 1, message
    return "", 0, message


def _named(file: str) -> str:
    path = Path(file)
    root = Path(current_app.root_path)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
