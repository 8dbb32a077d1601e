"""``flask --app website …``: commands for authors and operators."""

import dataclasses
import errno
import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import click
import prometheus_client
from flask import Flask, current_app

from website.authoring import preview
from website.cli import articles, check, common, deploy_files, instances  # noqa: F401 - commands
from website.cli.content import content
from website.cli.leads import leads
from website.cli.staff import staff
from website.config import Role
from website.editorial.workspace import Workspace
from website.exceptions import RepositoryError
from website.infra import running_instance
from website.infra.commands import GermanCommand
from website.infra.database import Database
from website.leads.services import open_outbox
from website.ops.canary.journey import journey_for
from website.ops.deploy.web_server_rules import HostedSite
from website.ops.doctor import settings_check
from website.ops.monitoring import heartbeat, metrics
from website.ops.service import (
    content_reload,
    logs,
    publishing_service,
    request_log,
    server,
    worker,
)
from website.ops.service.static_site import one_machine
from website.web.confirmations import confirmations
from website.web.services import services

log = logging.getLogger(__name__)

_IN_USE = {
    errno.EADDRINUSE: "Er ist belegt.",
    errno.EACCES: "Er ist dem System vorbehalten.",
}
"""Why the preview cannot use a port."""


def register(app: Flask, factory: Callable[..., Flask]) -> None:
    """Add the commands to an application. ``factory`` creates applications for other roles."""
    for command in (*common.commands.commands.values(), content, leads, staff):
        app.cli.add_command(command)

    @app.cli.command("preview", cls=GermanCommand)
    @click.option("--port", type=common.PORT, default=8000, help="Sonst 8000.", metavar="PORT")
    def preview_command(port: int) -> None:
        """Zeigt die Website mit Entwürfen; was gespeichert ist, zeigt die Seite von selbst."""
        library = services().library
        _preview(factory(services().settings, role=Role.PREVIEW, before=library), port)


@common.commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=common.PORT, default=8000, show_default=True)
@common.build
@click.option(
    "--deliver/--no-deliver",
    default=True,
    show_default=True,
    help="Whether to deliver too, or leave that to 'deliver --forever'.",
)
def serve(host: str, port: int, build: Path, *, deliver: bool) -> None:
    """Serve frozen pages and endpoint, and deliver, on one machine.

    Sockets handed over by systemd are served instead of host and port.
    """
    logs.set_up(services().settings.log, "web")
    _create_repository()
    with instances.official_content():
        _serve(host, port, build, deliver=deliver)


def _serve(host: str, port: int, build: Path, *, deliver: bool) -> None:
    shared = services()
    settings_check.require(shared.settings, build.absolute())
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    request_log.register(app, shared.counters)
    _give_metrics(shared.leads.database, shared.counters)
    application = one_machine(
        current_app.wsgi_app,
        build.absolute(),
        lambda: HostedSite.of(shared.settings, shared.german),
    )
    sockets = server.inherited_sockets()
    is_named = sockets or os.environ.get("WEBSITE_BASE_URL", "").strip()
    address = shared.settings.base_url if is_named else f"http://{host}:{port}"
    if address != shared.settings.base_url:
        expected = shared.settings.base_url
        log.warning(common.msg("listen.elsewhere", address=address, expected=expected, port=port))
    try:
        listening = server.Server(application, host, port, sockets=sockets)
    except OSError as error:
        raise common.refusal("listen.serve", host=host, port=port, error=error) from error
    _tell_of_broken_site_data()
    listened = dataclasses.replace(shared.settings, base_url=address)
    at = "inherited sockets" if sockets else f"{host}:{port}"
    log.info("Serving %s at %s (Ctrl+C ends it)", instances.described(listened), at)
    with (
        running_instance.announced(listened),
        heartbeat.running(shared.leads.database, shared.settings, "web"),
    ):
        server.run(listening, deliver_for=build.absolute() if deliver else None)


@common.commands.command()
@click.option("--forever", is_flag=True, help="Go on until SIGTERM.")
@click.option("--parent", type=int, help="Go on only while this process runs.", metavar="PID")
@click.option(
    "--build",
    type=click.Path(path_type=Path),
    help="The frozen pages, rebuilt on the day on which an article appears.",
)
def deliver(*, forever: bool, parent: int | None, build: Path | None) -> None:
    """Deliver what is due; with --forever also run the scheduled jobs."""
    logs.set_up(services().settings.log, "worker")
    if forever and parent is None:
        settings_check.require(services().settings)
    if not forever:
        _deliver(parent, None, forever=False)
        return
    _create_repository()
    with instances.official_content():
        _deliver(parent, build.absolute() if build else None, forever=True)


@common.commands.command()
def canary() -> None:
    """Send a request through the live form, follow it until it is delivered, and remove it.

    Nobody is notified, and it never shows up as a request. The worker must be running, because it
    delivers. Exit code 1 if it fails, naming the step.
    """
    settings = instances.work_on(services().settings)
    journey = journey_for(settings, services().leads)
    click.echo(f"{journey.page}: {journey.run()}")


def _deliver(parent: int | None, build: Path | None, *, forever: bool) -> None:
    from website import load_library  # noqa: PLC0415 - the factory imports the commands

    settings, library = services().settings, services().german
    words, titles = confirmations(library), dict(library.every_title)
    published = library

    def read_again() -> None:
        nonlocal published
        published = load_library(settings, before=published)
        words.update(confirmations(published))
        titles.update(published.every_title)

    leads = services().leads
    outbox = open_outbox(settings, leads.questionnaire, confirmations=words, page_titles=titles)
    try:
        if forever:
            _give_metrics(outbox.database)
            jobs = worker.jobs(leads, settings, library, build=build)
            stop = _stop_event(parent)
            with (
                content_reload.watched(settings.content_dir, read_again),
                heartbeat.running(outbox.database, settings, "worker"),
                publishing_service.running(settings, outbox.database, build),
            ):
                worker.run(outbox, jobs, stop)
        else:
            instances.work_on(settings)
            counts = outbox.deliver_due()
            click.echo(
                f"{counts.sent} sent, {counts.postponed} to be tried again, {counts.dead} given up"
            )
    finally:
        outbox.database.close()


def _create_repository() -> None:
    """Create the content repository at the first start, where texts are edited."""
    settings = services().settings
    if settings.is_edited_here:
        try:
            Workspace.of(settings).open()
        except RepositoryError as error:
            log.error("Nobody can publish from the content repository: %s", error)  # noqa: TRY400


def _preview(app: Flask, port: int) -> None:
    try:
        listening = preview.listen(port)
    except OSError as error:
        reason = _IN_USE.get(error.errno or 0, f"{error.strerror}.")
        another = port + 1 if 1024 <= port < 65535 else 8001  # noqa: PLR2004 - free to use
        raise common.refusal("listen.preview", port=port, reason=reason, another=another) from error
    address = f"http://127.0.0.1:{port}/"
    click.echo(f"Vorschau mit Entwürfen: {address}  (Strg+C beendet sie)")
    click.echo(f"Alle Artikel, und was an ihnen zu tun ist: {address}_redaktion/")
    preview.serve(app, listening, lambda problem: click.echo(problem, err=True))


def _stop_event(parent: int | None) -> threading.Event:
    """Return an event that is set by a signal to stop, and when the parent has died."""
    stop = threading.Event()
    server.on_stop(lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())

    def watch() -> None:
        while not stop.wait(1.0):
            if os.getppid() != parent:
                stop.set()

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()
    return stop


def _tell_of_broken_site_data() -> None:
    """Log that site data are unreadable; the service starts all the same, to accept requests."""
    library = services().library
    for problem in () if library.is_readable else library.problems:
        log.error(
            "The site's data cannot be read: %s Until they can, and the service is restarted, "
            "requests are taken and delivered with default texts, and no request is deleted.",
            problem,
        )


def _give_metrics(database: Database, counters: metrics.Counters | None = None) -> None:
    """Serve metrics for Prometheus if the settings say so."""
    if not (address := services().settings.metrics):
        return
    host, port = address
    registry = metrics.registry_of(database, services().settings.instance_dir, counters)
    try:
        prometheus_client.start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        raise common.refusal("listen.metrics", host=host, port=port, error=error) from error
