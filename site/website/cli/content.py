"""``flask --app website content …``: publishing, rollback, and exchange with developers."""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import NoResultFound

from website.build import builder, targets
from website.cli import common, instances, publishing_process
from website.cli.common import msg, refusal, show, show_json
from website.cli.leads import actor
from website.editorial.publication_requests import EditorialStatus, PublicationRequests
from website.editorial.publications import Publication, Publications, PublicationState
from website.editorial.workspace import CHECKOUT, Workspace, user
from website.exceptions import MergeConflict, RepositoryError
from website.infra import clock, locks
from website.infra.text import counted
from website.ops.publishing.publisher import machine_name
from website.web.services import services

WAIT = 0.3
"""Seconds between two checks of what another process publishes."""
SHORT = 10
"""Characters of a commit that are shown."""

content = instances.group("content", "Publish content, take it back, exchange it with developers.")

as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@content.command("publish")
@common.build
@click.option("--release", is_flag=True, help="Make releases from now on: BUILD becomes a link.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes.")
@as_json
def publish(build: Path, jobs: int, *, release: bool, as_json: bool) -> None:
    """Publish what was changed in the checkout's content, what developers pushed, and what waits.

    Without any change the pages are rebuilt, for today and with the installed code.
    Exit code 1 if something is not live.
    """
    os.umask(0o022)  # web servers run as other users, who must be able to read the pages
    settings = services().settings
    targets.require_address(targets.target_of(build.absolute(), release=release), settings)
    Workspace.of(settings).require_checkout()
    try:
        workspace = _workspace()
    except RepositoryError as error:
        if Workspace.of(settings).repository.folder.exists():  # it may hold what others published
            raise
        click.echo(f"{error} Publishing content/ as it is, without a repository.", err=True)
        _build_checkout(build, jobs, release=release)
        return
    requests = PublicationRequests(workspace, _publications())
    numbers = [one.id for one in _publications().waiting() if one.due_at <= clock.now()]
    numbers += _incoming(requests)
    if changed := requests.checkout(actor(), clock.now()):
        numbers.append(changed)
    if not numbers:
        numbers.append(requests.refresh(actor(), clock.now()))
    _finish(_run(build, numbers, release=release, jobs=jobs), as_json=as_json)


@content.command("rollback")
@click.argument("number", type=common.NUMBER, required=False)
@common.build
@as_json
def rollback(number: int | None, build: Path, *, as_json: bool) -> None:
    """Take back the last publication, or the one with this number, and nothing that came later.

    The content goes back, too, so no later publication brings it again.
    """
    os.umask(0o022)
    requests = PublicationRequests(_workspace(), _publications())
    try:
        asked = requests.rollback(user(), clock.now(), number=number)
    except NoResultFound as error:
        raise refusal("content.no-publication", number=number) from error
    _finish(_run(build, [asked]), as_json=as_json)


@content.command("pull")
def pull() -> None:
    """Merge what is published into the checkout's content, keeping changes there."""
    workspace = _workspace()
    try:
        written = workspace.pull()
    except MergeConflict as conflict:
        raise refusal(
            "content.conflict", files=", ".join(conflict.files), folder=workspace.content
        ) from conflict
    for path in written:
        click.echo(path)
    click.echo(f"{counted(len(written), 'file', 'files')} written or deleted.", err=True)


@content.command("push")
def push() -> None:
    """Request that the service publishes what was changed in the checkout's content."""
    number = PublicationRequests(_workspace(), _publications()).checkout(actor(), clock.now())
    if number is None:
        click.echo("Nothing has changed since the last push.")
    else:
        click.echo(f"Publication {number} waits for the service; 'content status' shows it.")


@content.command("log")
@click.argument("file", required=False)
@common.limit
@as_json
def log(file: str | None, limit: int, *, as_json: bool) -> None:
    """List the last publications; or the versions of FILE, named from the content folder."""
    if file:
        name = file.removeprefix("content/")
        versions = _workspace().repository.history(name)[:limit]
        if not versions:
            raise refusal("content.no-version", file=file)
        for version in versions:
            click.echo(
                f"{version.commit[:SHORT]}  {clock.in_german(version.at)}  {version.author.name}  "
                f"{version.subject}"
            )
        return
    found = _publications().newest(limit)
    if as_json:
        show_json([_as_data(one) for one in found])
        return
    for one in found:
        click.echo(_row(one))
        for line in _why(one):
            click.echo(f"    {line}")


@content.command("status")
@as_json
def status(*, as_json: bool) -> None:
    """Show what is official, what is live, and what is waiting."""
    workspace, remote = _workspace(), services().settings.content_remote
    found = EditorialStatus(workspace, _publications(), remote)
    is_changed = workspace.snapshot() != workspace.repository.resolve(CHECKOUT)
    if as_json:
        show_json(
            {
                "repository": str(workspace.repository.folder),
                "main": found.main,
                "live": found.live,
                "missing_in_checkout": found.missing_in_checkout,
                "changed_in_checkout": is_changed,
                "unpushed": found.unpushed,
                "publisher": found.holder.machine if found.holder else "",
                "waiting": [_as_data(one) for one in found.waiting],
                "last": _as_data(found.last) if found.last else None,
            }
        )
        return
    folder = workspace.repository.folder
    show("content_status", repository=folder, found=found, is_changed=is_changed, row=_row)


@content.command("take-over")
@common.yes
def take_over(*, yes: bool) -> None:
    """Make the repository of this machine the official one."""
    common.confirm(
        "Is no other machine publishing, and is everything it published in this repository?",
        yes=yes,
    )
    _publications().take_over(_workspace().repository.id, machine_name())
    click.echo(f"{machine_name()} publishes from now on.")


def _workspace() -> Workspace:
    """Return the workspace, which is created if necessary.

    :raises RepositoryError: if it belongs to another machine, or cannot be created.
    """
    settings = services().settings
    if not settings.is_edited_here:
        raise RepositoryError(msg("content.no-repository"))
    workspace = Workspace.of(settings)
    workspace.open()
    return workspace


def _publications() -> Publications:
    return Publications(services().leads.database)


def _incoming(requests: PublicationRequests) -> list[int]:
    try:
        return requests.incoming(services().settings.content_remote, clock.now())
    except RepositoryError as error:
        click.echo(f"Nothing fetched: {error}", err=True)
        return []


def _run(
    build: Path, numbers: Sequence[int], *, release: bool = False, jobs: int = 1
) -> list[Publication]:
    """Run publications, or wait while another process does."""
    settings, database = services().settings, services().leads.database
    publisher = publishing_process.publisher_for(
        settings, database, build, release=release, jobs=jobs
    )
    publications = publisher.publications
    while not all(publications.get(number).state.is_over for number in numbers):
        try:
            publisher.run_due()
        except locks.LockedElsewhere:
            time.sleep(WAIT)
    return [publications.get(number) for number in numbers]


def _build_checkout(build: Path, jobs: int, *, release: bool) -> None:
    settings = services().settings
    target = targets.target_of(build.absolute(), release=release)
    outcome = builder.build(
        target,
        settings,
        lambda before: publishing_process.make_app(settings, before),
        lambda *_: None,
        jobs=jobs,
        strict=release,
    )
    click.echo(f"{counted(outcome.files, 'file', 'files')} in {build}")


def _finish(ended: Sequence[Publication], *, as_json: bool) -> None:
    """Print the outcome of publications.

    :raises SystemExit: with 1 if one of them is not live.
    """
    if as_json:
        show_json([_as_data(one) for one in ended])
    for one in ended if not as_json else ():
        click.echo(_row(one))
        for line in _why(one):
            click.echo(line, err=True)
    if not all(one.state.is_live for one in ended):
        click.echo("The site stays as it was.", err=True)
        raise SystemExit(1)


def _why(one: Publication) -> Iterator[str]:
    """Yield why a publication is not live, or what was noted about it."""
    for reason in one.reasons:
        author = f" ({reason['author']})" if reason["author"] else ""
        yield f"{reason['path']}:{reason['line']}: {reason['message']}{author}"
    if one.state != PublicationState.DONE and not one.reasons and (one.detail or one.error):
        yield one.detail or one.error


def _row(one: Publication) -> str:
    steps = ", ".join(f"{step['name']} {step['seconds'] or 0:.2f}" for step in one.steps)
    took = sum(step["seconds"] or 0 for step in one.steps)
    seconds = f", {took:.1f} s ({steps})" if steps else ""
    return f"{one.id}  {one.kind}  {one.state}  {one.actor}: {one.subject}{seconds}"


def _as_data(one: Publication) -> dict[str, Any]:
    columns = (column.key for column in Publication.__table__.columns)
    return {key: getattr(one, key) for key in columns}
