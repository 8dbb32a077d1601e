"""Forms that were sent after the session had ended, offered for sending again after the sign-in.

Meanwhile the sign-in form holds them, signed: nothing is stored on the server for unknown people.
"""

import datetime
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from website.staff.access import at_root
from website.web.services import services

FIELD = "kept"
PURPOSE = "kept post of an account"
VALID = datetime.timedelta(days=1)
LONGEST = 900_000
"""Characters of a signed and compressed form; the sign-in accepts requests of 1 MiB."""

_SECRET = "staff"  # noqa: S105 - the name of a blueprint
"""The blueprint whose forms contain passwords and codes."""
_NAVIGATES = "navigate"
_TEXT = "text"
"""The field of a text or a note."""
_HIDDEN = {"version", "seen", "stand", "fassung", "fenster", "klaeren"}
"""Fields that tell what a page showed; nobody typed them."""


@dataclass(frozen=True)
class KeptPost:
    """A submitted form."""

    account: int | None
    """The account that sent it; None if it is unknown."""
    path: str
    fields: list[tuple[str, str]]
    lacks_files: bool

    @property
    def text(self) -> str:
        """What was written: the text or note, else the longest value of several words."""
        typed = [(name, value) for name, value in self.fields if name not in _HIDDEN]
        written = [value for name, value in typed if name == _TEXT and value.strip()]
        others = [value for _, value in typed if len(value.split()) > 1]
        return max(written or others, key=len, default="")


def seal(account: int | None) -> str:
    """Return the form of the current request, signed; empty if it cannot be kept.

    :param account: the account that sent it; None if it is unknown.
    """
    is_page = request.headers.get("Sec-Fetch-Mode", _NAVIGATES) == _NAVIGATES
    if not is_page or request.blueprint == _SECRET:
        return ""
    try:
        fields = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        return ""
    if not fields:
        return ""
    path = at_root(request.full_path.rstrip("?"))
    lacks_files = any(file.filename for file in request.files.values())
    text = services().leads.keys.sign(PURPOSE, [account, path, fields, lacks_files])
    return text if len(text) <= LONGEST else ""


def opened() -> KeptPost | None:
    """Return the form that the sign-in form holds; None if there is none or it is too old."""
    sent = request.form.get(FIELD, "")
    kept = services().leads.keys.read_signed(PURPOSE, sent, VALID)
    if kept is None:
        return None
    account, path, fields, lacks_files = kept
    return KeptPost(account, path, [(name, value) for name, value in fields], lacks_files)
