"""Where a build goes live: a folder that is replaced as a whole, or a link to the newest release.

    build                      a folder; or, from the first release on, a link:
    build -> build.releases/20261124T211503.123456
    build.releases/            the last five releases, which share the files that are alike
    .build.freezing/           what the next build may use; may be deleted while no build runs

Either way the switch is one step of the file system, so nobody ever sees half a site.
"""

import contextlib
import datetime
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from website.build import dirsync
from website.config import Settings
from website.exceptions import FreezeError
from website.infra import locks

KEPT = 5
"""Releases, the live one among them."""

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}")
"""What :func:`_name` writes."""


@dataclass(frozen=True)
class BuildTarget:
    """A destination, and the folder beside it in which builds are made."""

    destination: Path
    is_release: bool
    """Whether what goes live here is for visitors, and so worth all the effort."""

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
        """The folder that is live, which a link may name; it need not be there yet."""
        return self.destination.resolve() if self.is_release else self.destination

    @property
    def is_set_up(self) -> bool:
        """Whether a build that changes nothing can leave everything as it is."""
        return self.destination.is_symlink() or not self.is_release

    @property
    def releases(self) -> Path:
        """The folder of the releases."""
        return self.destination.with_name(f"{self.destination.name}.releases")

    def go_live(self) -> None:
        """Replace the current folder by the spare one, atomically."""
        # Servers that remember what a folder holds look at its time.
        os.utime(self.spare)
        if self.is_release:
            self._release()
        elif self.destination.exists():
            dirsync.exchange(self.spare, self.destination)
        else:
            self.spare.rename(self.destination)

    def roll_back(self) -> Path:
        """Switch to the release before the live one.

        :returns: its folder.
        :raises FreezeError: if there is none.
        """
        earlier = [release for release in self._releases() if release.name < self.current.name]
        if not self.is_set_up or not earlier:
            raise FreezeError(f"Vor {self.current} gibt es keine Veröffentlichung mehr.")
        self._switch(earlier[-1])
        return earlier[-1]

    def _release(self) -> None:
        """Make the spare folder a release, switch the link, and drop the oldest."""
        self.releases.mkdir(exist_ok=True)
        release = self.releases / _name(datetime.datetime.now(datetime.UTC))
        self.spare.rename(release)
        self._switch(release)
        others = [found for found in self._releases() if found != self.current]
        for old in others[: -(KEPT - 1)]:
            if self.spare.exists():
                dirsync.remove(old)
            else:
                old.rename(self.spare)

    def _switch(self, release: Path) -> None:
        link = self.work_folder / "link"
        if link.is_symlink():
            link.unlink()
        link.symlink_to(release.relative_to(self.destination.parent))
        if self.is_set_up or not self.destination.exists():
            # Read from the work folder it would lead astray; in its place it leads to the release.
            link.replace(self.destination)
            return
        time = datetime.datetime.fromtimestamp(self.destination.stat().st_mtime, datetime.UTC)
        dirsync.exchange(link, self.destination)
        link.rename(self.releases / _name(time))

    def _releases(self) -> list[Path]:
        """Return our own; what others have put beside them stays."""
        found = self.releases.iterdir() if self.releases.exists() else ()
        return sorted(path for path in found if _NAME.fullmatch(path.name))


def target_of(destination: Path, *, release: bool) -> BuildTarget:
    """Return how builds go live at a destination: once there are releases, all are releases.

    :raises FreezeError: if it is a link that somebody else has made, or has nothing beside it.
    """
    if not destination.name:
        raise FreezeError(f"{destination} ist kein Ordner für Seiten. Nennen Sie einen darunter.")
    is_link = destination.is_symlink()
    target = BuildTarget(destination, is_release=release or is_link)
    if is_link and destination.resolve().parent != target.releases.resolve():
        raise FreezeError(
            f"{destination} ist ein Verweis auf {destination.resolve()}, den freeze.py nicht "
            "angelegt hat. Nennen Sie mit --output den Ordner selbst."
        )
    return target


@contextlib.contextmanager
def locked(target: BuildTarget) -> Iterator[None]:
    """Lock a target for one build at a time, until the block or this process ends.

    :raises FreezeError: if another build holds it.
    """
    target.work_folder.mkdir(parents=True, exist_ok=True)
    lock = target.work_folder / "lock"
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(locks.held(lock))
        except locks.LockedElsewhere as error:
            raise FreezeError(
                f"Für {target.destination} läuft schon ein Build "
                f"(Prozess {lock.read_text('utf-8') or 'unbekannt'}). Warten Sie, bis er fertig "
                "ist, und starten Sie dann neu."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def require_address(target: BuildTarget, settings: Settings) -> None:
    """Refuse to publish pages whose links lead to another machine than the website's.

    :raises FreezeError: if the address is not one of HTTPS, or leads to the reader's own machine.
    """
    if target.is_release and not (settings.is_https and settings.is_for_others):
        raise FreezeError(
            f"{target.destination} wird veröffentlicht, aber die Adresse der Website ist "
            f"{settings.base_url}: Alle Links führten dorthin. Nennen Sie die öffentliche mit "
            "WEBSITE_BASE_URL oder --base-url https://… Zum Ausprobieren auf diesem Rechner nehmen "
            "Sie mit --output einen anderen Ordner."
        )


def _name(time: datetime.datetime) -> str:
    return f"{time:%Y%m%dT%H%M%S.%f}"
