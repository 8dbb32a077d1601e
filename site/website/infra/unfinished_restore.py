"""The note that a restore has begun to replace an instance's data, and is not at its end yet.

Where it was cut off meanwhile, database, secret and texts may not belong together.
"""

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path

from website.config import Settings
from website.exceptions import ConfigurationError, WebsiteError
from website.infra import disk
from website.infra.clock import in_german
from website.infra.toml_tables import msg

FILE = "restore-unfinished"


@contextlib.contextmanager
def noted(settings: Settings, made_at: datetime.datetime) -> Iterator[None]:
    """Note that a restore begins, for a block that replaces the database or changes nothing.

    :param made_at: the time of the backup.
    """
    note = _note(settings)
    was_there = note.exists()
    disk.replace(note, in_german(made_at).encode(), durable=True, mode=disk.PRIVATE)
    disk.sync(note.parent)
    try:
        yield
    except WebsiteError:
        if not was_there:
            note.unlink(missing_ok=True)
        raise


def end(settings: Settings) -> None:
    """Note that everything is restored."""
    _note(settings).unlink(missing_ok=True)


def refuse(settings: Settings) -> None:
    """Refuse to use an instance whose restore was cut off.

    :raises ConfigurationError: if it was, with what to do.
    """
    note = _note(settings)
    with contextlib.suppress(FileNotFoundError):
        made_at = note.read_text("utf-8")
        raise ConfigurationError(msg("restore.unfinished", made_at=made_at, note=note))


def _note(settings: Settings) -> Path:
    return settings.instance_dir / FILE
