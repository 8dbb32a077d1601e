"""Reads what a form sent, whatever the encoding.

Werkzeug's own parser empties a whole urlencoded form for one byte that is not UTF-8, and a lead
with it. Browsers send UTF-8; programs and very old browsers send what they like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

if TYPE_CHECKING:
    from flask import Request

MAX_FIELDS = 200
"""Ten times as many as the form has."""


def read(request: Request) -> MultiDict[str, str]:
    """Read the fields of a request.

    :raises UnsupportedMediaType: if it is not what a form sends.
    :raises RequestEntityTooLarge: if it is larger than the application allows, or has too many
        fields.
    """
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            return decode(request.get_data(cache=False))
        case "multipart/form-data":
            request.max_form_parts = MAX_FIELDS
            return request.form
    raise UnsupportedMediaType


def decode(body: bytes) -> MultiDict[str, str]:
    """Decode an urlencoded body, each text by itself: UTF-8, else Windows-1252.

    :raises RequestEntityTooLarge: if it has too many fields.
    """
    pairs = body.split(b"&", MAX_FIELDS)
    if len(pairs) > MAX_FIELDS:
        raise RequestEntityTooLarge
    fields: MultiDict[str, str] = MultiDict()
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        if name:
            fields.add(_text(name), _text(value))
    return fields


def _text(part: bytes) -> str:
    plain = unquote_to_bytes(part.replace(b"+", b" "))
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return plain.decode("cp1252", "replace")
