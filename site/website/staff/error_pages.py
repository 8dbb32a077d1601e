"""Error pages for staff, with advice on what to do."""

from flask import Blueprint, render_template
from werkzeug import Response
from werkzeug.exceptions import Forbidden, Gone, HTTPException, NotFound, ServiceUnavailable

from website.exceptions import StorageError, TooBusy


class Foreign(Forbidden):
    """The request may come from another site (CSRF)."""


class SignedOut(Forbidden):
    """A form was sent after the session had ended."""


class Stale(Forbidden):
    """The sign-in is too long ago for this action."""


class EditedElsewhere(ServiceUnavailable):
    """Texts are edited on another machine."""


class LinkExpired(NotFound):
    """A link to a draft is invalid or has expired."""


class TextGone(NotFound):
    """The text of a valid link does not exist any more."""


class NoDraft(NotFound):
    """A draft has errors that prevent rendering it."""


class InvitationOver(Gone):
    """An invitation was used already, or has expired."""


class NoRepository(ServiceUnavailable):
    """The repository of the texts cannot be used."""


class Busy(ServiceUnavailable):
    """Too many people are signing in at this moment."""


BUSY_FOR = 5
"""Seconds for the Retry-After header."""


def register(blueprint: Blueprint) -> None:
    """Register the error handlers of a blueprint."""
    blueprint.register_error_handler(HTTPException, response)
    blueprint.register_error_handler(StorageError, lambda _: response(ServiceUnavailable()))
    blueprint.register_error_handler(TooBusy, lambda _: response(Busy(retry_after=BUSY_FOR)))


def response(error: HTTPException) -> Response:
    """Return the error page of staff."""
    response = error.get_response()
    name = type(error).__name__
    response.data = render_template("staff/error.html", name=name, code=error.code)
    return response
