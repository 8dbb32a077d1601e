"""The units of systemd that are installed on this machine."""

from pathlib import Path

ENVIRONMENT = "/etc/website/website.env"
"""Where the settings lie, readable for root alone: systemd reads them before it gives up rights."""

INSTALLED = Path("/etc/systemd/system")
"""Where units are installed; readable for everybody."""
SERVICES = ("website.service", "website-worker.service")


def is_installed(checkout: Path, folder: Path = INSTALLED) -> bool:
    """Return whether the services of a checkout are installed."""
    return str(checkout) in _values(folder / SERVICES[0], "WorkingDirectory")


def writable_paths(unit: Path) -> list[Path]:
    """Return what the service of an installed unit may write to."""
    values = _values(unit, "ReadWritePaths")
    return [Path(word.lstrip("-+")) for value in values for word in value.split()]


def _values(unit: Path, name: str) -> list[str]:
    try:
        lines = unit.read_text("utf-8").splitlines()
    except OSError:
        return []
    before = f"{name}="
    return [line.removeprefix(before).strip() for line in lines if line.startswith(before)]
