"""Error pages for staff: what happened, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import render_template
from werkzeug.exceptions import Forbidden, HTTPException, ServiceUnavailable

from website.exceptions import StorageError, TooBusy

if TYPE_CHECKING:
    from flask import Blueprint


class Message(NamedTuple):
    """What a page says."""

    title: str
    advice: str


class Foreign(Forbidden):
    """A page of somebody else may have made the browser send this."""


class SignedOut(Forbidden):
    """Something was sent by somebody who is not signed in any more."""


class Stale(Forbidden):
    """Somebody signed in too long ago for what they want to do."""


class Busy(ServiceUnavailable):
    """Many sign in at the same moment."""


BUSY_FOR = 5
"""Seconds after which somebody may try again."""

_MESSAGES: dict[type[HTTPException] | int, Message] = {
    Foreign: Message(
        "Das kam nicht von unserer Seite",
        "Es wurde nichts geändert. Öffnen Sie den Posteingang in einem neuen Tab und wiederholen "
        "Sie dort, was Sie tun wollten.",
    ),
    SignedOut: Message(
        "Sie sind nicht mehr angemeldet",
        "Es wurde noch nichts geändert, und Ihre Eingaben sind nicht verloren: Melden Sie sich in "
        "einem neuen Tab an und laden Sie dann diese Seite neu. Ihr Browser fragt, ob er die "
        "Angaben noch einmal senden soll; bestätigen Sie das.",
    ),
    Busy: Message(
        "Gerade melden sich viele gleichzeitig an",
        "Es wurde nichts geändert. Warten Sie einige Sekunden und laden Sie diese Seite dann neu. "
        "Ihr Browser fragt, ob er die Angaben noch einmal senden soll; bestätigen Sie das.",
    ),
    Stale: Message(
        "Melden Sie sich dafür noch einmal an",
        "Ihre Anmeldung ist älter als einige Minuten. Es wurde nichts geändert, und Ihre Eingaben "
        "sind nicht verloren: Melden Sie sich in einem neuen Tab an und laden Sie dann diese Seite "
        "neu. Ihr Browser fragt, ob er die Angaben noch einmal senden soll; bestätigen Sie das.",
    ),
    403: Message(
        "Keine Berechtigung",
        "Es wurde nichts geändert. Wer bei Ihnen die Konten verwaltet, kann Ihnen weitere Rechte "
        "geben.",
    ),
    404: Message(
        "Das gibt es hier nicht",
        "Die Anfrage wurde vielleicht gelöscht, weil ihre Frist abgelaufen ist. Prüfen Sie sonst "
        "die Adresse.",
    ),
    405: Message("Diese Adresse lässt sich nicht direkt aufrufen", "Öffnen Sie den Posteingang."),
    413: Message("Ihre Eingabe ist zu groß", "Gehen Sie zurück und kürzen Sie sie."),
    500: Message(
        "Bei uns ist etwas schiefgegangen",
        "Gehen Sie zurück und versuchen Sie es in einigen Minuten noch einmal.",
    ),
    503: Message(
        "Das geht gerade nicht",
        "Die Datenbank antwortet nicht. Es ist nichts verloren: Gehen Sie zurück, Ihre Angaben "
        "stehen noch im Formular. Versuchen Sie es in einer Minute noch einmal.",
    ),
}
_UNCLEAR = Message(
    "Die Eingabe war nicht zu verstehen",
    "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
)


def register(blueprint: Blueprint) -> None:
    """Register these pages as a blueprint's error handlers."""
    blueprint.register_error_handler(HTTPException, _response)
    blueprint.register_error_handler(StorageError, lambda _: _response(ServiceUnavailable()))
    blueprint.register_error_handler(TooBusy, lambda _: _response(Busy(retry_after=BUSY_FOR)))


def _response(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    code = error.code or 500
    message = _MESSAGES.get(type(error)) or _MESSAGES.get(code) or _UNCLEAR
    to_sign_in = isinstance(error, (SignedOut, Stale))
    page = render_template("staff/error.html", **message._asdict(), to_sign_in=to_sign_in)
    headers = [each for each in error.get_headers() if each[0] == "Retry-After"]
    return page, code, headers
