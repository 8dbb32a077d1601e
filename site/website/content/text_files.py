"""Reading of text files that people edit: encoding, line ends and conflict markers."""

import codecs
import re
from pathlib import Path

from website.content.problems import msg
from website.exceptions import UnreadableFile
from website.infra import disk, folders

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What neither HTML nor XML may hold (XML 1.0, section 2.2; HTML, section 13.1.4)."""

_LINE_BREAK = re.compile("[\x0b\x0c\x85\u2028\u2029]")
"""What Word and others put where a line should end within a paragraph."""

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?:[ ].*)?$", re.MULTILINE)
"""What git leaves where two people have changed the same lines. Its ``=======`` may be a heading's
underline, and does not stand alone."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(data: bytes) -> str:
    r"""Return the text of a file, without a byte order mark, its lines ended by ``\n``.

    :raises UnreadableFile: where the encoding is another than UTF-8, or git has left both versions
        of a conflict.
    """
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableFile(line, msg("file.conflict", mark=found[0][:7]))
    return text


def decoded(data: bytes) -> str:
    """Return the text of a file, without a byte order mark, its line ends as they are.

    :raises UnreadableFile: where the encoding is another than UTF-8.
    """
    if data.startswith(_UTF_16) or b"\0" in data[:4]:
        raise UnreadableFile(1, msg("file.utf-16"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        raise UnreadableFile(line, msg("file.encoding")) from error


def unreadable(error: OSError) -> str:
    """Return the message about a file that the operating system cannot read."""
    return f"Das {folders.why_unreadable(error)}."


def without_control(text: str) -> str:
    """Return a text without control characters; other line separators become spaces."""
    return CONTROL.sub("", _LINE_BREAK.sub(" ", text))


def read(path: Path) -> str:
    """Return the text of the file at a path.

    :raises UnreadableFile: as :func:`text_of` does.
    :raises OSError: if there is no such file, or it cannot be read.
    """
    return text_of(disk.read(path))
