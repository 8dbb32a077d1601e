"""Options that several commands have."""

from pathlib import Path

import click

from website.config import ROOT

PORT = click.IntRange(1, 65535)
limit = click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="How many at the most.",
)

build = click.option(
    "--build",
    type=click.Path(path_type=Path),
    default=ROOT / "build",
    show_default=True,
    help="The frozen pages.",
)
