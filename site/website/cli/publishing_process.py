"""The publishing process: ``python -m website.cli``, started by the worker.

It creates no application of its own, which would load all content: the first publication after a
pause would have to wait for that.
"""

import contextlib
import os
from pathlib import Path

import click
from flask import Flask

from website.config import Role, Settings
from website.content.loading import Before
from website.editorial.workspace import Workspace
from website.infra import running_instance
from website.infra.database import Database, connect
from website.ops.publishing.publisher import Publisher, Site
from website.ops.service import logs, publishing_service


@click.command()
@click.option("--build", type=click.Path(path_type=Path), required=True)
@click.option("--parent", type=int, required=True)
def main(build: Path, parent: int) -> None:
    """Run publications as they become due, until nothing has been due for a while.

    It ends with the process that has started it.
    """
    settings = running_instance.known(Settings.from_environment())
    logs.set_up(settings.log, "publisher")
    os.nice(5)  # visitors come first
    os.umask(0o022)  # web servers run as other users, who must be able to read the pages
    with contextlib.closing(connect(settings.database)) as database:
        publishing_service.work(publisher_for(settings, database, build), parent)


def publisher_for(
    settings: Settings, database: Database, build: Path, *, release: bool = False, jobs: int = 1
) -> Publisher:
    """Return the publisher of an instance's content.

    :param settings: those of the checkout.
    :param release: whether to make releases from now on, where there were none.
    """
    workspace = Workspace.of(settings)
    workspace.open()
    here = running_instance.address(settings.instance_dir)
    site = Site(
        settings=settings,
        workspace=workspace,
        build=build.absolute(),
        make_app=make_app,
        release=release,
        jobs=jobs,
        live_url="" if settings.is_for_others else here or "-",
    )
    return Publisher(site, database)


def make_app(settings: Settings, before: Before | None) -> Flask:
    """Return the application that renders the public pages."""
    from website import create_app  # noqa: PLC0415 - the factory imports the commands

    return create_app(settings, role=Role.FREEZE, before=before)
