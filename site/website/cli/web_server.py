"""``flask --app website web-server …``: configurations for web servers in front of the endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from website.config import ROOT, Settings
from website.hosting import caddy, nginx, rules

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("web-server")
@click.argument("server", type=click.Choice(["nginx", "caddy"]))
@click.option(
    "--build",
    type=click.Path(path_type=Path),
    default=ROOT / "build",
    show_default=True,
    help="The frozen pages.",
)
@click.option(
    "--endpoint",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    help="Where 'flask --app website serve' listens.",
)
@click.option("--certificates", help="nginx: folder of the certificate; without, that of certbot.")
@click.option("--brotli/--no-brotli", default=True, help="nginx: whether it has brotli_static.")
@with_appcontext
def web_server(
    server: str, build: Path, endpoint: str, certificates: str | None, *, brotli: bool
) -> None:
    """Print a configuration that serves the frozen pages and passes requests on."""
    settings: Settings = current_app.extensions["settings"]
    site = rules.Site.of(settings)
    moved = list(rules.moved(current_app.extensions["library"]))
    if server == "caddy":
        text = caddy.configuration(
            site,
            build.absolute(),
            endpoint=endpoint,
            endpoint_paths=set(_endpoint_paths()),
            moved=moved,
        )
    else:
        text = nginx.configuration(
            site,
            build.absolute(),
            endpoint=endpoint,
            endpoint_paths=set(_endpoint_paths()),
            moved=moved,
            certificates=certificates or f"/etc/letsencrypt/live/{site.host}",
            brotli=brotli,
        )
    click.echo(text, nl=False)


def _endpoint_paths() -> Iterator[str]:
    """List the first parts of all paths of the endpoint; files of the design lie in the build."""
    for rule in current_app.url_map.iter_rules():
        if not rule.endpoint.startswith("assets."):
            yield rule.rule.strip("/").partition("/")[0]
