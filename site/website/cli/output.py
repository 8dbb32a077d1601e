"""What commands print."""

import datetime
import json

import click

from website.infra import templates, toml_tables
from website.infra.clock import in_german

msg = toml_tables.messages(__file__)


def show(name: str, *, err: bool = False, **values: object) -> None:
    """Print a template of ``templates/cli/``."""
    text = templates.render(f"cli/{name}.txt", in_german=in_german, **values)
    click.echo(text, nl=False, err=err)


def refusal(key: str, /, **values: object) -> click.ClickException:
    """Return an error with a message of ``messages.toml``."""
    return click.ClickException(msg(key, **values))


def show_json(data: object) -> None:
    """Print data for programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=datetime.datetime.isoformat))
