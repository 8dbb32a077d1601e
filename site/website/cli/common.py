"""What commands share: options, messages, and printing of templates and data."""

import contextlib
import datetime
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from website.config import ROOT
from website.exceptions import StorageError
from website.infra import templates, toml_tables
from website.infra.clock import in_german
from website.infra.commands import OperatorCommand
from website.infra.text import counted


class OperatorGroup(AppGroup):
    """A group of commands for operators."""

    command_class = OperatorCommand


commands = OperatorGroup()
"""The commands that work with an application, apart from those in groups of their own."""

PORT = click.IntRange(1, 65535)
NUMBER = click.IntRange(1, 2**31 - 1)
"""Numbers that every database can compare with the number of a row."""
limit = click.option(
    "--limit",
    type=NUMBER,
    default=50,
    show_default=True,
    help="How many at the most.",
)

yes = click.option("--yes", is_flag=True, help="Do not ask.")

build = click.option(
    "--build",
    type=click.Path(path_type=Path),
    default=ROOT / "build",
    show_default=True,
    help="The frozen pages.",
)

msg = toml_tables.messages(__file__)


def show(name: str, *, err: bool = False, **values: object) -> None:
    """Print a template of ``templates/cli/``."""
    text = templates.render(f"cli/{name}.txt", in_german=in_german, counted=counted, **values)
    click.echo(text, nl=False, err=err)


def refusal(key: str, /, **values: object) -> click.ClickException:
    """Return an error with a message of ``messages.toml``."""
    return click.ClickException(msg(key, **values))


@contextlib.contextmanager
def storage_errors_told(advice: str) -> Iterator[None]:
    """Say what to do where the database fails during a block."""
    try:
        yield
    except StorageError as error:
        raise click.ClickException(f"{error.format_message()} {advice}") from error


@contextlib.contextmanager
def asking(instead: str) -> Iterator[None]:
    """Ask the user in the block.

    :param instead: what to do where nobody can be asked.
    :raises ClickException: saying that.
    """
    sys.stdin = sys.stdin or io.StringIO()  # None where it is closed
    try:
        yield
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise refusal("prompt.nobody", instead=instead) from None


def confirm(question: str, *, yes: bool) -> None:
    """Go on only if the user agrees, now or with ``--yes`` before.

    :raises click.Abort: if not.
    """
    if yes:
        return
    with asking("agree with --yes"):
        is_agreed = click.confirm(question)
    if not is_agreed:
        raise click.Abort


def show_json(data: object) -> None:
    """Print data as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=datetime.datetime.isoformat))
