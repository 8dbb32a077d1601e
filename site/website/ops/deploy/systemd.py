"""The units of systemd that are installed on this machine."""

from pathlib import Path

ENVIRONMENT = "/etc/website/website.env"
"""The file of the settings, readable for root only: systemd reads it before dropping privileges."""

INSTALLED = Path("/etc/systemd/system")
"""Folder of installed units; readable for everybody."""
SERVICES = ("website.service", "website-worker.service")


def is_installed(checkout: Path, folder: Path = INSTALLED) -> bool:
    """Return whether the services of a checkout are installed."""
    return str(checkout) in _values(folder / SERVICES[0], "WorkingDirectory")


def writable_paths(unit: Path) -> list[Path]:
    """Return the paths to which the service of an installed unit may write."""
    values = _values(unit, "ReadWritePaths")
    return [Path(word.lstrip("-+")) for value in values for word in value.split()]


def _values(unit: Path, name: str) -> list[str]:
    try:
        lines = unit.read_text("utf-8").splitlines()
    except OSError:
        return []
    before = f"{name}="
    return [line.removeprefix(before).strip() for line in lines if line.startswith(before)]
