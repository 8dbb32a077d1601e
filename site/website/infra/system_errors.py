"""What the system refuses, as a sentence with the next step."""

import errno
import os
from pathlib import Path

from website.infra import disk
from website.infra.toml_tables import msg

_KINDS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "rights",
    errno.EPERM: "rights",
    errno.EROFS: "read-only",
    errno.EEXIST: "taken",
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
}
_OF_DISKS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def told(error: OSError, place: object = "", *, language: str = "en") -> str:
    """Return what an error says, as sentences with the next step.

    :param place: what was to be read or written, where the error does not name it.
    :param language: ``en`` for operators, ``de`` for authors.
    """
    where = error.filename or place
    named = f"{where}: " if where else ""
    return f"{named}{error.strerror or error}. {advice(error, where, language=language)}"


def advice(error: OSError, place: object, *, language: str = "en") -> str:
    """Return what to do about an error."""
    kind = _KINDS.get(error.errno or 0, "other")
    return msg(f"system-{language}.{kind}", folder=_existing(Path(str(place))))


def advice_on(text: str, place: object) -> str:
    """Return what to do about what another program says of a disk, or nothing."""
    said = [number for number in _OF_DISKS if os.strerror(number) in text]
    return f" {advice(OSError(said[0], ''), place)}" if said else ""


def _existing(path: Path) -> Path:
    """Return a path as far as it exists."""
    return next((one for one in (path, *path.parents) if disk.exists(one)), Path("/"))
