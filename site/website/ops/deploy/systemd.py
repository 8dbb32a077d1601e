"""Units of systemd for one machine: a socket, the service behind it, and the worker.

The socket is a unit of its own, so that it stays open while the service restarts: visitors wait for
a moment, and nobody is refused (systemd.socket(5)).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENVIRONMENT = "/etc/website/website.env"
"""Where the settings lie, readable for root alone: systemd reads them before it gives up rights."""

INSTALLED = Path("/etc/systemd/system")
"""Where units are installed; readable for everybody."""
SERVICES = ("website.service", "website-worker.service")

LONGEST_SEND = 260
"""Seconds: longer than a mail may take (leads.transports.ATTEMPT)."""
MEMORY = "512M"
"""Of each service; also of each container of the website."""
MEMORY_WITH_BUILDS = "1G"
"""Of a worker that makes the pages again: a build of 10,000 articles takes 314 MiB more."""
LONGEST_REQUEST = 30
"""Seconds: longer than the server takes to answer what has arrived (operations.server.GRACE)."""

SOCKET = """\
# Written by "flask --app website deploy-files".
[Unit]
Description=Website: where requests arrive

[Socket]
ListenStream={listen}
Backlog=1024
NoDelay=yes

[Install]
WantedBy=sockets.target
"""

SERVICE = """\
# Written by "flask --app website deploy-files".
[Unit]
Description=Website: {what}
After=network-online.target{after}
Wants=network-online.target
{requires}
[Service]
ExecStart={command}
WorkingDirectory={checkout}
EnvironmentFile={environment}
Environment=PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
{more}User={user}
Group={user}
UMask=0077
Restart=always
RestartSec=2
# Ends what it has begun, then goes.
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec={longest}
# Some 120 MB are used, more for builds; what takes this much is ended and started again, not the
# machine with it.
MemoryMax={memory}

# Nothing may be written but what is kept.
ProtectSystem=strict
ReadWritePaths={written}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
"""


COMMAND = """\
#!/bin/sh
# Written by "flask --app website deploy-files". Runs a command as the services run: as their user,
# and with their settings. Name files by their whole path; that user must be able to read them.
#   website doctor      website leads list      website freeze --release
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "website: only root may read the settings. Say: sudo website $*" >&2
    exit 1
fi
name=${{1:-}}
case $name in
freeze)
    shift
    set -- {python} {checkout}/freeze.py --output {build} "$@" ;;
deploy-files)
    shift
    set -- --build {build} --endpoint {endpoint} --user {user} "$@"
    set -- {python} -m flask --app website deploy-files "$@" ;;
*)
    set -- {python} -m flask --app website "$@" ;;
esac
# On a terminal with all that one can do there, else with plain pipes. What is noted down as done by
# somebody names who typed.
exec systemd-run --quiet --collect --wait --pty --pipe --service-type=exec \\
    --uid={user} --gid={user} --working-directory={checkout} \\
    --property=EnvironmentFile={environment} --property=UMask=0077 \\
    --setenv=PYTHONDONTWRITEBYTECODE=1 --setenv=LOGNAME="${{SUDO_USER:-root}}" -- "$@"
"""
"""Installed as ``/usr/local/bin/website``."""


@dataclass(frozen=True)
class Machine:
    """Where the website lies on the machine, and as whom it runs."""

    checkout: Path
    python: Path
    build: Path
    written: Sequence[Path]
    """What the services may write to, the instance folder first."""
    publishes: bool
    """Whether the worker makes the pages again, and so may write them."""
    endpoint: str
    """Host and port, for this machine alone."""
    user: str


def units(machine: Machine) -> Mapping[str, str]:
    """Write the units, by the names of their files."""
    flask = f"{machine.python} -m flask --app website"
    pages = f" --build {machine.build}" if machine.publishes else ""
    return {
        "website.socket": SOCKET.format(listen=machine.endpoint),
        "website.service": _service(
            machine,
            what="pages and requests",
            command=f"{flask} serve --no-deliver --build {machine.build}",
            after=" website.socket",
            requires="Requires=website.socket\n",
            longest=LONGEST_REQUEST,
        ),
        "website-worker.service": _service(
            machine,
            what="delivery, and what is done by the clock",
            command=f"{flask} deliver --forever{pages}",
            written=[machine.build.parent] if machine.publishes else [],
            longest=LONGEST_SEND,
            memory=MEMORY_WITH_BUILDS if machine.publishes else MEMORY,
            more="# The web process tells Prometheus what both know, on the same port.\n"
            "UnsetEnvironment=WEBSITE_METRICS\n",
        ),
    }


def is_installed(checkout: Path, folder: Path = INSTALLED) -> bool:
    """Say whether the services of a checkout are installed."""
    return str(checkout) in _values(folder / SERVICES[0], "WorkingDirectory")


def written_by(unit: Path) -> list[Path]:
    """List what the service of an installed unit may write to."""
    values = _values(unit, "ReadWritePaths")
    return [Path(word.lstrip("-+")) for value in values for word in value.split()]


def _values(unit: Path, name: str) -> list[str]:
    try:
        lines = unit.read_text("utf-8").splitlines()
    except OSError:
        return []
    before = f"{name}="
    return [line.removeprefix(before).strip() for line in lines if line.startswith(before)]


def command(machine: Machine) -> str:
    """Write the command with which operators do everything else."""
    return COMMAND.format(
        python=machine.python,
        checkout=machine.checkout,
        build=machine.build,
        endpoint=machine.endpoint,
        user=machine.user,
        environment=ENVIRONMENT,
    )


def _service(  # noqa: PLR0913 - what differs
    machine: Machine,
    *,
    what: str,
    command: str,
    longest: int,
    memory: str = MEMORY,
    after: str = "",
    requires: str = "",
    more: str = "",
    written: Sequence[Path] = (),
) -> str:
    return SERVICE.format(
        what=what,
        command=command,
        after=after,
        requires=requires,
        more=more,
        longest=longest,
        memory=memory,
        checkout=machine.checkout,
        environment=ENVIRONMENT,
        user=machine.user,
        written=_places([*machine.written, *written]),
    )


def _places(written: Sequence[Path]) -> str:
    """Let a disk that is not mounted, all but the first, keep no service from its start."""
    first, *others = map(str, written)
    return " ".join([first, *(f"-{other}" for other in others)])
