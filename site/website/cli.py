"""``flask --app website …``: what authors and operators do from a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from flask import current_app
from werkzeug.serving import run_simple

from website.authoring import preview
from website.config import ROOT, Role, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask



def register(app: Flask, factory: Callable[..., Flask]) -> None:
    """Add the commands. ``factory`` makes applications for other roles than this one's."""
    app.cli.add_command(check)
    # app.cli.add_command(leads)

    @app.cli.command("preview")
    @click.option("--port", default=8000, show_default=True)
    def preview_command(port: int) -> None:
        """Zeigt die Website mit Entwürfen; jede gespeicherte Änderung ist sofort zu sehen."""
        shown = factory(current_app.extensions["settings"], role=Role.PREVIEW)
        _preview(shown, port)


def _preview(app: Flask, port: int) -> None:
    settings: Settings = app.extensions["settings"]
    preview.keep_fresh(
        app,
        (settings.content_dir, ROOT / "static"),
        app.extensions["refresh"],
        lambda problem: click.echo(problem, err=True),
    )
    app.jinja_env.auto_reload = True
    click.echo(f"Vorschau mit Entwürfen: http://127.0.0.1:{port}/  (Strg+C beendet sie)")
    run_simple("127.0.0.1", port, app, threaded=True)


@click.command()
def check() -> None:
    """Nennt alle Fehler aller Texte, mit Datei und Zeile."""
    problems = current_app.extensions["library"].check()
    for problem in problems:
        click.echo(problem)
    if any(problem.blocks for problem in problems):
        sys.exit(1)
    click.echo("Keine Fehler, die eine Veröffentlichung aufhalten.")
