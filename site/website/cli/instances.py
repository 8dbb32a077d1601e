"""The instance that a command works on: printed each time, and never another one than was meant.

An instance is a database with its secret, and the URL at which it is reached. If the services of a
checkout are installed, a command without their settings would create or fill another one.
"""

import contextlib
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from website.cli.common import OperatorGroup, msg
from website.config import ROOT, Settings
from website.editorial.workspace import live_settings
from website.exceptions import ConfigurationError
from website.infra import running_instance
from website.infra.database import file_of, parsed_url
from website.ops.deploy import systemd
from website.web.services import services


def require_named(settings: Settings) -> None:
    """Refuse to continue without the settings of the services that are installed for this checkout.

    :raises ConfigurationError: naming the command that has them.
    """
    is_default = settings.database == Settings().database and not settings.is_for_others
    if is_default and systemd.is_installed(ROOT, systemd.INSTALLED):
        raise ConfigurationError(
            msg("instance.another", units=systemd.INSTALLED, settings=systemd.ENVIRONMENT)
        )


def work_on(settings: Settings) -> Settings:
    """Print to standard error which instance a command works on, and return its settings.

    :raises ConfigurationError: see :func:`require_named`.
    """
    require_named(settings)
    click.echo(f"Instance: {described(settings)}", err=True)
    return settings


def from_environment() -> Settings:
    """Return the settings of a command that creates no application; see :func:`work_on`."""
    return work_on(running_instance.known(Settings.from_environment()))


def described(settings: Settings) -> str:
    """Return URL and database of an instance, without a password."""
    if file := file_of(settings):
        return f"{settings.base_url}, {file}"
    try:
        url = parsed_url(settings.database)
    except ConfigurationError:  # reported by whatever opens it, and by doctor
        return f"{settings.base_url}, a database that is not named rightly"
    return f"{settings.base_url}, PostgreSQL {url.database or ''} on {url.host or 'this machine'}"


def group(name: str, text: str, *, official: bool = False) -> OperatorGroup:
    """Return a command group whose commands print which instance they work on.

    :param official: whether they use the published content, not that of the checkout.
    """

    @with_appcontext
    def say() -> None:
        work_on(services().settings)
        if official:
            click.get_current_context().with_resource(official_content())

    return OperatorGroup(name, help=text, callback=say)


@contextlib.contextmanager
def official_content() -> Iterator[None]:
    """Let services use the published content, not that of the checkout, until the block ends."""
    settings = services().settings
    official = live_settings(settings)
    if official == settings:
        yield
        return
    from website import create_app  # noqa: PLC0415 - the factory imports the commands

    with create_app(official).app_context():
        yield
