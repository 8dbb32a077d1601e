"""What commands print."""

import datetime
import json

import click

from website.infra import templates
from website.infra.clock import in_german


def show(name: str, *, err: bool = False, **values: object) -> None:
    """Print a template of ``templates/cli/``."""
    text = templates.render(f"cli/{name}.txt", in_german=in_german, **values)
    click.echo(text, nl=False, err=err)


def show_json(data: object) -> None:
    """Print data for programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=datetime.datetime.isoformat))
