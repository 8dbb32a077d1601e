"""Units of systemd: whether the services may write where they must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import ROOT
from website.ops.deploy import systemd
from website.ops.doctor.results import NotChecked, error, ok

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult


def check(context: DoctorContext, *, folder: Path = systemd.INSTALLED) -> Iterator[CheckResult]:
    """Compare what the installed units let the services write to with what the settings say."""
    context.needs("WEBSITE_INSTANCE_DIR", "WEBSITE_BACKUP_DIR")
    if not systemd.is_installed(ROOT, folder):
        raise NotChecked("no services of this checkout are installed")
    # Another folder for backups than that in the instance folder, which the website makes itself.
    needed = [context.settings.instance_dir, *filter(None, [context.settings.backup_dir])]
    found = [*_forbidden(needed, folder), *_absent(needed)]
    yield from found or [ok("the services may write where the settings say")]


def _forbidden(needed: Iterable[Path], folder: Path) -> Iterator[CheckResult]:
    for unit in systemd.SERVICES:
        written = systemd.writable_paths(folder / unit)
        missing = [path for path in needed if not any(map(path.is_relative_to, written))]
        if missing:
            yield error(
                f"{unit} may not write to {', '.join(map(str, missing))}",
                "Write the units anew ('website deploy-files DIR'), copy them to "
                f"{folder}, 'systemctl daemon-reload', and restart both services.",
            )


def _absent(needed: Iterable[Path]) -> Iterator[CheckResult]:
    for path in needed:
        if not path.is_dir():
            yield error(
                f"{path} is not there",
                f"Mount its disk, or make it: install -d -o website -m 700 {path}; then restart.",
            )
