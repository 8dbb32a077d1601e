"""What a backup says of itself, so that a restore can tell whether all of it is there."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from website.exceptions import BackupError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "manifest.json"
FORMAT = 1
"""Of this file; a later version of the website that changes it counts up."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What was backed up, and when."""

    made_at: datetime.datetime
    """From when the data are."""
    website: str
    """Version of the website that made it."""
    revision: str
    """Of the database's migrations; empty if it had none yet."""
    kind: str
    """``sqlite`` or ``postgresql``."""
    counts: Mapping[str, int]
    """Rows of each table."""
    files: Mapping[str, str]
    """SHA-256 of every other file of the archive."""
    secret: str
    """By which the instance's secret is known again (``secrets.mark``)."""

    def to_json(self) -> str:
        """Write it."""
        plain = asdict(self) | {"made_at": self.made_at.isoformat(), "format": FORMAT}
        return json.dumps(plain, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Read it.

        :raises BackupError: if it is not one, or of a newer format.
        """
        try:
            plain: dict[str, Any] = json.loads(text)
            found = plain.pop("format")
            if found == FORMAT:
                made_at = datetime.datetime.fromisoformat(plain.pop("made_at"))
                return cls(made_at=made_at, **plain)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"The backup's {NAME} cannot be read.") from error
        raise BackupError(
            f"The backup has the format {found}, and this version of the website knows {FORMAT}. "
            "Install the version that made it, or a newer one."
        )


def differences(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Name the tables whose rows are not as many as they should be."""
    tables = sorted(expected.keys() | found.keys())
    return [
        f"{table}: {found.get(table, 'missing')} instead of {expected.get(table, 'none')}"
        for table in tables
        if expected.get(table) != found.get(table)
    ]
