"""Error pages for staff: what happened, and what to do."""

from flask import Blueprint, render_template
from werkzeug.exceptions import Forbidden, Gone, HTTPException, NotFound, ServiceUnavailable

from website.exceptions import StorageError, TooBusy


class Foreign(Forbidden):
    """A page of somebody else may have made the browser send this."""


class SignedOut(Forbidden):
    """Something was sent by somebody who is not signed in any more."""


class Stale(Forbidden):
    """Somebody signed in too long ago for what they want to do."""


class EditedElsewhere(ServiceUnavailable):
    """Texts are edited on another machine."""


class LinkExpired(NotFound):
    """A link to a draft that works no more, or never did."""


class TextGone(NotFound):
    """A text that somebody may read by a link, and that is there no more."""


class NoDraft(NotFound):
    """A draft that makes no page as it is now."""


class InvitationOver(Gone):
    """A link to choose a password that is used up, or too old."""


class NoRepository(ServiceUnavailable):
    """The repository of the texts cannot be used."""


class Busy(ServiceUnavailable):
    """Many sign in at the same moment."""


BUSY_FOR = 5
"""Seconds after which somebody may try again."""


def register(blueprint: Blueprint) -> None:
    """Register these pages as a blueprint's error handlers."""
    blueprint.register_error_handler(HTTPException, response)
    blueprint.register_error_handler(StorageError, lambda _: response(ServiceUnavailable()))
    blueprint.register_error_handler(TooBusy, lambda _: response(Busy(retry_after=BUSY_FOR)))


def response(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    """Return the page that says what happened."""
    code = error.code or 500
    page = render_template("staff/error.html", name=type(error).__name__, code=code)
    headers = [each for each in error.get_headers() if each[0] == "Retry-After"]
    return page, code, headers
