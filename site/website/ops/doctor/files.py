"""Checks of files: content, permissions, owner, and speed and free space of the disk."""

import os
import pwd
import stat
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from website.config import ROOT, SHORTEST_SECRET, require_checkout
from website.content.kinds import required_pages
from website.exceptions import ConfigurationError
from website.infra import keyed_hashes, toml_tables
from website.ops.deploy import systemd
from website.ops.doctor import settings_check
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level, NotChecked, result
from website.ops.monitoring import alerts, health_snapshot

MIN_BYTES = 50 * 1024**2
"""Free bytes below which the disk is full within hours."""
MOUNTS = Path("/proc/self/mountinfo")
SLOW = 0.1
"""Seconds for writing a few bytes to disk."""
LISTED = 4
"""Files that are named one by one."""
OTHERS, GROUP = stat.S_IRWXO, stat.S_IRWXG


def rights(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that no other user can read or write secrets."""
    found: dict[str, list[Path]] = defaultdict(list)
    count = 0
    for path in _private(context):
        mode = path.stat().st_mode
        count += 1
        if mode & OTHERS:
            found["file-rights.open-to-everybody"].append(path)
        elif mode & GROUP:
            found["file-rights.open-to-group"].append(path)
    for key, paths in sorted(found.items()):
        yield result(key, listed=_listed(paths), words=_words(paths))
    if not found:
        yield result("file-rights.fine", count=count)


def owner(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that everything belongs to one user, and that this command runs as that user."""
    paths = [*_private(context)]
    owns = paths[0].stat().st_uid
    others = [path for path in paths if path.stat().st_uid != owns]
    name, us = _name(owns), os.geteuid()
    if others:
        yield result("file-owner.others", listed=_listed(others), name=name, words=_words(others))
    if owns != us:
        yield result("file-owner.not-us", name=name, us=_name(us))
    elif not others:
        yield result("file-owner.fine", name=name)


def secret(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that there is a secret, and that it is long enough."""
    file = keyed_hashes.file_of(context.settings)
    if file is None:
        yield result("secret.setting", length=len(context.settings.secret_key))
    elif not file.exists():
        raise NotChecked("there is no secret yet; the website makes it at its first start")
    else:
        length = len(file.read_text().strip())
        key = "secret.short" if length < SHORTEST_SECRET else "secret.file"
        yield result(key, file=file, length=length)


def disk(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how long it takes to write a few bytes to the disk of the database."""
    folder = _folder(context)
    kind = file_system(folder, MOUNTS.read_text()) if MOUNTS.exists() else ""
    kinds = toml_tables.beside(__file__, "names.toml")["file_systems"]
    if kind in kinds["in-memory"]:
        yield result("disk.in-memory", folder=folder, kind=kind)
    if kind in kinds["in-a-network"] and context.settings.is_one_machine:
        yield result("disk.in-a-network", folder=folder, kind=kind)
    try:
        seconds = _seconds_to_disk(folder)
    except OSError as problem:
        yield result("disk.read-only", folder=folder, reason=problem.strerror)
        return
    key = "disk.slow" if seconds > SLOW else "disk.fine"
    yield result(key, folder=folder, seconds=seconds, ms=seconds * 1000)


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system that contains a folder.

    :param mounts: the text of ``/proc/self/mountinfo`` (proc_pid_mountinfo(5)).
    """
    longest, kind = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= len(longest):
            longest, kind = point, after.split()[0]
    return kind


def _seconds_to_disk(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        began = time.monotonic()
        file.write(b"doctor" * 100)
        file.flush()
        os.fsync(file.fileno())
        return time.monotonic() - began


def _folder(context: DoctorContext) -> Path:
    folder = context.settings.instance_dir
    if not folder.is_dir():
        raise NotChecked(f"{folder} does not exist; the website makes it at its first start")
    return folder


def _private(context: DoctorContext) -> Iterator[Path]:
    """Return the paths that contain leads or secrets, the instance folder first."""
    _folder(context)
    return settings_check.private_files(context.settings)


def _listed(paths: list[Path]) -> str:
    shown = ", ".join(map(str, paths[:LISTED]))
    return shown if len(paths) <= LISTED else f"{shown} and {len(paths) - LISTED} more"


def _words(paths: list[Path]) -> str:
    """Return paths for a shell; many in one folder are abbreviated."""
    if len(paths) <= LISTED:
        return " ".join(map(str, paths))
    return " ".join(dict.fromkeys(f"{path.parent}/*" for path in paths))


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def disk_space(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the free space of the disk."""
    disk = health_snapshot.disk(context.settings.instance_dir)
    key = "disk-space.little" if disk.part_free < alerts.MIN_FREE else "disk-space.fine"
    is_full = disk.part_free < alerts.MIN_FREE and disk.free <= MIN_BYTES
    found = result(key, gigabytes=disk.free / 1024**3, part=disk.part_free)
    yield found.at(Level.ERROR) if is_full else found


def content(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the content, loaded as the service does when it starts."""
    try:
        require_checkout()
    except ConfigurationError as problem:
        yield result("content.no-checkout", problem=problem)
        return
    library = context.library
    missing = [name for name in required_pages() if name not in library.pages]
    wrong = [problem for problem in library.every_problem if problem.blocks]
    if missing:
        folder = context.settings.content_dir
        yield result("content.pages-missing", missing=", ".join(missing), folder=folder)
    elif wrong:
        yield result("content.wrong", count=len(wrong), first=wrong[0])
    else:
        yield result("content.fine", count=len(library.articles))


def units(context: DoctorContext, *, folder: Path = systemd.INSTALLED) -> Iterator[CheckResult]:
    """Check that the installed units let the services write where the settings say."""
    if not systemd.is_installed(ROOT, folder):
        raise NotChecked("no services of this checkout are installed")
    # Another folder for backups than that in the instance folder, which the website makes itself.
    needed = [context.settings.instance_dir, *filter(None, [context.settings.backup_dir])]
    absent = [result("units.absent", path=path) for path in needed if not path.is_dir()]
    found = [*_forbidden(needed, folder), *absent]
    yield from found or [result("units.fine")]


def _forbidden(needed: Iterable[Path], folder: Path) -> Iterator[CheckResult]:
    for unit in systemd.SERVICES:
        written = systemd.writable_paths(folder / unit)
        missing = [path for path in needed if not any(map(path.is_relative_to, written))]
        if missing:
            listed = ", ".join(map(str, missing))
            yield result("units.forbidden", unit=unit, missing=listed, folder=folder)
