"""The file of settings that services read, filled with what is set now, but for secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

HEAD = """\
# Written by "flask --app website deploy-files"; docs/settings.md tells what each setting means.
# chmod 600: it holds secrets. Each of these may also stand in a file of its own, named by the
# variable with _FILE at its end.
"""
NEEDED = ("base_url", "instance_dir", "smtp_url", "leads_to", "mail_from", "trusted_proxies")


def written(environ: Mapping[str, str], names: Iterable[str]) -> str:
    """Write every setting in a line: set as now, or commented out.

    :param names: of the settings, as attributes.
    """
    return HEAD + "".join(f"{line}\n" for line in _lines(environ, names))


def base_url(file: Path) -> str:
    """Read the site's address from such a file; nothing where there is none."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ""
    before = "WEBSITE_BASE_URL="
    return next((line.removeprefix(before) for line in lines if line.startswith(before)), "")


def _lines(environ: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    for name in (*NEEDED, *(name for name in names if name not in NEEDED)):
        variable = f"WEBSITE_{name.upper()}"
        value = environ.get(variable, "")
        if value and name not in SECRETS:
            yield f"{variable}={value}"
        elif file := environ.get(f"{variable}_FILE", ""):
            yield f"{variable}_FILE={file}"
        elif name in NEEDED:
            yield f"{variable}="
        else:
            yield f"#{variable}="
