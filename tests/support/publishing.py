"""A small site with a content repository, whose publications tests run."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import insert, select

from support.content import ARTICLE, Content
from support.leads import NOON
from support.sqlite import NAME, migrated
from website.build import builder, targets
from website.cli.publishing_process import make_app
from website.config import Settings
from website.editorial.publication_requests import PublicationRequests
from website.editorial.publications import Publication, PublisherLease
from website.editorial.repository import Message, Person
from website.editorial.workspace import Workspace
from website.infra.database import Database, connect
from website.ops.publishing.publisher import Publisher, Site, Steps

EVA, TIM = Person("Eva Muster", "eva@example.org"), Person("Tim Technik", "tim@example.org")
FIRST, SECOND = "artikel/erster.md", "artikel/zweiter.md"
_ARTICLE = ARTICLE.replace("status:", "ai: none\nstatus:")
GOOD = _ARTICLE.replace("Ein Titel", "Erster Titel")
OTHER = _ARTICLE.replace("Ein Titel", "Zweiter Titel").replace("Eine B", "Eine andere B")


class PublishedSite:
    """A content folder, its repository, and the pages."""

    def __init__(self, folder: Path, database: Database, *, release: bool = False) -> None:
        self.folder, self.database, self.release = folder, database, release
        self.content = Content(folder / "checkout" / "content")
        self.content.write(FIRST, GOOD)
        self.content.write(SECOND, OTHER)
        self._set_up()
        self.build.parent.mkdir()

    @classmethod
    def again(cls, folder: Path, database: Database, *, release: bool) -> PublishedSite:
        """Return the site as another process finds it."""
        site = object.__new__(cls)
        site.folder, site.database, site.release = folder, database, release
        site._set_up()
        return site

    def _set_up(self) -> None:
        folder = self.folder
        self.settings = Settings(
            base_url="https://www.example.org",
            content_dir=folder / "checkout" / "content",
            instance_dir=folder / "instance",
        )
        self.workspace = Workspace.of(self.settings)
        self.build = folder / "site" / "build"
        self.now = NOON
        self.live_url = "-"

    def open(self) -> None:
        """Make the repository, and bring it live for the first time."""
        self.workspace.open()
        self.requests.refresh("Tim", self.now)
        [first] = self.run()
        assert first.state == "done", first.detail

    def release_by_hand(self) -> None:
        """Make the first release, whatever the texts lack that a real one needs."""
        target = targets.target_of(self.build, release=True)
        builder.build(
            target, self.settings, lambda kept: make_app(self.settings, kept), lambda *_: None
        )

    @property
    def publisher(self) -> Publisher:
        """A publisher as another process would have it."""
        site = Site(
            settings=self.settings,
            workspace=self.workspace,
            build=self.build,
            make_app=make_app,
            release=self.release,
            live_url=self.live_url,
        )
        return Publisher(site, self.database, clock=self.clock)

    @property
    def requests(self) -> PublicationRequests:
        """What asks for publications."""
        return PublicationRequests(self.workspace, self.publisher.publications)

    def clock(self) -> datetime.datetime:
        """Return the moment it is."""
        return self.now

    def run(self) -> Sequence[Publication]:
        """Run all that is due."""
        return self.publisher.run_due()

    def publish(
        self, path: str, text: str | None, *, base: str = "", subject: str = "Ändern"
    ) -> Publication:
        """Publish one file, and return how that ended."""
        data = None if text is None else text.encode()
        number = self.request({path: data}, base=base, subject=subject)
        self.run()
        return self.publisher.publications.get(number)

    def request(
        self,
        changes: Mapping[str, bytes | None],
        *,
        base: str = "",
        subject: str = "Neu",
        now: datetime.datetime | None = None,
    ) -> int:
        """Request a publication, and return its number."""
        message, now = Message(subject), now or self.now
        new = self.requests.of_changes(changes, base or self.main, EVA, message, now)
        return self.publisher.publications.request(new)

    @property
    def main(self) -> str:
        """The head of main."""
        return self.workspace.repository.main

    def official(self, path: str) -> str | None:
        """Return a file as it is official."""
        data = self.workspace.repository.read(self.main, path)
        return None if data is None else data.decode()

    def page(self, name: str = "erster") -> str:
        """Return an article as visitors get it; nothing if there is none."""
        file = self.build / "artikel" / name / "index.html"
        return file.read_text("utf-8") if file.exists() else ""

    def clone(self) -> Path:
        """Return a developer's copy of the repository."""
        work = self.folder / "work"
        git("clone", "--quiet", str(self.workspace.repository.folder), str(work))
        return work


class PublishedSites:
    """Copies of sites that have been published once: one after another, each for one test.

    What a build keeps names files by whole paths, so all copies lie at the same place.
    """

    def __init__(self, folder: Path) -> None:
        self._place = folder / "site"
        self._originals = folder / "originals"

    @contextlib.contextmanager
    def copy(
        self,
        afterwards: Path,
        database: Database | None = None,
        *,
        release: bool = False,
        second: str = OTHER,
    ) -> Iterator[PublishedSite]:
        """Yield a site that is live, as :meth:`PublishedSite.open` leaves it.

        :param afterwards: the folder that it is moved to in the end.
        :param database: a migrated one for its publications; otherwise it has SQLite of its own.
        :param second: its second article.
        """
        original = self._originals / f"{release}-{hash(second)}"
        if not original.exists():
            self._make(original, release=release, second=second)
        shutil.copytree(original, self._place, symlinks=True, copy_function=_link_or_copy)
        with contextlib.closing(self._database()) as own:
            if database:
                _copy_publications(own, database)
            yield PublishedSite.again(self._place, database or own, release=release)
        self._place.rename(afterwards / "site")

    def _make(self, original: Path, *, release: bool, second: str) -> None:
        migrated(self._place / "instance")
        with contextlib.closing(self._database()) as database:
            site = PublishedSite(self._place, database, release=release)
            site.content.write(SECOND, second)
            if release:
                site.release_by_hand()
            site.open()
        self._originals.mkdir(exist_ok=True)
        self._place.rename(original)

    def _database(self) -> Database:
        return connect(f"sqlite:///{self._place / 'instance' / NAME}")


_LINKED = "/site/build/", "/site/build.releases/", "/redaktion/content/", "/redaktion/candidate/"
"""Folders in which nobody changes a file in place, but tells files by their inodes."""


def _link_or_copy(source: str, target: str) -> None:
    if any(folder in source for folder in _LINKED):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _copy_publications(source: Database, target: Database) -> None:
    for model in (PublisherLease, Publication):
        table = model.__table__
        with source.engine.connect() as reading:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
        for row in rows:
            row.pop("id", None)  # a sequence of PostgreSQL goes on only from what it gave itself
        with target.engine.begin() as writing:
            writing.execute(insert(table), rows)


def git(*words: str) -> str:
    """Run git as a developer does."""
    who = ["-c", "user.name=Tim Technik", "-c", "user.email=tim@example.org"]
    done = subprocess.run(["git", *who, *words], check=True, capture_output=True, text=True)
    return done.stdout


def push(work: Path, target: str = "HEAD:technik", subject: str = "Änderung") -> None:
    """Commit everything in a developer's copy, and push it."""
    git("-C", str(work), "add", "--all")
    git("-C", str(work), "commit", "--quiet", "--allow-empty", "-m", subject)
    git("-C", str(work), "push", "--quiet", "origin", target)


def die(*_: object, **__: object) -> None:
    """Kill this process at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(step: str) -> None:
    """Have this process killed as soon as a publication has begun a step."""
    real = Steps.begin

    def begin(self: Steps, name: str) -> None:
        real(self, name)
        if name == step:
            die()

    Steps.begin = begin  # type: ignore[method-assign]
