"""Parsing of submitted forms in any encoding.

If a single byte is not UTF-8, Werkzeug's parser discards all fields of an urlencoded form, and thus
a lead. Browsers send UTF-8; other programs and very old browsers may not.
"""

import re
import sys
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

MAX_FIELDS = 200
"""Ten times the number of fields in the form."""
MAX_BYTES = 256 * 1024
"""Far more than a completed form can have, and far less than could overload the server."""

_PIECES = re.compile(rb"(?:[^%]++|%[^%]{2}|%){1,2048}+")
"""Chunks to decode: splitting a text at every percent sign needs a hundred times its memory."""


@dataclass(frozen=True)
class Body:
    """Fields of a request, as far as they were read."""

    fields: MultiDict[str, str]
    is_whole: bool = True
    """False if the body was too large; the fields that were read are kept."""


def read(request: Request) -> Body:
    """Parse the fields of a request.

    :raises UnsupportedMediaType: if the request's media type is not one of forms.
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
    """Decode an urlencoded body, each name and value separately: UTF-8, else Windows-1252.

    :param is_whole: whether this is the entire body; the result is not whole if fields are cut off.
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
