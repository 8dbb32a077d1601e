"""``flask --app website leads …``: requests, their deliveries, rights of data subjects, a demo."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import website_demo
from website import retention_periods
from website.cli import common, instances
from website.cli.common import msg, refusal, show
from website.editorial.workspace import user
from website.exceptions import ContentError
from website.infra import clock, system_errors
from website.infra.text import counted
from website.leads import data_subjects, labels
from website.leads.deliveries import DeliveryFilter
from website.leads.models import Channel, Delivery, DeliveryState, Lead, LeadStatus
from website.leads.reference import normalise
from website.leads.retention import OWED, STUCK, DueDeletions, Purge, Retention
from website.leads.spam import signals
from website.leads.workflow import LeadChange
from website.ops.backup.rotation import LONGEST
from website.staff import access
from website.web.services import services
from website.web.templating import absolute

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
"""In German time, like everything that is shown."""

leads = instances.group(
    "leads", "Look at the requests that companies sent, and deliver them again.", official=True
)


@leads.command("list")
@common.limit
@click.option("--quarantine", is_flag=True, help="Only those that are suspected.")
@click.option("--references", is_flag=True, help="Only the numbers, one a line, of all.")
def list_leads(limit: int, *, quarantine: bool, references: bool) -> None:
    """List requests, the newest first."""
    only = True if quarantine else None
    if references:
        for number in services().leads.store.references(quarantined=only):
            click.echo(number)
        return
    found = services().leads.store.newest(limit, quarantined=only)
    if not found:
        click.echo("No requests in quarantine." if quarantine else "No requests yet.", err=True)
    for lead in found:
        states = ",".join(delivery.state for delivery in lead.deliveries)
        mark = f"  suspected ({lead.spam_points})" if lead.quarantined else ""
        click.echo(
            f"{lead.reference}  {clock.in_german(lead.received_at)}  {lead.status:11}  {states:8}  "
            f"{lead.company}{mark}"
        )


@leads.command("show")
@click.argument("reference")
def show_lead(reference: str) -> None:
    """Show all data of one request."""
    lead = _found(reference)
    show(
        "lead",
        lead=lead,
        language=labels.language(lead.language),
        answers=services().leads.questionnaire().answered(lead.every_answer),
        in_words=signals.in_words,
        summary=_summary,
    )


@leads.command("status")
@click.argument("reference")
@click.argument("status", type=click.Choice([status.value for status in LeadStatus]))
def set_status(reference: str, status: str) -> None:
    """Set the status of a request."""
    lead = _found(reference)
    services().leads.workflow.change(
        [lead.reference], LeadChange(status=LeadStatus(status)), actor=actor()
    )
    click.echo(f"{lead.reference} is {status} now.")


@leads.command("release")
@click.argument("references", nargs=-1, required=True)
def release(references: tuple[str, ...]) -> None:
    """Release requests from quarantine, and deliver what was withheld."""
    for text in references:
        if not services().leads.workflow.release(text, actor=actor()):
            raise refusal("leads.not-in-quarantine", text=text)
        click.echo(f"{text} is released; what was withheld is delivered now.")


@leads.command("deliveries")
@click.argument("references", nargs=-1)
@click.option(
    "--state", "states", multiple=True, type=click.Choice([s.value for s in DeliveryState])
)
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]))
@click.option("--since", type=MOMENT, help="Created then or later, in German time.")
@click.option("--until", type=MOMENT, help="Created before then, in German time.")
@common.limit
def list_deliveries(limit: int, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """List deliveries, the newest first: of some requests, or of all."""
    found = services().leads.deliveries.find(_choice(**chosen), limit=limit)
    if not found:
        click.echo("No deliveries.", err=True)
    for delivery in found:
        click.echo(f"{delivery.lead.reference}  {_summary(delivery)}")


@leads.command("redeliver")
@click.argument("references", nargs=-1)
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--pending", is_flag=True, help="Pending ones, at once.")
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]))
@click.option("--since", type=MOMENT, help="Created then or later, in German time.")
@click.option("--until", type=MOMENT, help="Created before then, in German time.")
def redeliver(*, dead: bool, pending: bool, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Deliver again: some requests, everything given up (--dead), or all of a time range.

    With --pending, deliveries that have failed so far are tried at once, for when the cause is
    fixed. Receivers can recognise repetitions: messages keep their identifiers.
    """
    if pending:
        count = services().leads.deliveries.send_now(_choice(**chosen), actor=actor())
        were = counted(count, "pending delivery is", "pending deliveries are")
        click.echo(f"{were} tried now.")
        if not dead:
            return
    choice = _choice(states=(DeliveryState.DEAD,) if dead else (), **chosen)
    if choice == DeliveryFilter():
        raise click.UsageError(
            "Say which: references, --dead, --pending, or a time range with --since."
        )
    count = services().leads.deliveries.send_again(choice, actor=actor())
    click.echo(f"{counted(count, 'delivery is', 'deliveries are')} owed again.")


def _choice(
    *,
    references: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
    channel: str | None = None,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
) -> DeliveryFilter:
    return DeliveryFilter(
        references=tuple(_found(text).reference for text in references),
        states=tuple(DeliveryState(state) for state in states),
        channel=Channel(channel) if channel else None,
        since=_in_germany(since),
        until=_in_germany(until),
    )


def _in_germany(moment: datetime.datetime | None) -> datetime.datetime | None:
    """Return a moment that was typed; there is none of year 1 that any zone can tell."""
    return moment and moment.replace(year=max(moment.year, 2), tzinfo=clock.GERMANY)


def _summary(delivery: Delivery) -> str:
    when = clock.in_german(delivery.sent_at or delivery.next_attempt_at)
    reason = f" ({delivery.last_error})" if delivery.last_error else ""
    to = delivery.recipient or "the asker"
    return (
        f"{delivery.channel} to {to}: {delivery.state}, attempt {delivery.attempts}, {when}{reason}"
    )


def _found(text: str) -> Lead:
    lead = services().leads.store.get(text)
    if lead is None:
        raise refusal("leads.none", text=text)
    return lead


def actor() -> str:
    """Return the operator's name for the audit trail."""
    return f"operator {user().name}"


@leads.command("purge")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@click.option(
    "--given-up",
    is_flag=True,
    help=f"Also those that stay for {STUCK.days} days only because deliveries were given up.",
)
def purge(*, dry_run: bool, given_up: bool) -> None:
    """Delete requests whose retention period in content/website.toml is over.

    Requests with deliveries that did not succeed stay for a while; see --given-up.
    """
    with common.storage_errors_told("Nothing more was done."):
        task = Purge(services().leads.database, _retention(), services().settings.mails)
        due = task.due()
        stays = [one for one in due if not task.goes(one, given_up=given_up)]
        if dry_run:
            show("due", leads=[one for one in due if one not in stays])
        else:
            click.echo(f"Deleted: {task.run(actor=actor(), given_up=given_up)}.")
    _show_held_back(stays)


@leads.command("erase")
@click.argument("address")
@common.yes
def erase(address: str, *, yes: bool) -> None:
    """Erase every request that an e-mail address has sent, as Art. 17 DSGVO demands.

    Also what is still to be delivered; the period of its status does not matter. The number of a
    request stands for that one, for callers who left no address.
    """
    with common.storage_errors_told("Nothing more was done."):
        found = _find(address)
        if not found.leads:
            click.echo("There is no such request.")
        else:
            states = {delivery.state for lead in found.leads for delivery in lead.deliveries}
            show("to_be_erased", leads=found.leads, is_owed=not states.isdisjoint(OWED))
            common.confirm("Erase all of this for good?", yes=yes)
            erased = services().leads.subjects.erase(found, actor=actor())
            click.echo(f"Erased: {erased}.")
            _show_what_remains(found.leads)
    _show_named_in(found)


@leads.command("export")
@click.argument("address")
@click.option("--output", type=NEW_FILE, help="Write JSON there instead of showing it.")
@click.option("--html", type=NEW_FILE, help="Write a page in German there too.")
def export(address: str, output: Path | None, html: Path | None) -> None:
    """Export all data stored on an e-mail address, as Art. 15 DSGVO demands.

    The number of a request stands for that one.
    """
    with common.storage_errors_told("Nothing more was done."):
        found = _find(address)
        data = services().leads.subjects.export(address, found, actor=actor())
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


def _find(address: str) -> data_subjects.SubjectData:
    if "@" not in address and not normalise(address):
        message = "This is no e-mail address, nor the number of a request."
        raise click.BadParameter(message, param_hint="ADDRESS")
    return services().leads.subjects.find(address)


def _show_held_back(held_back: Sequence[DueDeletions]) -> None:
    if not held_back:
        return
    show(
        "held_back",
        leads=held_back,
        dead=[one.lead.reference for one in held_back if DeliveryState.DEAD in one.owed],
        stuck=sum(one.is_stuck(clock.today()) for one in held_back),
        days=STUCK.days,
    )


def _show_what_remains(erased: Sequence[Lead]) -> None:
    sent = {
        f"{delivery.channel} to {delivery.recipient or 'the asker'}"
        for lead in erased
        for delivery in lead.deliveries
        if delivery.attempts
    }
    show("not_erased", sent=sorted(sent), until=(clock.now() + LONGEST).date())


def _show_named_in(found: data_subjects.SubjectData) -> None:
    if found.named_in:
        click.echo(msg("leads.named-in", references=", ".join(found.named_in)), err=True)


def _write(path: Path, text: str) -> None:
    """Write a file for its owner only, unless it exists."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(system_errors.told(error, path)) from error


@leads.command("demo")
@click.option("--count", type=click.IntRange(1, 2000), default=60, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Another one makes other requests.")
@click.option("--anyway", is_flag=True, help="Even among requests that are not invented.")
@click.option(
    "--remove", "is_removal", is_flag=True, help="Delete all invented requests, and nothing else."
)
def fill(count: int, seed: int, *, anyway: bool, is_removal: bool) -> None:
    """Create invented requests of the last six months, to see the inbox at work.

    Nobody is notified of them. Their addresses end in .example, which nobody can have.
    """
    opened = services().leads
    if is_removal:
        _remove_demo()
        return
    library = services().library
    with common.storage_errors_told("What was made before stays."):
        _refuse_where_it_is_serious(anyway=anyway)
        sources = [article.address for article in library.articles]
        owners = [number for number, _ in access.owners(services().accounts.directory.active())]
        made = website_demo.Demo(opened.intake, sources, owners, clock.now(), seed)
        suspected = made.fill(count)
    made_now = counted(count, "invented request was", "invented requests were")
    click.echo(f"{made_now} made, {suspected} of them in quarantine.")


def _remove_demo() -> None:
    with common.storage_errors_told("Say it again to delete the rest."):
        deleted = website_demo.remove(services().leads.database, services().settings.mails)
    were = counted(deleted.leads, "invented request was", "invented requests were")
    click.echo(f"{were} deleted.")


def _refuse_where_it_is_serious(*, anyway: bool) -> None:
    if services().settings.smtp_url:
        raise refusal("demo.real-requests")
    if not anyway and website_demo.holds_others(services().leads.database):
        raise refusal("demo.other-requests")
