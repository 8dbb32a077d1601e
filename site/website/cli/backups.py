"""``flask --app website backup``, ``backups``, ``restore`` and ``take-over``.

These commands create no application, which would open the database: it may be broken or missing, or
must not be migrated by a newer version of the website before a copy is made.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from pyrage import x25519

from website.cli import instances
from website.cli.common import asking, show
from website.cli.leads import actor
from website.config import Settings
from website.exceptions import ContentError
from website.infra import clock
from website.infra.commands import OperatorCommand
from website.infra.database import Database
from website.infra.text import counted
from website.leads.erasure_log import REMEMBERED, ErasureLog
from website.leads.retention import Retention
from website.ops.backup import (
    create_backup,
    encryption,
    postgresql,
    restore_backup,
    rotation,
    workdir,
)
from website.ops.backup.archive import Manifest
from website.staff.accounts import sessions

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup", cls=OperatorCommand)
@click.argument("directory", type=FOLDER, required=False)
@click.option("--plain", is_flag=True, help="Do not encrypt: it holds personal data in clear.")
def backup(directory: Path | None, *, plain: bool) -> None:
    """Back up database and secret, while the site runs, into one encrypted file.

    Without DIRECTORY into WEBSITE_BACKUP_DIR, where backups that are too old are deleted then.
    """
    settings = instances.from_environment()
    folder = directory.absolute() if directory else settings.backups
    made = create_backup.make(settings, folder, plain=plain)
    click.echo(f"{made.path}  {made.path.stat().st_size:,} bytes")
    if directory is None:
        gone = rotation.prune(folder, clock.now())
        older = counted(gone, "older backup", "older backups")
        click.echo(f"{older} deleted, {len(rotation.backups_in(folder))} kept.")


@click.command("take-over", cls=OperatorCommand)
@click.argument("file", type=FILE)
def take_over_command(file: Path) -> None:
    """Copy everything from FILE, a database of SQLite, into the empty one of WEBSITE_DATABASE_URL.

    For moving to several machines. End the website first; set WEBSITE_SECRET_KEY to the text of
    secret.key beside FILE, without which nobody could sign in with an app's code.
    """
    settings = instances.from_environment()
    if settings.is_one_machine:
        raise click.ClickException("Set WEBSITE_DATABASE_URL to the PostgreSQL to be filled.")
    with workdir.folder(settings) as place:
        copied = postgresql.take_over(file, settings.database, place)
    click.echo(", ".join(f"{name} {count}" for name, count in copied.items() if count) or "nothing")


@click.command("backups", cls=OperatorCommand)
@click.argument("directory", type=FOLDER, required=False)
def backups(directory: Path | None) -> None:
    """List the backups in DIRECTORY, or in WEBSITE_BACKUP_DIR, the newest first."""
    folder = directory or instances.from_environment().backups
    found = rotation.backups_in(folder)
    for one in found:
        how = "encrypted" if one.is_encrypted else "NOT encrypted"
        size = one.path.stat().st_size
        click.echo(f"{one.path.name}  {clock.in_german(one.made_at)}  {size:,} bytes, {how}")
    if not found:
        click.echo(f"There is no backup in {folder}.")


@click.command("restore", cls=OperatorCommand)
@click.argument("file", type=FILE)
@click.option("--identity", type=FILE, help="The key file; it may be one encrypted by 'age -p'.")
@click.option("--force", is_flag=True, help="Replace data that are there; a copy of them is kept.")
@click.option(
    "--hold", is_flag=True, help="Do not send pending deliveries; somebody decides on each."
)
@click.option(
    "--other-secret", is_flag=True, help="Continue although the secret is not that of the data."
)
@click.option("--dry-run", is_flag=True, help="Only open the backup, and see whether it is whole.")
def restore(file: Path, identity: Path | None, *, dry_run: bool, **options: bool) -> None:
    """Replace the instance's data by those of a backup. The site must not run meanwhile.

    They are migrated; what was erased since the backup is erased again, what is due is deleted,
    everybody is signed out, and pending deliveries continue under the same identifiers.
    """
    settings = instances.from_environment()
    with workdir.folder(settings) as place:
        opened = restore_backup.open_backup(file, place, lambda: _identities(identity))
        _show(opened.manifest)
        if dry_run:
            click.echo("The backup is whole. Nothing was changed.")
        else:
            _restore(opened, settings, file, **options)


def _restore(
    opened: restore_backup.OpenedBackup,
    settings: Settings,
    file: Path,
    *,
    force: bool,
    hold: bool,
    other_secret: bool,
) -> None:
    keys = restore_backup.keys_of(opened, settings, other_secret=other_secret)
    finished: list[restore_backup.Finished] = []
    retention = _retention(settings)  # before anything is touched

    def finish(database: Database) -> None:
        done = restore_backup.prepare(
            database,
            opened.manifest.made_at,
            erasures=ErasureLog(settings.backups, keys),
            folders=(settings.backups, file.absolute().parent),
            retention=retention,
            mails=settings.mails,
            hold=hold,
            actor=actor(),
        )
        finished.append(done)
        sessions.end_all(database)

    restored = restore_backup.restore(opened, settings, force=force, finish=finish)
    is_long_ago = opened.manifest.made_at < clock.now() - REMEMBERED
    show(
        "restored",
        restored=restored,
        finished=finished[0],
        is_long_ago=is_long_ago,
        days=rotation.LONGEST.days,
    )


def _show(manifest: Manifest) -> None:
    rows = ", ".join(f"{table} {rows}" for table, rows in sorted(manifest.counts.items()) if rows)
    click.echo(
        f"Backup of {clock.in_german(manifest.made_at)}: {manifest.kind}, revision "
        f"{manifest.revision or 'none'}, website {manifest.website}; {rows}"
    )


def _retention(settings: Settings) -> Retention | None:
    from website import load_library, retention_periods  # noqa: PLC0415 - most of these commands need none

    try:
        return retention_periods.retention(load_library(settings))
    except ContentError:
        return None


def _identities(path: Path | None) -> Sequence[x25519.Identity]:
    if path is None:
        raise click.UsageError("The backup is encrypted: name the key file with --identity.")

    def ask() -> str:
        with asking(f"decrypt the key file first: age --decrypt --output backup.key {path}"):
            is_typed = sys.stdin.isatty()
            given = click.prompt(f"Passphrase of {path}", hide_input=is_typed, err=True)
        return str(given)

    return encryption.identities(path, ask)
