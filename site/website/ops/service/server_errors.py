"""German pages for what waitress refuses before a request reaches the application.

Only requests that no browser sends get here, and those that are far too large.
"""

from __future__ import annotations

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask
from waitress.utilities import Error

from website.web.security import headers

ADVICE = {
    413: ("Die Anfrage ist zu groß", "Gehen Sie zurück und kürzen Sie Ihren Text."),
    431: ("Die Anfrage ist zu groß", "Löschen Sie im Browser die Cookies dieser Website."),
}
OTHERWISE = ("Die Anfrage war nicht zu verstehen", "Laden Sie die Seite neu.")

PAGE = """\
<!doctype html>
<html lang="de"><meta charset="utf-8"><meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<h1>{title}</h1><p>{advice}</p></html>
"""


class Refusal(ErrorTask):  # type: ignore[misc]  # the library has no types
    """Answers a request that waitress refuses."""

    def execute(self) -> None:
        """Send our page instead of waitress's own text."""
        self.request.error = _German(self.request.error)
        super().execute()


class GermanChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose refusals are readable."""

    error_task_class = Refusal


class _German:
    def __init__(self, error: Error) -> None:
        self._error = error

    def to_response(self, _ident: str | None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and body as waitress expects them."""
        title, advice = ADVICE.get(self._error.code, OTHERWISE)
        page = PAGE.format(title=title, advice=advice).encode()
        fields = [("Content-Type", "text/html; charset=utf-8"), *headers(https=False).items()]
        return f"{self._error.code} {self._error.reason}", fields, page
