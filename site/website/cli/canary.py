"""``flask --app website canary``: sees at once whether a request would arrive."""

import click
from flask.cli import with_appcontext

from website.cli import instances
from website.ops.canary.journey import journey_for
from website.web.services import services


@click.command()
@with_appcontext
def canary() -> None:
    """Send a request through the live form, follow it until it is delivered, and remove it.

    Nobody is told of it, and it is never seen as a request. The worker must be running: it is what
    delivers. Exit code 1 if it gets stuck, with the step at which it did.
    """
    settings = instances.work_on(services().settings)
    journey = journey_for(settings, services().leads)
    click.echo(f"{journey.page}: {journey.run()}")
