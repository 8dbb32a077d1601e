"""Restoring of backups: replaces the data of an instance completely or not at all.

A backup is checked before anything is changed.
"""

import contextlib
import datetime
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path

from pyrage import x25519
from sqlalchemy.engine import make_url

from website.config import Settings
from website.editorial.repository import Repository
from website.editorial.workspace import Workspace
from website.exceptions import BackupError, RepositoryError, StorageError
from website.infra import clock, disk, unfinished_restore
from website.infra.database import Database, connect
from website.infra.keyed_hashes import FILE as SECRET_FILE
from website.infra.keyed_hashes import Keys, open_keys
from website.leads import migrations
from website.leads.deliveries import Deliveries
from website.leads.erasure_log import ErasureLog
from website.leads.models import Event
from website.leads.retention import Deleted, Purge, Retention, empty_log
from website.ops.backup import archive, encryption, msg, postgresql, sqlite, workdir

Finish = Callable[[Database], None]


@dataclass(frozen=True)
class OpenedBackup:
    """A backup that was decrypted, extracted and found complete."""

    manifest: archive.Manifest
    folder: Path

    @property
    def database(self) -> Path:
        """The database as a file of SQLite."""
        return self.folder / sqlite.FILE

    @property
    def secret(self) -> Path | None:
        """The file of the instance's secret, if it had one."""
        return self.folder / SECRET_FILE if SECRET_FILE in self.manifest.files else None

    @property
    def content(self) -> Path | None:
        """The bundle of the content repository, if there was one."""
        return self.folder / archive.CONTENT if archive.CONTENT in self.manifest.files else None


def open_backup(
    path: Path, place: Path, identities: Callable[[], Sequence[x25519.Identity]]
) -> OpenedBackup:
    """Decrypt and extract a backup, and compare it with its manifest.

    :param place: an empty folder.
    :param identities: called for the secret keys, if they are needed.
    :raises BackupError: if it cannot be opened, or is incomplete.
    :raises ConfigurationError: if it was made by a newer version of the website.
    """
    packed = path
    if encryption.is_encrypted(path):
        packed = place / "packed"
        encryption.decrypt(path, packed, identities())
    folder = place / "content"
    folder.mkdir(mode=0o700)
    opened = OpenedBackup(archive.unpack(packed, folder), folder)
    if not opened.database.is_file():
        raise BackupError(msg("file.no-database", file=sqlite.FILE))
    migrations.check_known(opened.manifest.revision)
    sqlite.check(opened.database)
    wrong = archive.differences(opened.manifest.counts, sqlite.counts(opened.database))
    if wrong:
        raise BackupError(f"Not as many rows as the manifest says: {'; '.join(wrong)}")
    return opened


def keys_of(opened: OpenedBackup, settings: Settings, *, other_secret: bool = False) -> Keys:
    """Return the keys that belong to the data of a backup.

    :param other_secret: accept the instance's own secret even if it is another.
    :raises BackupError: if the secret of the data is unknown, or differs from the settings.
    """
    if opened.secret and not settings.secret_key:
        return Keys(opened.secret.read_text())
    keys = open_keys(settings)
    if archive.mark_of(keys) == opened.manifest.secret or other_secret:
        return keys
    if opened.secret:
        raise BackupError(msg("restore.two-secrets"))
    raise BackupError(msg("restore.another-secret"))


@dataclass(frozen=True)
class Restored:
    """What a restore has replaced."""

    kept: Path | None = None
    """The folder to which the old data were moved, if there were any."""
    missing: tuple[str, ...] = ()
    """Reference numbers of leads that came after the backup."""


def restore(opened: OpenedBackup, settings: Settings, *, force: bool, finish: Finish) -> Restored:
    """Replace the instance's data by those of a backup, migrated to the current schema.

    They are prepared in a file beside the database, which replaces SQLite's file in one step, or
    all tables of PostgreSQL in one transaction.

    :param force: replace existing data; a copy of them is kept in a folder of its own.
    :param finish: called on the data before they are used again.
    :raises BackupError: if that is not possible now, with the reason; nothing was changed.
    :raises StorageError: if the database cannot be used.
    """
    replace = _replace_file if settings.is_one_machine else _replace_tables
    with _content(settings, opened) as content:
        restored = replace(opened, settings, finish, force=force)
        if opened.secret and not settings.secret_key:
            _replace_secret(settings, opened.secret)
        if content:
            kept = _replace_content(settings, content, restored.kept)
            restored = replace_fields(restored, kept=kept)
    unfinished_restore.end(settings)
    return restored


@contextlib.contextmanager
def _content(settings: Settings, opened: OpenedBackup) -> Iterator[Path | None]:
    """Prepare the content repository of a backup, if it has one, beside the instance's.

    :raises BackupError: if that is not possible.
    """
    folder = Workspace.of(settings).folder
    place = folder.with_name(f".{folder.name}")
    shutil.rmtree(place, ignore_errors=True)
    try:
        if opened.content:
            Repository(place / "repo.git").clone(str(opened.content))
    except RepositoryError as error:
        raise BackupError(msg("restore.unprepared", error=error)) from error
    try:
        yield place if opened.content else None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _replace_content(settings: Settings, content: Path, kept: Path | None) -> Path | None:
    """Replace the instance's content repository.

    :param kept: the folder for old data, if there is one yet.
    :returns: that folder, if anything is in it.
    """
    folder = Workspace.of(settings).folder
    if folder.exists():
        kept = kept or workdir.kept_folder(settings.instance_dir)
        folder.rename(kept / folder.name)
    content.rename(folder)
    return kept


def _replace_file(
    opened: OpenedBackup, settings: Settings, finish: Finish, *, force: bool
) -> Restored:
    target = Path(make_url(settings.database).database or "").absolute()
    holds_data = sqlite.holds_data(target)
    if holds_data is None and not force:
        raise BackupError(msg("restore.no-database", target=target))
    if holds_data and not force:
        raise BackupError(msg("restore.occupied"))
    missing = sqlite.references(target) - sqlite.references(opened.database) if holds_data else ()
    new = _prepared(opened, finish)
    disk.give_to_owner(new, target)
    with unfinished_restore.noted(settings, opened.manifest.made_at):
        kept = sqlite.replace(target, new)
    return Restored(kept, tuple(sorted(missing)))


def _replace_tables(
    opened: OpenedBackup, settings: Settings, finish: Finish, *, force: bool
) -> Restored:
    url = settings.database
    postgresql.refuse_if_used(url)
    holds_data = postgresql.holds_data(url)
    if holds_data and not force:
        raise BackupError(msg("restore.occupied"))
    missing = postgresql.references(url) - sqlite.references(opened.database)
    new = _prepared(opened, finish)
    with _keeping(settings) if holds_data else contextlib.nullcontext() as kept:
        if kept:
            postgresql.copy(url, kept / sqlite.FILE)
        with unfinished_restore.noted(settings, opened.manifest.made_at):
            postgresql.replace(url, new)
    return Restored(kept, tuple(sorted(missing)))


def _prepared(opened: OpenedBackup, finish: Finish) -> Path:
    """Return the database of a backup, up to date and as a single file."""
    file = opened.database
    try:
        if opened.manifest.kind == "postgresql":
            file = opened.folder / "database"
            postgresql.as_database(opened.database, opened.manifest.revision, file)
        with contextlib.closing(connect(f"sqlite:///{file}")) as database:
            migrations.migrate(database.engine)
            finish(database)
    except StorageError as error:
        raise BackupError(msg("restore.unprepared", error=error)) from error
    sqlite.leave_log(file)
    sqlite.check(file)
    return file


def _replace_secret(settings: Settings, new: Path) -> None:
    """Replace the instance's secret by that of a backup, atomically."""
    path = settings.instance_dir / SECRET_FILE
    disk.make_private(path.parent)
    disk.replace(path, new.read_bytes(), durable=True, mode=disk.PRIVATE)
    disk.sync(path.parent)


@contextlib.contextmanager
def _keeping(settings: Settings) -> Iterator[Path]:
    """Create a folder for old data, and remove it again if the block fails."""
    folder = workdir.kept_folder(settings.instance_dir)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder)
        raise


@dataclass(frozen=True)
class Finished:
    """What was done to restored data before they are used again."""

    erased_again: Deleted
    purged: Deleted | None
    """None if the retention periods are unknown."""
    pending: int
    """Deliveries that continue. Some of them may have been sent since the backup."""
    held: int
    """Deliveries that wait for somebody's decision."""


def prepare(  # noqa: PLR0913 - what a restore knows
    database: Database,
    made_at: datetime.datetime,
    *,
    erasures: ErasureLog,
    folders: Sequence[Path],
    retention: Retention | None,
    mails: Path,
    hold: bool,
    actor: str,
) -> Finished:
    """Bring restored data up to date: since the backup, people were erased and messages were sent.

    Repeats erasures, deletes what is due, and holds pending deliveries if wanted.

    :param made_at: the time of the data.
    :param erasures: recognises erased people by the secret that belongs to the data.
    :param folders: where the logs of erasures are.
    :param hold: whether pending deliveries wait for somebody's decision.
    :raises StorageError: if the database or the logs of erasures cannot be used.
    """
    erased = erasures.again(database, folders, made_at, mails)
    deliveries = Deliveries(database, clock=clock.now)
    reason = f"Held by a restore of the backup of {made_at:%Y-%m-%d %H:%M} UTC: maybe sent since"
    held = deliveries.hold_pending(reason, actor=actor) if hold else 0
    detail = f"backup of {made_at.isoformat()}; erased again: {erased}; {held} held"
    with database.writing() as session:
        session.add(Event(at=clock.now(), actor=actor, action="restored", detail=detail))
    if retention:
        purged = Purge(database, retention, mails, clock.now).run(actor=actor)
    else:
        purged = None
        empty_log(database)
    return Finished(erased, purged, deliveries.backlog().pending, held)
