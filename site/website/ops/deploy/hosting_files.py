"""Files that a machine needs to run the website, rendered from ``templates/hosting/``.

Units of systemd, configurations of nginx and Caddy, and files for containers.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from website.config import EDITOR, SECRETS
from website.exceptions import ConfigurationError
from website.infra import templates
from website.ops.deploy import speculation_rules, systemd, web_server_rules
from website.web import security
from website.web.assets import ALL_MEDIA_TYPES, FOREVER

UNITS = ("website.socket", *systemd.SERVICES)
COMMAND = "website"
"""Runs any other command as the services run; installed as ``/usr/local/bin/website``."""
SETTINGS_FILE = "website.env"
CONTAINER_FILES = ("Containerfile", "dockerignore", "Caddyfile.compose", "compose.yaml")

NEEDED_SETTINGS = (
    "base_url", "instance_dir", "smtp_url", "leads_to", "mail_from", "trusted_proxies",
)  # fmt: skip

_MISREAD = re.compile(r"""[\s\x00-\x1f\x7f"'`\\{}$;#%&|<>()*?]""")
"""Characters that end a word, or have a meaning, in the syntax of one of the files."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Machine:
    """Paths and user of the website on the machine."""

    checkout: Path
    python: Path
    build: Path
    writable: Sequence[Path]
    """What the services may write to, beginning with the instance folder."""
    publishes: bool
    """Whether the worker publishes pages, and so may write them."""
    endpoint: str
    """Host and port, reachable from this machine only."""
    user: str


def machine_files(machine: Machine) -> dict[str, str]:
    """Render the units of systemd and the operators' command, by file name.

    :raises ConfigurationError: see :func:`word`.
    """
    return {name: _render(name, machine=machine) for name in (*UNITS, COMMAND)}


def container_files(site: web_server_rules.HostedSite, *, with_postgresql: bool) -> dict[str, str]:
    """Render the files for containers, by file name.

    :param with_postgresql: whether to run a database beside the website.
    :raises ConfigurationError: see :func:`word`.
    """
    return {
        name: _render(name, site=site, with_postgresql=with_postgresql) for name in CONTAINER_FILES
    }


def web_server(  # noqa: PLR0913 - what a web server must know
    name: str,
    site: web_server_rules.HostedSite,
    folder: Path,
    *,
    endpoint: str,
    endpoint_paths: Iterable[str],
    redirects: Sequence[tuple[str, str]],
    certificates: str = "",
    brotli: bool = True,
) -> str:
    """Render the configuration of a web server for the frozen pages and the endpoint behind it.

    :param name: ``nginx.conf``, for the ``http`` context, where Debian includes
        ``/etc/nginx/conf.d/``; or ``Caddyfile``. Caddy obtains certificates itself.
    :param folder: the frozen pages.
    :param endpoint: host and port where ``flask --app website serve`` listens.
    :param endpoint_paths: the first segments of the paths that it answers.
    :param redirects: old and new paths, see :func:`web_server_rules.redirects`.
    :param certificates: nginx: folder with ``fullchain.pem`` and ``privkey.pem``.
    :param brotli: nginx: whether its module for Brotli is installed.
    :raises ConfigurationError: see :func:`word`.
    """
    return _render(
        name,
        site=site,
        folder=folder,
        endpoint=endpoint,
        endpoint_paths=sorted(endpoint_paths),
        redirects=redirects,
        certificates=certificates,
        brotli=brotli,
        speculation_rules=speculation_rules.header(site)[1],
        unspeculative_paths=site.paths(speculation_rules.NOT_ON),
    )


def settings_file(environ: Mapping[str, str], names: Iterable[str]) -> str:
    """Render the environment file of the services with the current settings, except secrets.

    :param names: of the settings, as attributes. Those that are not set are commented out.
    """
    every = dict.fromkeys((*NEEDED_SETTINGS, *names))
    values = {"names": every, "needed": NEEDED_SETTINGS, "secrets": SECRETS}
    return _render(SETTINGS_FILE, environ=environ, **values)


def base_url(settings_file: Path) -> str:
    """Return the site's URL from such a file; empty if there is none."""
    try:
        lines = settings_file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ""
    before = "WEBSITE_BASE_URL="
    return next((line.removeprefix(before) for line in lines if line.startswith(before)), "")


def word(value: object) -> str:
    """Return a value that is one word, unchanged, in the syntax of each of the files.

    :raises ConfigurationError: if it is not.
    """
    text = str(value)
    if found := _MISREAD.search(text):
        raise ConfigurationError(
            f"{text!r} holds {found[0]!r}, which units of systemd, web servers or shells take for "
            "something else. Choose another name. Nothing was written."
        )
    return text


def quoted(value: str) -> str:
    """Return a value in double quotes, for nginx and Caddy."""
    return json.dumps(value, ensure_ascii=False)


def _one_line(value: object) -> object:
    """Refuse a value that would begin a new line.

    :raises ConfigurationError: if it does.
    """
    if _CONTROL.search(str(value)):
        raise ConfigurationError(f"{str(value)!r} holds control characters. Nothing was written.")
    return value


def _render(name: str, **values: object) -> str:
    return _TEMPLATES.get_template(f"hosting/{name}").render(values)


_TEMPLATES = templates.environment(finalize=_one_line)
_TEMPLATES.filters.update(quoted=quoted, word=word)
_TEMPLATES.globals.update(
    editor_path=EDITOR.removeprefix("/"),
    ask_again=web_server_rules.ASK_AGAIN,
    common_policy=security.policy("/"),
    environment_file=systemd.ENVIRONMENT,
    fingerprinted=web_server_rules.FINGERPRINTED,
    forever=FOREVER,
    hsts="Strict-Transport-Security",
    media_types=ALL_MEDIA_TYPES,
    policy_header=web_server_rules.POLICY,
    speculation_header=speculation_rules.HEADER,
    speculation_suffix=PurePosixPath(speculation_rules.PATH).suffix,
    speculation_type=speculation_rules.MEDIA_TYPE,
    svg_policy=security.SVG_POLICY,
)
