"""``flask --app website deploy-files DIR``: all files that a machine needs to run the website.

They are generated from the settings, the security headers and the URL map, so that nothing has to
be kept in step by hand.
"""

import functools
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from flask import current_app

from website import config
from website.cli import common, instances
from website.cli.common import msg, refusal, show
from website.config import ROOT, Settings
from website.infra import system_errors
from website.ops.deploy import hosting_files, systemd, web_server_rules
from website.web.services import services

MODES = {hosting_files.SETTINGS_FILE: 0o600, hosting_files.COMMAND: 0o755}
"""Modes of files that are private or executable."""


def _endpoint(_context: click.Context, _option: click.Parameter, text: str) -> str:
    """Return the text if it is a host and a port."""
    try:
        config.host_and_port(text)
    except ValueError as error:
        raise click.BadParameter(msg("deploy-files.endpoint", text=text)) from error
    return text


@common.commands.command("deploy-files")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@common.build
@click.option(
    "--endpoint",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    callback=_endpoint,
    help="Where 'flask --app website serve' listens.",
)
@click.option("--user", default="website", show_default=True, help="As whom the services run.")
@click.option("--certificates", help="nginx: folder of the certificate; without, that of certbot.")
@click.option("--brotli/--no-brotli", default=True, help="nginx: whether it has brotli_static.")
@click.option("--postgresql", is_flag=True, help="Containers: a PostgreSQL beside the website.")
@click.option("--force", is_flag=True, help="Write over files that were changed by hand.")
def deploy_files(  # noqa: PLR0913 - options
    folder: Path,
    build: Path,
    endpoint: str,
    user: str,
    certificates: str | None,
    *,
    brotli: bool,
    postgresql: bool,
    force: bool,
) -> None:
    """Write units of systemd, configurations of web servers, and files for containers."""
    settings = instances.work_on(services().settings)
    site = web_server_rules.HostedSite.of(settings, services().german)
    pages = build.absolute()
    machine = hosting_files.Machine(
        checkout=ROOT,
        python=Path(sys.executable),
        build=pages,
        writable=_writable(settings),
        endpoint=endpoint,
        user=user,
        publishes=(settings.is_one_machine or settings.is_edited_here)
        and not pages.is_relative_to(ROOT),
    )
    named = {
        "WEBSITE_BASE_URL": settings.base_url,
        "WEBSITE_INSTANCE_DIR": str(settings.instance_dir),
    }
    web_server = functools.partial(
        hosting_files.web_server,
        site=site,
        folder=pages,
        endpoint=endpoint,
        endpoint_paths=_endpoint_paths(site),
        redirects=list(web_server_rules.redirects(services().german)),
        certificates=certificates or f"/etc/letsencrypt/live/{settings.host}",
        brotli=brotli,
    )
    files = {
        hosting_files.SETTINGS_FILE: hosting_files.settings_file(
            os.environ | named, Settings.__dataclass_fields__
        ),
        "nginx.conf": web_server("nginx.conf"),
        "Caddyfile": web_server("Caddyfile"),
        **hosting_files.machine_files(machine),
        **hosting_files.container_files(site, with_postgresql=postgresql),
    }
    try:
        _refuse_to_forget(folder, settings)
        _write(folder, files, force=force)
    except OSError as error:
        advice = system_errors.advice(error, folder)
        values = {"folder": folder, "reason": error.strerror, "advice": advice}
        raise refusal("deploy-files.unwritable", **values) from error
    if pages.is_relative_to(ROOT):
        show("pages_in_checkout", err=True, pages=pages)
    show("deploy_files", folder=folder, environment=systemd.ENVIRONMENT)


def _refuse_to_forget(folder: Path, settings: Settings) -> None:
    """Refuse to replace files made for a public URL by files made without settings."""
    before = hosting_files.base_url(folder / hosting_files.SETTINGS_FILE)
    if before and Settings(base_url=before).is_for_others and not settings.is_for_others:
        raise refusal(
            "deploy-files.other-address", folder=folder, before=before, now=settings.base_url
        )


def _write(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    changed = [
        name
        for name, text in files.items()
        if (folder / name).exists() and (folder / name).read_text("utf-8") != text
    ]
    if changed and not force:
        raise refusal("deploy-files.differ", folder=folder, changed=", ".join(changed))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.touch(mode=MODES.get(name, 0o644))
        path.write_text(text, "utf-8")


def _writable(settings: Settings) -> list[Path]:
    places = [settings.instance_dir]
    if not settings.backups.is_relative_to(settings.instance_dir):
        places.append(settings.backups)
    return places


def _endpoint_paths(site: web_server_rules.HostedSite) -> set[str]:
    """Return the first segments of the endpoint's paths; assets are in the build."""
    rules = (r for r in current_app.url_map.iter_rules() if not r.endpoint.startswith("assets."))
    live = {rule.rule.strip("/").partition("/")[0] for rule in rules}
    return live | {path.removeprefix(site.root) for path in site.paths("anfrage")}
