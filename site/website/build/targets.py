"""Targets of a build: a folder that is replaced as a whole, or a link to the newest release.

    build                      a folder; or, from the first release on, a link:
    build -> build.releases/20261124T211503.123456
    build.releases/            the last five releases, which share equal files
    .build.freezing/           state for the next build; may be deleted while no build runs

Either way the switch is atomic, so nobody ever sees a mix of two builds.
"""

import contextlib
import datetime
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from website.build import msg
from website.config import Settings
from website.exceptions import FreezeError
from website.infra import dirsync, locks

KEPT = 5
"""Number of releases to keep, including the live one."""

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}")
"""Names as :func:`_name` returns them."""


@dataclass(frozen=True)
class BuildTarget:
    """A destination, and the work folder beside it."""

    destination: Path
    is_release: bool
    """Whether builds are published for visitors, which makes compression worthwhile."""

    @property
    def work_folder(self) -> Path:
        """A folder beside the destination: files cannot be linked across file systems."""
        return self.destination.with_name(f".{self.destination.name}.freezing")

    @property
    def spare(self) -> Path:
        """The folder that becomes the next build; until then it may hold an old one."""
        return self.work_folder / "spare"

    @property
    def current(self) -> Path:
        """The live folder, which a link may lead to; it need not exist yet."""
        return self.destination.resolve() if self.is_release else self.destination

    @property
    def is_set_up(self) -> bool:
        """Whether a build without changes may leave everything as it is."""
        return self.destination.is_symlink() or not self.is_release

    @property
    def releases(self) -> Path:
        """The folder of the releases."""
        return self.destination.with_name(f"{self.destination.name}.releases")

    def go_live(self) -> None:
        """Replace the current folder by the spare one, atomically."""
        # Web servers that cache directory contents compare its modification time.
        os.utime(self.spare)
        if self.is_release:
            self._release()
        elif self.destination.exists():
            dirsync.exchange(self.spare, self.destination)
        else:
            self.spare.rename(self.destination)

    def roll_back(self) -> Path:
        """Switch to the release before the live one, and return its folder.

        :raises FreezeError: if there is none.
        """
        earlier = [release for release in self._releases() if release.name < self.current.name]
        if not self.is_set_up or not earlier:
            raise FreezeError(f"Vor {self.current} gibt es keine Veröffentlichung mehr.")
        self._switch(earlier[-1])
        return earlier[-1]

    def _release(self) -> None:
        """Turn the spare folder into a release, switch the link, and drop the oldest release."""
        self.releases.mkdir(exist_ok=True)
        release = self.releases / _name(datetime.datetime.now(datetime.UTC))
        self.spare.rename(release)
        self._switch(release)
        others = [found for found in self._releases() if found != self.current]
        for old in others[: -(KEPT - 1)]:
            if self.spare.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(self.spare)

    def _switch(self, release: Path) -> None:
        link = self.work_folder / "link"
        if link.is_symlink():
            link.unlink()
        link.symlink_to(release.relative_to(self.destination.parent))
        if self.is_set_up or not self.destination.exists():
            # The link is relative to the destination, its final place, not to the work folder.
            link.replace(self.destination)
            return
        time = datetime.datetime.fromtimestamp(self.destination.stat().st_mtime, datetime.UTC)
        dirsync.exchange(link, self.destination)
        link.rename(self.releases / _name(time))

    def _releases(self) -> list[Path]:
        """Return the releases; other files beside them are ignored."""
        found = self.releases.iterdir() if self.releases.exists() else ()
        return sorted(path for path in found if _NAME.fullmatch(path.name))


def target_of(destination: Path, *, release: bool) -> BuildTarget:
    """Return the target at a destination: once there are releases, every build becomes one.

    :raises FreezeError: if it is a link that no build has made, or the root of the file system.
    """
    if not destination.name:
        raise FreezeError(msg("destination.root", destination=destination))
    is_link = os.path.islink(destination)  # noqa: PTH114 - no error where it cannot be looked at
    target = BuildTarget(destination, is_release=release or is_link)
    leads_to = destination.resolve()
    if is_link and leads_to.parent != target.releases.resolve():
        raise FreezeError(msg("destination.foreign-link", destination=destination, target=leads_to))
    return target


@contextlib.contextmanager
def locked(target: BuildTarget) -> Iterator[None]:
    """Hold the lock of a target, for one build at a time, until the block or this process ends.

    :raises FreezeError: if another build holds it.
    """
    target.work_folder.mkdir(parents=True, exist_ok=True)
    lock = target.work_folder / "lock"
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(locks.held(lock))
        except locks.LockedElsewhere as error:
            process = lock.read_text("utf-8") or "unbekannt"
            values = {"destination": target.destination, "process": process}
            raise FreezeError(msg("destination.locked", **values)) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def require_address(target: BuildTarget, settings: Settings) -> None:
    """Refuse to publish pages whose links would not lead to the public website.

    :raises FreezeError: if the configured address does not use HTTPS, or is local to one machine.
    """
    if target.is_release and not (settings.is_https and settings.is_for_others):
        values = {"destination": target.destination, "base_url": settings.base_url}
        raise FreezeError(msg("destination.other-address", **values))


def _name(time: datetime.datetime) -> str:
    return f"{time:%Y%m%dT%H%M%S.%f}"
