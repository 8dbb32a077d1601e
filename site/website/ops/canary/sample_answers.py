"""Sample answers: something that fits each field that the page shows."""

from website.leads import canaries
from website.ops.canary.page import HtmlField, HtmlForm
from website.questionnaire import PROOF

PHONE = "+49 30 23125000"
"""From the range that the Bundesnetzagentur reserves for films: nobody has it."""
MESSAGE = (
    "Die Website prüft hiermit selbst, ob Anfragen ankommen.\n"
    "Übung, Öl, Äpfel, Maß, „5 €“ – & <mehr>. Nummer {nonce}"
)
"""With characters that get lost where an encoding is wrong."""
WORD = "Prüfung"
NAME = "Test"

_CHOSEN = frozenset({"radio", "select", "checkbox"})
_FIXED = {"tel": PHONE, "number": "1", "range": "1", "url": "https://canary.example/"}


def filled_in(form: HtmlForm, nonce: str, marker: str) -> list[tuple[str, str]]:
    """Return the fields as a browser sends them, filled in where people can.

    The marker takes the place of the proof, which the page's script would compute.
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
