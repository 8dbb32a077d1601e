"""``flask --app website leads …``: what operators do with requests from a terminal."""

import datetime
import getpass
from typing import Any

import click

from website.cli import common, instances
from website.cli.common import refusal, show
from website.infra.clock import GERMANY, in_german
from website.leads import labels
from website.leads.deliveries import Choice
from website.leads.models import Channel, Delivery, DeliveryState, Lead, LeadStatus
from website.leads.spam import signals
from website.leads.workflow import LeadChange
from website.web.services import services

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
"""In German time, as everything that is shown."""

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
    for lead in services().leads.store.newest(limit, quarantined=only):
        states = ",".join(delivery.state for delivery in lead.deliveries)
        mark = f"  suspected ({lead.spam_points})" if lead.quarantined else ""
        click.echo(
            f"{lead.reference}  {in_german(lead.received_at)}  {lead.status:11}  {states:8}  "
            f"{lead.company}{mark}"
        )


@leads.command("show")
@click.argument("reference")
def show_lead(reference: str) -> None:
    """Show all that is known of one request."""
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
    """Write down how far you are with a request."""
    lead = _found(reference)
    services().leads.workflow.change(
        [lead.reference], LeadChange(status=LeadStatus(status)), actor=actor()
    )
    click.echo(f"{lead.reference} is {status} now.")


@leads.command("release")
@click.argument("references", nargs=-1, required=True)
def release(references: tuple[str, ...]) -> None:
    """Clear requests of suspicion, and deliver what was withheld."""
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
@click.option("--since", type=MOMENT, help="Owed then or later, in German time.")
@click.option("--until", type=MOMENT, help="Owed before then, in German time.")
@common.limit
def list_deliveries(limit: int, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """List deliveries, the newest first: of some requests, or of all."""
    for delivery in services().leads.deliveries.find(_choice(**chosen), limit=limit):
        click.echo(f"{delivery.lead.reference}  {_summary(delivery)}")


@leads.command("redeliver")
@click.argument("references", nargs=-1)
@click.option("--dead", is_flag=True, help="Only what was given up.")
@click.option("--pending", is_flag=True, help="What waits for its next turn, at once.")
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]))
@click.option("--since", type=MOMENT, help="Owed then or later, in German time.")
@click.option("--until", type=MOMENT, help="Owed before then, in German time.")
def redeliver(*, dead: bool, pending: bool, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Deliver again: some requests, everything given up (--dead), or all of a time range.

    With --pending, what has failed so far is tried at once instead of at its next turn: for when
    the cause is mended. Receivers can tell a repetition: messages keep their identifiers.
    """
    if pending:
        count = services().leads.deliveries.send_now(_choice(**chosen), actor=actor())
        click.echo(
            f"{count} pending {'delivery is' if count == 1 else 'deliveries are'} tried now."
        )
        if not dead:
            return
    choice = _choice(states=(DeliveryState.DEAD,) if dead else (), **chosen)
    if choice == Choice():
        raise click.UsageError(
            "Say which: references, --dead, --pending, or a time range with --since."
        )
    count = services().leads.deliveries.send_again(choice, actor=actor())
    click.echo("1 delivery is owed again." if count == 1 else f"{count} deliveries are owed again.")


def _choice(
    *,
    references: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
    channel: str | None = None,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
) -> Choice:
    return Choice(
        references=tuple(_found(text).reference for text in references),
        states=tuple(DeliveryState(state) for state in states),
        channel=Channel(channel) if channel else None,
        since=since and since.replace(tzinfo=GERMANY),
        until=until and until.replace(tzinfo=GERMANY),
    )


def _summary(delivery: Delivery) -> str:
    when = in_german(delivery.sent_at or delivery.next_attempt_at)
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
    return f"operator {getpass.getuser()}"
