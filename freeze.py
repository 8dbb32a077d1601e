"""Freeze the website into static files: ``python freeze.py`` writes ``build/``."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from website.build import builder, built_files, targets
from website.config import ROOT, Role, Settings
from website.editorial.workspace import Workspace
from website.exceptions import ConfigurationError, ContentError, FreezeError, WebsiteError
from website.infra import dirsync, system_errors
from website.infra.commands import GermanCommand
from website.infra.text import counted
from website.ops.deploy import systemd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from website.build.targets import BuildTarget
    from website.content.loading import Before


@click.command(cls=GermanCommand)
@click.option(
    "--output",
    type=click.Path(readable=False, path_type=Path),
    default=ROOT / "build",
    metavar="ORDNER",
    help="Wohin; sonst build/. Der Ordner wird als Ganzes ersetzt.",
)
@click.option(
    "--base-url",
    metavar="ADRESSE",
    help="Adresse der Website, auch unter einem Pfad: https://host/website. Ohne sie muss für "
    "eine Veröffentlichung WEBSITE_BASE_URL eine öffentliche Adresse mit HTTPS sein.",
)
@click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="ORDNER",
    help="Ordner mit den Texten; sonst content/.",
)
@click.option(
    "--release",
    is_flag=True,
    help="Veröffentlicht, sofern kein Text einen Fehler oder Platzhalter hat. Der Ordner wird zu "
    "einem Verweis auf die Veröffentlichung.",
)
@click.option("--rollback", is_flag=True, help="Geht zur vorigen Veröffentlichung zurück.")
@click.option("--clean", is_flag=True, help="Macht alle Seiten neu.")
@click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Prozesse.", metavar="ZAHL"
)
def main(  # noqa: PLR0913 - options
    output: Path,
    base_url: str | None,
    content: Path | None,
    jobs: int,
    *,
    release: bool,
    rollback: bool,
    clean: bool,
) -> None:
    """Schreibt die Website in einen Ordner, den jeder Webserver zeigen kann."""
    output = output.absolute()
    # Almost all objects live until the end. Looking for garbage meanwhile takes a twentieth of an
    # edit, and once more at the end a tenth.
    gc.disable()
    atexit.register(gc.freeze)
    # Web servers run as other users, who must be able to read the pages.
    os.umask(0o022)
    try:
        _require_settings(os.environ)
        target = targets.target_of(output, release=release or rollback)
        if rollback:
            _roll_back(target, Workspace.of(_settings(base_url, content)))
            return
        settings = _settings(base_url, content)
        if not base_url:
            targets.require_address(target, settings)
        _require_publications(Workspace.of(settings), release=release)

        def make(before: Before | None) -> Flask:
            # Imported here: a build that changes nothing does not need it.
            from website import create_app  # noqa: PLC0415

            return create_app(settings, role=Role.FREEZE, before=before)

        with click.progressbar(length=1, label="Seiten", file=sys.stderr) as bar:

            def show(done: int, count: int) -> None:
                bar.length = count
                bar.update(done - bar.pos)

            outcome = builder.build(
                target, settings, make, show, jobs=jobs, clean=clean, strict=release
            )
    except ContentError as error:
        click.echo(error, err=True)
        click.echo(f"{len(error.problems)} Fehler. {output} bleibt, wie es war.", err=True)
        sys.exit(1)
    except WebsiteError as error:
        click.echo(f"{error}\n{output} bleibt, wie es war.", err=True)
        sys.exit(1)
    except OSError as error:  # no such place, no right to write there, a full disk
        told = system_errors.told(error, output, language="de")
        click.echo(f"{told}\n{output} bleibt, wie es war.", err=True)
        sys.exit(1)
    click.echo(
        f"{outcome.files} Dateien in {output} für {settings.base_url}, "
        f"davon {outcome.made} neu gemacht"
    )
    if outcome.left_out:
        click.echo(
            f"Dateien, die nicht veröffentlicht wurden: {outcome.left_out}. Welche und warum, sagt "
            "„flask --app website check“."
        )
    if outcome.open_facts:
        click.echo(
            f"{counted(outcome.open_facts, 'Angabe fehlt', 'Angaben fehlen')} noch (PLATZHALTER); "
            "für eine Veröffentlichung mit --release muss alles ergänzt sein."
        )


def _require_settings(environ: Mapping[str, str]) -> None:
    """Refuse to freeze without settings where the services of this website are installed.

    :raises ConfigurationError: if no setting of theirs is in the environment.
    """
    is_set = any(value for name, value in environ.items() if name.startswith("WEBSITE_"))
    if not is_set and systemd.is_installed(ROOT, systemd.INSTALLED):
        raise ConfigurationError(
            f"Die Dienste dieser Website sind eingerichtet ({systemd.INSTALLED}), aber ihre "
            f"Einstellungen ({systemd.ENVIRONMENT}) fehlen hier: Das ergäbe andere Seiten an einem "
            "anderen Ort. Rufen Sie als root „website freeze …“ auf, statt „freeze.py …“."
        )


def _roll_back(target: BuildTarget, workspace: Workspace) -> None:
    with targets.locked(target):
        back = target.roll_back()
        built_files.note(target, dirsync.walk(back).files)
    click.echo(f"{target.destination} zeigt jetzt auf {back}")
    if workspace.exists:
        click.echo(
            "Die nächste Veröffentlichung bringt den Stand wieder. Mitsamt den Texten geht "
            "„flask --app website content rollback“ zurück."
        )


def _require_publications(workspace: Workspace, *, release: bool) -> None:
    """Refuse a release that would revert publications which are missing in this checkout.

    :raises FreezeError: stating how to get them.
    """
    if not workspace.exists or not (missing := workspace.missing_in_checkout()):
        return
    number = counted(missing, "Veröffentlichung", "Veröffentlichungen")
    lacking = (
        f"In content/ fehlt, was inzwischen veröffentlicht wurde ({number}). "
        "„flask --app website content pull“ holt es."
    )
    if release:
        raise FreezeError(
            f"{lacking} Oder veröffentlichen Sie beides zusammen: "
            "„flask --app website content publish“."
        )
    click.echo(lacking, err=True)


def _settings(base_url: str | None, content: Path | None) -> Settings:
    environ = dict(os.environ)
    if base_url:
        environ["WEBSITE_BASE_URL"] = base_url
    if content:
        environ["WEBSITE_CONTENT_DIR"] = str(content)
    return Settings.from_environment(environ)


if __name__ == "__main__":
    main()
