"""Reads what a form sent, whatever the encoding.

Werkzeug's own parser empties a whole urlencoded form for one byte that is not UTF-8, and a lead
with it. Browsers send UTF-8; programs and very old browsers send what they like.
"""

import re
import sys
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

MAX_FIELDS = 200
"""Ten times as many as the form has."""
MAX_BYTES = 256 * 1024
"""Far more than a filled-in form can have, far less than hurts."""

_PIECES = re.compile(rb"(?:[^%]++|%[^%]{2}|%){1,2048}+")
"""What is decoded at once: taking a text apart at every sign takes a hundred times its room."""


@dataclass(frozen=True)
class Body:
    """The fields of a request, as far as they were read."""

    fields: MultiDict[str, str]
    is_whole: bool = True
    """Whether that is all of it. Otherwise it is too large, but what was read need not be lost."""


def read(request: Request) -> Body:
    """Read the fields of a request.

    :raises UnsupportedMediaType: if it is not what a form sends.
    """
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            request.max_content_length = sys.maxsize  # too large is cut off here, not refused
            data = request.stream.read(MAX_BYTES + 1)
            return decode(data[:MAX_BYTES], is_whole=len(data) <= MAX_BYTES)
        case "multipart/form-data":
            request.max_form_parts = MAX_FIELDS
            try:
                return Body(request.form)
            except RequestEntityTooLarge:
                return Body(MultiDict(), is_whole=False)
    raise UnsupportedMediaType


def decode(data: bytes, *, is_whole: bool = True) -> Body:
    """Decode an urlencoded body, each text by itself: UTF-8, else Windows-1252.

    :param is_whole: whether the data are the whole body; too many fields make them less.
    """
    pairs = data.split(b"&", MAX_FIELDS)
    fields: MultiDict[str, str] = MultiDict()
    for pair in pairs[:MAX_FIELDS]:
        name, _, value = pair.partition(b"=")
        if name:
            fields.add(_text(name), _text(value))
    return Body(fields, is_whole=is_whole and len(pairs) <= MAX_FIELDS)


def _text(part: bytes) -> str:
    pieces = _PIECES.findall(part.replace(b"+", b" "))
    plain = b"".join(map(unquote_to_bytes, pieces))
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return plain.decode("cp1252", "replace")
