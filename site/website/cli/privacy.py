"""``flask --app website leads …``: deleting what is due, and what a person may ask of us."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from website import retention_periods
from website.cli.common import msg, refusal, show
from website.cli.leads import actor, leads
from website.exceptions import ContentError, StorageError
from website.infra import clock
from website.leads import data_subjects
from website.leads.data_subjects import DataSubjects, SubjectData
from website.leads.models import DeliveryState, Lead
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
        task = Purge(services().leads.database, _retention(), services().settings.mails)
        due = task.due()
        today = clock.today()
        stays = [lead for lead in due if lead.owed and not (given_up and lead.is_stuck(today))]
        if dry_run:
            show("due", leads=[lead for lead in due if lead not in stays])
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
        _write(html, data_subjects.report(data, privacy_page=privacy_page))
    _show_named_in(found)


def _retention() -> Retention:
    try:
        return retention_periods.retention(services().library)
    except ContentError as error:
        raise refusal("leads.periods-in-doubt", error=error) from error


def _find(address: str) -> tuple[DataSubjects, SubjectData]:
    if "@" not in address:
        raise click.BadParameter("This is no e-mail address.", param_hint="ADDRESS")
    opened = services().leads
    subjects = DataSubjects(
        opened.database, services().settings.mails, opened.erasures, opened.questionnaire
    )
    return subjects, subjects.find(address)


def _show_held_back(held_back: Sequence[DueDeletions]) -> None:
    if not held_back:
        return
    show(
        "held_back",
        leads=held_back,
        dead=[lead.reference for lead in held_back if DeliveryState.DEAD in lead.owed],
        stuck=sum(lead.is_stuck(clock.today()) for lead in held_back),
        days=STUCK.days,
    )


def _show_found(found: Sequence[Lead]) -> None:
    states = {delivery.state for lead in found for delivery in lead.deliveries}
    show("to_be_erased", leads=found, is_owed=not states.isdisjoint(OWED))


def _show_what_remains(erased: Sequence[Lead]) -> None:
    sent = {
        f"{delivery.channel} to {delivery.recipient or 'the asker'}"
        for lead in erased
        for delivery in lead.deliveries
        if delivery.attempts
    }
    show("not_erased", sent=sorted(sent), until=(clock.now() + LONGEST).date())


def _show_named_in(found: SubjectData) -> None:
    if found.named_in:
        click.echo(msg("leads.named-in", references=", ".join(found.named_in)), err=True)


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
