"""What a canary answers: something fitting for each field that the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.leads import canaries
from website.leads.questions import PROOF

if TYPE_CHECKING:
    from website.ops.canary.page import HtmlField, HtmlForm

PHONE = "+49 30 23125000"
"""Of the numbers that nobody has (Bundesnetzagentur, for films)."""
MESSAGE = (
    "Die Website prüft hiermit selbst, ob Anfragen ankommen.\n"
    "Übung, Öl, Äpfel, Maß, „5 €“ – & <mehr>. Nummer {nonce}"
)
"""With all that gets lost where letters are not passed on as they are."""
WORD = "Prüfung"
NAME = "Test"

_CHOSEN = frozenset({"radio", "select", "checkbox"})
_FIXED = {"tel": PHONE, "number": "1", "range": "1", "url": "https://canary.example/"}


def filled_in(form: HtmlForm, nonce: str, marker: str) -> list[tuple[str, str]]:
    """Give the fields as a browser sends them: as the page has them, filled in where people can.

    The marker stands where the page's script puts its proof.
    """
    sent = [
        (one.name, marker if one.name == PROOF.name else _answer(one, nonce)) for one in form.fields
    ]
    # An empty choice is not sent at all.
    boxes = {one.name for one in form.fields if one.kind in _CHOSEN - {"select"}}
    return [(name, text) for name, text in sent if text or name not in boxes]


def _answer(field: HtmlField, nonce: str) -> str:
    if field.hidden:
        return field.value
    if field.kind in _CHOSEN:
        return field.value or next(filter(None, field.choices), "")
    if field.kind == "email":
        return canaries.address(nonce)
    if field.kind == "textarea":
        return MESSAGE.format(nonce=nonce)
    return _FIXED.get(field.kind) or (NAME if field.name in {"name", "company"} else WORD)
