"""Error pages of the public site: what happened, and what to do."""

from flask import render_template
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from website.web.services import services


def response(error: HTTPException) -> Response:
    """Return a helpful page for an HTTP error."""
    response = error.get_response()
    if error.code == 404:  # noqa: PLR2004 - the code is the name
        page = services().library.page("404")
        response.data = render_template("pages/not_found.html", page=page)
    else:
        response.data = render_template("errors/error.html", error=error.code)
    return response
