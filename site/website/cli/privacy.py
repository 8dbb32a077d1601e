"""``flask --app website leads …``: deleting what is due, and what a person may ask of us."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from website import retention_periods
from website.cli.leads import actor, leads
from website.exceptions import ContentError, StorageError
from website.infra import clock
from website.infra.clock import in_german
from website.infra.database import Database
from website.leads import access_report
from website.leads.data_subjects import DataSubjects, SubjectData
from website.leads.models import DeliveryState, Lead, LeadStatus
from website.leads.retention import OWED, STUCK, DueDeletions, Purge, Retention
from website.ops.backup.rotation import LONGEST
from website.web.services import services
from website.web.templating import absolute

NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@leads.command("purge")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option(
    "--given-up",
    is_flag=True,
    help=f"Also those that stay for {STUCK.days} days only because deliveries were given up.",
)
def purge(*, dry_run: bool, given_up: bool) -> None:
    """Delete requests whose time is over, by the periods of content/website.toml.

    Never those that somebody is still to be found of, unless you have looked at them.
    """
    with _storage_errors_told():
        task = Purge(_database(), _retention(), _mails())
        due = task.due()
        today = clock.today()
        stays = [lead for lead in due if lead.owed and not (given_up and lead.is_stuck(today))]
        if dry_run:
            _show_due([lead for lead in due if lead not in stays])
        else:
            click.echo(f"Deleted: {task.run(actor=actor(), given_up=given_up)}.")
    _show_held_back(stays)


@leads.command("erase")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(address: str, *, yes: bool) -> None:
    """Erase every request that an e-mail address has sent, as Art. 17 DSGVO asks.

    Also what is still to be delivered; the period of its status does not matter.
    """
    with _storage_errors_told():
        subjects, found = _find(address)
        if not found.leads:
            click.echo("No request came from this address.")
        else:
            _show_found(found.leads)
            if not yes:
                click.confirm("Erase all of this for good?", abort=True)
            click.echo(f"Erased: {subjects.erase(found, actor=actor())}.")
            _show_what_remains(found.leads)
    _show_named_in(found)


@leads.command("export")
@click.argument("address")
@click.option("--output", type=NEW_FILE, help="Write JSON there instead of showing it.")
@click.option("--html", type=NEW_FILE, help="Write a page in German there too.")
def export(address: str, output: Path | None, html: Path | None) -> None:
    """Tell all that is kept of an e-mail address, as Art. 15 DSGVO asks."""
    with _storage_errors_told():
        subjects, found = _find(address)
        data = subjects.export(address, found, actor=actor())
    text = json.dumps(data, ensure_ascii=False, indent=2)
    if output:
        _write(output, text + "\n")
    else:
        click.echo(text)
    if html:
        library = services().library
        privacy_page = absolute(library.addresses.page("datenschutz"))
        _write(html, access_report.page(data, privacy_page=privacy_page))
    _show_named_in(found)


def _retention() -> Retention:
    try:
        return retention_periods.retention(services().library)
    except ContentError as error:
        raise click.ClickException(
            f"Nothing is deleted while the periods are in doubt:\n{error}"
        ) from error


def _find(address: str) -> tuple[DataSubjects, SubjectData]:
    if "@" not in address:
        raise click.BadParameter("This is no e-mail address.", param_hint="ADDRESS")
    opened = services().leads
    subjects = DataSubjects(opened.database, _mails(), opened.erasures, opened.questionnaire)
    return subjects, subjects.find(address)


def _show_due(due: Sequence[DueDeletions]) -> None:
    for lead in due:
        status = (
            "suspected" if lead.suspected and lead.status is LeadStatus.NEW else lead.status.value
        )
        click.echo(
            f"{lead.reference}  {status:11}  last contact {in_german(lead.last_contact)}  "
            f"due since {lead.since}"
        )
    click.echo(f"{len(due)} requests would be deleted.")


def _show_held_back(held_back: Sequence[DueDeletions]) -> None:
    if not held_back:
        return
    click.echo(
        f"{len(held_back)} requests stay although their time is over, "
        "because somebody is still to be found of them:"
    )
    for lead in held_back:
        click.echo(f"{lead.reference}  {', '.join(sorted(lead.owed))}  due since {lead.since}")
    dead = [lead.reference for lead in held_back if DeliveryState.DEAD in lead.owed]
    if dead:
        click.echo(
            "What is dead was given up. 'flask --app website leads redeliver --dead "
            f"{' '.join(dead)}' tries it again."
        )
    if len(dead) < len(held_back):
        click.echo("What is pending is still tried, by 'flask --app website deliver' at once.")
    if stuck := sum(lead.is_stuck(clock.today()) for lead in held_back):
        click.echo(
            f"{stuck} have stayed for {STUCK.days} days only because deliveries were given up. If "
            "nobody needs them, 'flask --app website leads purge --given-up' deletes them."
        )


def _show_found(found: Sequence[Lead]) -> None:
    for lead in found:
        states = ",".join(delivery.state for delivery in lead.deliveries)
        click.echo(f"{lead.reference}  {in_german(lead.received_at)}  {lead.status:11}  {states}")
    if any(delivery.state in OWED for lead in found for delivery in lead.deliveries):
        click.echo("Not everybody has been told of these yet, nor will be.")
    if any(lead.status is LeadStatus.WON for lead in found):
        click.echo(
            "What was won may have to be kept (§ 257 HGB, § 147 AO; Art. 17 Abs. 3 Buchst. b "
            "DSGVO): see that letters and offers are filed elsewhere."
        )


def _show_what_remains(erased: Sequence[Lead]) -> None:
    click.echo("What this cannot erase:")
    found = {
        f"{delivery.channel} to {delivery.recipient or 'the asker'}"
        for lead in erased
        for delivery in lead.deliveries
        if delivery.attempts
    }
    for way in sorted(found):
        click.echo(f"- what was sent already: {way}")
    until = (clock.now() + LONGEST).date()
    click.echo(
        f"- backups: the last that holds it is deleted by {until}, a restored one forgets it"
    )
    click.echo("- notes, offers and letters that were filed elsewhere")


def _show_named_in(found: SubjectData) -> None:
    if found.named_in:
        click.echo(
            "Others wrote this address into their requests; judge by yourself what to do "
            f"('flask --app website leads show …'): {', '.join(found.named_in)}",
            err=True,
        )


def _write(path: Path, text: str) -> None:
    """Write a file for its owner only; never over another one."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def _storage_errors_told() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise click.ClickException(f"{error}. Nothing more was done.") from error


def _database() -> Database:
    opened = services().leads
    return opened.database


def _mails() -> Path:
    settings = services().settings
    return settings.mails
