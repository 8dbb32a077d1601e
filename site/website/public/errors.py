"""Error pages of the public site: what happened, and what to do."""

from flask import Blueprint, render_template
from werkzeug.exceptions import HTTPException

from website.web.services import services

blueprint = Blueprint("errors", __name__)


@blueprint.app_errorhandler(HTTPException)
def http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    """Render a helpful page for every HTTP error."""
    code = error.code or 500
    headers = [each for each in error.get_headers() if each[0] != "Content-Type"]
    if code == 404:  # noqa: PLR2004 - the code is the name
        page = services().library.page("404")
        return render_template("pages/not_found.html", page=page), 404, headers
    return render_template("errors/error.html", error=code), code, headers
