"""The dearest that a stranger can send: as much as is read, full of what is slow to read."""

from __future__ import annotations

from urllib.parse import quote_plus

from support.visitor import FORM
from website.public.contact.form_data import MAX_BYTES

URLENCODED = "application/x-www-form-urlencoded"

UNITS = (
    *"a \r\t-.@<1!b+'%äßİﷺ𝗖\u00ad\u200d\U000e0041\ud800\u202e\x00",
    "a-", "a.", "a_", "a@", "aA", "a ", "a\n", "<a ", "[url", "href ", "1!", "test!", "qwertza",
    "asdf ", "aaa", "xxx", "www", "www.", "x.de/", "http://", "kurz", "short.", "suche ",
    "need interim ", "interim ", "key account ", "kam ", "mandat", "bcdf", "der und ",
    "guest post ", "ae", "0171 ", "${jndi", "&amp;", "\u0345\u0316", "\uff9e\u0316", "\u0344\u0f73",
    "a\u0308", "\u1100\u1161", "хa", "а ", "🏴\U000e0067", "👩\u200d🔧",
)  # fmt: skip
"""Pieces that make a text dear to read when they are repeated."""


def flood(name: str, unit: str) -> bytes:
    """Fill a whole body, as large as one is read, with one field."""
    start = "".join(f"{key}={quote_plus(told)}&" for key, told in FORM.items() if key != name)
    began = f"{start}{name}=".encode()
    sent = unit.encode("utf-8", "surrogatepass")
    for sign in b"%&+":
        sent = sent.replace(bytes([sign]), b"%%%02X" % sign)
    return began + sent * ((MAX_BYTES - len(began)) // len(sent))
