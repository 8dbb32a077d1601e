"""``flask --app website leads demo``: an inbox full of invented requests, to try it."""

import click

from website.cli import common
from website.cli.common import refusal
from website.cli.leads import leads
from website.infra import clock as clocks
from website.infra.text import counted
from website.leads.services import Leads
from website.staff import access
from website.web.services import services
from website_demo import Demo, holds_others, remove


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
        _remove(opened)
        return
    library = services().library
    with common.storage_errors_told("What was made before stays."):
        _refuse_where_it_is_serious(opened, anyway=anyway)
        sources = [article.address for article in library.articles]
        owners = [number for number, _ in access.owners(services().accounts.directory.active())]
        made = Demo(opened.intake, sources, owners, clocks.now(), seed)
        suspected = made.fill(count)
    made_now = counted(count, "invented request was", "invented requests were")
    click.echo(f"{made_now} made, {suspected} of them in quarantine.")


def _remove(opened: Leads) -> None:
    settings = services().settings
    with common.storage_errors_told("Say it again to delete the rest."):
        deleted = remove(opened.database, settings.mails)
    were = counted(deleted.leads, "invented request was", "invented requests were")
    click.echo(f"{were} deleted.")


def _refuse_where_it_is_serious(opened: Leads, *, anyway: bool) -> None:
    settings = services().settings
    if settings.smtp_url:
        raise refusal("demo.real-requests")
    if not anyway and holds_others(opened.database):
        raise refusal("demo.other-requests")
