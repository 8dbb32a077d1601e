"""Files: who may read them, who owns them, and how fast the disk is."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from website.config import SHORTEST_SECRET
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning
from website.ops.service import startup_checks

MOUNTS = Path("/proc/self/mountinfo")
IN_A_NETWORK = {
    "9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre",
    "nfs", "nfs4", "smb3", "smbfs",
}  # fmt: skip
IN_MEMORY = {"ramfs", "tmpfs"}
SLOW = 0.1
"""Seconds for getting a few bytes onto the disk."""
LISTED = 4
"""Files that are named; of more only so many."""
OTHERS, GROUP = stat.S_IRWXO, stat.S_IRWXG


def rights(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that nobody else may read or write what is secret."""
    found: dict[str, list[Path]] = defaultdict(list)
    count = 0
    for path in _private(context):
        mode = path.stat().st_mode
        count += 1
        if mode & OTHERS:
            found["everybody"].append(path)
        elif mode & GROUP:
            found["its group"].append(path)
    for who, paths in sorted(found.items()):
        result = error if who == "everybody" else warning
        yield result(f"open to {who}: {_listed(paths)}", f"chmod go= {_words(paths)}")
    if not found:
        yield ok(f"nobody else may read requests and secrets ({count} files and folders)")


def owner(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that everything belongs to one user, who also runs this command."""
    paths = [*_private(context)]
    owns = paths[0].stat().st_uid
    others = [path for path in paths if path.stat().st_uid != owns]
    if others:
        yield error(
            f"{_listed(others)} not of {_name(owns)}, whose the instance folder is",
            f"chown {_name(owns)} {_words(others)}",
        )
    if owns != os.geteuid():
        yield warning(
            f"the instance folder is of {_name(owns)}, this command runs as {_name(os.geteuid())}",
            f"Run it as the service does, to see what it can read and write: "
            f"sudo -u {_name(owns)} …",
        )
    elif not others:
        yield ok(f"all is of {_name(owns)}")


def secret(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that there is a secret, and a long one."""
    context.needs("WEBSITE_SECRET_KEY", "WEBSITE_INSTANCE_DIR")
    file = context.secret_file
    if file is None:
        yield ok(f"WEBSITE_SECRET_KEY has {len(context.settings.secret_key)} characters")
    elif not file.exists():
        raise NotChecked("there is no secret yet; the website makes it at its first start")
    elif (length := len(file.read_text().strip())) < SHORTEST_SECRET:
        yield error(
            f"the secret in {file} has {length} characters",
            "Stop the website, remove the file, and start it again: it makes a new one. Everybody "
            "must sign in again.",
        )
    else:
        yield ok(f"the secret in {file.name} has {length} characters")


def disk(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how long it takes until a few bytes beside the database are on the disk."""
    folder = _folder(context)
    kind = file_system(folder, MOUNTS.read_text()) if MOUNTS.exists() else ""
    if kind in IN_MEMORY:
        yield warning(
            f"{folder} lies in memory ({kind}): all is gone after a restart",
            "Put WEBSITE_INSTANCE_DIR on a disk.",
        )
    if kind in IN_A_NETWORK and context.settings.is_one_machine:
        yield warning(
            f"{folder} lies on a network file system ({kind}), where SQLite can be damaged",
            "Put WEBSITE_INSTANCE_DIR on a disk of this machine, or use PostgreSQL.",
        )
    try:
        seconds = _seconds_to_disk(folder)
    except OSError as problem:
        yield error(
            f"nothing can be written to {folder}: {problem.strerror}",
            "Make room, mount the disk for writing, or give the service's user the right to write.",
        )
        return
    if seconds > SLOW:
        yield warning(
            f"{seconds:.1f} s until a few bytes are on the disk ({folder})",
            "Each request waits that long: the disk is slow or busy.",
        )
    else:
        yield ok(f"{seconds * 1000:.1f} ms until a few bytes are on the disk")


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system that holds a folder.

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
    context.needs("WEBSITE_INSTANCE_DIR")
    folder = context.settings.instance_dir
    if not folder.is_dir():
        raise NotChecked(f"{folder} does not exist; the website makes it at its first start")
    return folder


def _private(context: DoctorContext) -> Iterator[Path]:
    """Return the paths that hold leads or secrets, the instance folder first."""
    _folder(context)
    context.needs("WEBSITE_DATABASE_URL", "WEBSITE_BACKUP_DIR", "WEBSITE_SECRET_KEY")
    return startup_checks.private_files(context.settings)


def _listed(paths: list[Path]) -> str:
    shown = ", ".join(map(str, paths[:LISTED]))
    return shown if len(paths) <= LISTED else f"{shown} and {len(paths) - LISTED} more"


def _words(paths: list[Path]) -> str:
    """Return paths for a shell; many of one folder are shortened."""
    if len(paths) <= LISTED:
        return " ".join(map(str, paths))
    return " ".join(dict.fromkeys(f"{path.parent}/*" for path in paths))


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
