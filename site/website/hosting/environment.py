"""The file of settings that services read, filled with what is set now, but for secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HEAD = """\
# Written by "flask --app website deploy-files"; README.md tells what each setting means.
# chmod 600: it holds secrets. Each of these may also stand in a file of its own, named by the
# variable with _FILE at its end.
"""
NEEDED = ("base_url", "instance_dir", "smtp_url", "leads_to", "mail_from", "trusted_proxies")


def written(environ: Mapping[str, str], names: Iterable[str]) -> str:
    """Write every setting in a line: set as now, or commented out.

    :param names: of the settings, as attributes.
    """
    return HEAD + "".join(f"{line}\n" for line in _lines(environ, names))


def _lines(environ: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    for name in (*NEEDED, *(name for name in names if name not in NEEDED)):
        variable = f"WEBSITE_{name.upper()}"
        value = environ.get(variable, "")
        if value and name not in SECRETS:
            yield f"{variable}={value}"
        elif name in NEEDED:
            yield f"{variable}="
        else:
            yield f"#{variable}="
