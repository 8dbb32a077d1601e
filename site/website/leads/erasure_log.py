"""Log of erased leads, so that restoring a backup does not bring them back.

Each line holds the moment of an erasure and a keyed hash of the lead's reference, which identifies
nobody. The files lie beside the backups and are copied with them; the database may be what is lost.
Lines are deleted after some time.
"""

import contextlib
import datetime
import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from website.exceptions import StorageError
from website.infra import disk, locks
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.leads import retention
from website.leads.models import Lead

REMEMBERED = datetime.timedelta(days=60)
"""Twice as long as backups are kept: the last backup may be kept although none followed."""

FILES = "erased-*.txt"
"""A file for each machine, so that copies of several can lie in one folder."""


@dataclass(frozen=True)
class ErasureLog:
    """The erasure log in a folder."""

    folder: Path
    keys: Keys

    def note(self, references: Iterable[str], now: datetime.datetime) -> None:
        """Record that leads are erased; call it before deleting them, so that none is missing.

        :raises StorageError: if that is impossible.
        """
        marks = [self._mark(reference) for reference in references]
        if not marks:
            return
        self.forget(now)
        with self._storage_errors(), self._alone():
            lines = "".join(f"{now.isoformat()} {mark}\n" for mark in marks)
            number = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with open(number, "a", encoding="ascii") as file:  # noqa: PTH123 - a descriptor
                file.write(lines)
                file.flush()
                os.fsync(number)

    def forget(self, now: datetime.datetime) -> None:
        """Delete old lines of this machine, which no backup needs any more.

        :raises StorageError: if that is impossible.
        """
        if not self._file.exists():
            return
        with self._storage_errors(), self._alone():
            lines = self._file.read_text(encoding="ascii").splitlines(keepends=True)
            kept = [line for line in lines if (at := _moment(line)) and at > now - REMEMBERED]
            if len(kept) < len(lines):
                disk.replace(self._file, "".join(kept).encode(), durable=True)

    def again(
        self, database: Database, folders: Sequence[Path], since: datetime.datetime, mails: Path
    ) -> retention.Deleted:
        """Delete from a restored database the leads that were erased since its backup was made.

        :param folders: folders with logs, of all machines.
        :param mails: folder of mails that were written to files instead of being sent.
        :raises StorageError: if the logs cannot be read, or the database cannot be used.
        """
        with self._storage_errors():
            files = {file.resolve() for folder in folders for file in folder.glob(FILES)}
            lines = [line for file in files for line in file.read_text("ascii").splitlines()]
        marks = {line.split()[1] for line in lines if (at := _moment(line)) and at >= since}
        deleted = retention.Deleted()
        if marks:
            with database.writing() as session:
                every = session.scalars(select(Lead.reference)).all()
                gone = [reference for reference in every if self._mark(reference) in marks]
                deleted = retention.delete_leads(session, gone, mails)
        return deleted

    @property
    def _file(self) -> Path:
        host = re.sub(r"[^A-Za-z0-9.-]+", "-", platform.node()) or "machine"
        return self.folder / FILES.replace("*", host)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Serialise processes that write the log."""
        disk.make_private(self.folder)
        with locks.held(self.folder / ".erased.lock", wait=True):
            yield

    def _mark(self, reference: str) -> str:
        return self.keys.digest("erased lead", reference)

    @contextlib.contextmanager
    def _storage_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it holds something else"
            raise StorageError(
                f"The lines of what was erased, in {self.folder}, cannot be used: {reason}"
            ) from error


def _moment(line: str) -> datetime.datetime | None:
    """Return the moment of a line; None if the line is incomplete."""
    at, _, mark = line.strip().partition(" ")
    if len(mark) != 64:  # noqa: PLR2004 - digits of a keyed hash
        return None
    try:
        return datetime.datetime.fromisoformat(at)
    except ValueError:
        return None
