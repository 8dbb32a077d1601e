"""Apply a text posted by a browser to the bytes of its file.

Browsers drop a byte order mark, and post every line ending as CRLF (HTML, "form submission").
Therefore unchanged lines keep their bytes: line ending, Unicode normalization form (NFC or NFD) and
trailing blanks. New lines get NFC and the most common line ending of the file, and lose control
characters.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from website.content import text_files
from website.editorial.merge import matching

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_MARK = "\ufeff"


def shown(data: bytes) -> str:
    r"""Return the text of a file as a ``<textarea>`` shows it, with ``\n`` as line ending.

    Pages must write a newline after the opening tag, because browsers drop the first one.

    :raises UnreadableFile: if the file is not encoded in UTF-8.
    """
    return "\n".join(row for row, _ in _lines(text_files.decoded(data)))


def apply(data: bytes, posted: str) -> bytes:
    """Return the bytes of a file with the posted text.

    :param posted: the whole text, with any line endings.
    :raises UnreadableFile: if the file is not encoded in UTF-8.
    """
    text = text_files.decoded(data)
    mark = _MARK if data.startswith(_MARK.encode()) else ""
    old = _lines(text)
    new = [row for row, _ in _lines(posted.removeprefix(_MARK))]
    keys = [_key(row) for row, _ in old]
    new = _with_dropped_line(keys, new)
    ends = Counter(end for _, end in old if end)
    usual = ends.most_common(1)[0][0] if ends else "\n"
    origins = dict(matching(keys, [_key(row) for row in new]))
    rows = [
        old[origins[index]] if index in origins else (_written(row), usual)
        for index, row in enumerate(new)
    ]
    return (mark + _joined(rows, usual)).encode()


def _written(row: str) -> str:
    return unicodedata.normalize("NFC", text_files.without_control(row))


def _lines(text: str) -> list[tuple[str, str]]:
    """Split a text into lines and line endings; the last has no ending, and may be empty."""
    lines = [(found[1], found[2]) for found in _LINE.finditer(text)]
    # The expression finds one empty line more behind a last line that has no end.
    return lines[:-1] if len(lines) > 1 and not lines[-2][1] else lines


def _key(row: str) -> str:
    """Return a line as a browser posts it, normalized to NFC."""
    return unicodedata.normalize("NFC", row).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _with_dropped_line(old: Sequence[str], new: list[str]) -> list[str]:
    """Restore an empty first line, which some browsers drop."""
    blank, left = (
        sum(1 for _ in itertools.takewhile(lambda row: not row, rows)) for rows in (old, new)
    )
    return ["", *new] if blank == left + 1 and len(old) > 1 else new


def _joined(rows: Sequence[tuple[str, str]], usual: str) -> str:
    parts: list[str] = []
    for row, end in rows[:-1]:
        whole = row + (end or usual)
        if parts and parts[-1].endswith("\r") and whole.startswith("\n"):
            # Together they would be one line end.
            parts[-1] = f"{parts[-1][:-1]}\n"
        parts.append(whole)
    return "".join([*parts, rows[-1][0]])
