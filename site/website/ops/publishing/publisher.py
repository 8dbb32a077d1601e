"""The publisher: runs requested publications one after another.

Each merges its commit into main in memory, checks and builds the merged content beside the live
pages, then advances main, and switches the pages atomically. A failure before that leaves main and
site unchanged. If the process is killed, the next run resumes from the state in the database row.
"""

import datetime
import json
import logging
import socket
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask

from website.build import builder, freezer, targets
from website.build.pipeline import Gate
from website.checking import errors as errors_of
from website.config import Settings
from website.content import published
from website.content.library import Library
from website.content.loading import Before, load
from website.content.problems import Problem
from website.editorial.audit_trail import PUSH_REFUSED, AuditTrail
from website.editorial.publication_outcomes import PublicationOutcomes
from website.editorial.publication_requests import source_ref
from website.editorial.publications import (
    Publication,
    PublicationKind,
    Publications,
    PublicationState,
)
from website.editorial.repository import COMMITTER, Message, Person, Repository
from website.editorial.workflow import Actor
from website.editorial.workspace import LIVE, Workspace, export
from website.exceptions import (
    ContentError,
    FreezeError,
    MainMoved,
    MergeConflict,
    RepositoryError,
    StorageError,
    WebsiteError,
)
from website.infra import clock as clocks
from website.infra import system_errors
from website.infra.database import Database
from website.ops.publishing import publication_checks
from website.ops.publishing.publication_checks import Strictness

log = logging.getLogger(__name__)

MERGE, READ, CHECK, BUILD = "merge", "read", "check", "build"
COMMIT, SWITCH, VERIFY, PUSH = "commit", "switch", "verify", "push"
"""The steps of a publication."""

MakeApp = Callable[[Settings, Before | None], Flask]
"""Creates the application of the public pages."""

TRIES = 3
"""Attempts per publication if main moves meanwhile."""

_SHOWN = 5
"""Maximum number of errors named in a message."""

_AS_IT_WAS = "Die Website bleibt, wie sie war."
_ASK_OPERATORS = "Versuchen Sie es in ein paar Minuten noch einmal, sonst fragen Sie die Technik."
_WEBSITE = Person(*COMMITTER)
_MERGED_AS_COMMITS = {PublicationKind.PUSH, PublicationKind.CHECKOUT}


class NotThisMachine(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Another machine or another repository has the right to publish."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What to publish, and where."""

    settings: Settings
    workspace: Workspace
    build: Path
    """The folder of the pages, or the symbolic link to the live release."""
    make_app: MakeApp
    release: bool = False
    """Whether to switch from a plain folder to releases."""
    jobs: int = 1
    """Number of build processes."""
    live_url: str = ""
    """URL of the live pages, if not that of the settings; ``-`` if they are not served."""


@dataclass
class _Attempt:
    """One attempt to run a publication."""

    old: str
    """The head of main."""
    tree: str
    """Tree of the merged content."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """Files that differ from main, and their names in main, relative to the content folder."""
    result: str = ""
    """The new head of main."""
    is_official: bool = False
    """Whether main is up to date."""
    library: Library | None = None
    found: list[Problem] = field(default_factory=list)


class Steps:
    """The steps of a running publication, recorded in its row."""

    def __init__(self, publications: Publications, number: int) -> None:
        self._publications = publications
        self._number = number
        self._rows: list[dict[str, Any]] = []
        self._began = 0.0

    def begin(self, name: str) -> None:
        """Begin a step, and end the previous one."""
        self.end()
        self._rows.append({"name": name, "seconds": None, "note": ""})
        self._began = time.perf_counter()
        self._publications.record(self._number, steps=list(self._rows))

    def note(self, text: str) -> None:
        """Add a German remark to the current step."""
        self._rows[-1]["note"] = text

    def end(self) -> list[dict[str, Any]]:
        """End the current step, and return all steps."""
        if self._rows and self._rows[-1]["seconds"] is None:
            self._rows[-1]["seconds"] = round(time.perf_counter() - self._began, 3)
        return list(self._rows)


class Publisher:
    """Runs the publications of one site."""

    def __init__(self, site: Site, database: Database, *, clock: clocks.Clock = clocks.now) -> None:
        self.site = site
        self.publications = Publications(database)
        self._outcomes = PublicationOutcomes(database)
        self._trail = AuditTrail(database)
        self._clock = clock
        self._rehearsed: dict[int, tuple[str, datetime.date]] = {}
        """The main and day with which each scheduled publication was last tried."""

    @property
    def _repository(self) -> Repository:
        return self.site.workspace.repository

    def run_due(self, *, machine: str = "") -> list[Publication]:
        """Run all due publications, and return them with their results.

        :raises NotThisMachine: if another one publishes.
        :raises LockedElsewhere: if another process of this machine does.
        :raises StorageError: if the database cannot be used.
        """
        done = []
        with self.site.workspace.locked():
            self.claim(machine=machine)
            self._settle()
            while publication := self.publications.next(self._clock()):
                done.append(self._run(publication))
                self._settle()
                self.claim(machine=machine)
            self._rehearse()
        return done

    def _settle(self) -> None:
        """Update working copies of ended publications, including those of killed processes."""
        self._outcomes.settle(self.publications, self._repository, self._clock())

    def _rehearse(self) -> None:
        """Try scheduled publications in advance, so that problems are known before they are due.

        Each is retried when main or the day has changed; due publications take precedence.
        """
        for publication in self.publications.waiting():
            now, main = self._clock(), self._repository.main
            if self._rehearsed.get(publication.id) == (main, clocks.german_day(now)):
                continue
            if self.publications.next(now):
                return
            self._rehearsed[publication.id] = main, clocks.german_day(now)
            error, advice = self._obstacle(publication)
            if self.publications.warn(publication.id, error, advice) and error:
                self._outcomes.endangered(publication.id, error, now)

    def _obstacle(self, publication: Publication) -> tuple[str, str]:
        """Return why a publication would be refused when due, and advice; both in German."""
        site, repository = self.site, self._repository
        day = clocks.german_day(publication.due_at)
        try:
            attempt = self._merged(publication)
            export(repository, attempt.tree, site.workspace.candidate)
            library = load(site.workspace.candidate, today=day, root=site.settings.site_root)
            strictness = _strictness(
                publication, targets.target_of(site.build, release=site.release)
            )
            publication_checks.check(library, strictness, attempt.changed, self._errors_of_main)
        except (MergeConflict, ContentError) as error:
            _, reason, advice = _refusal(error)
            problems = error.problems[:_SHOWN] if isinstance(error, ContentError) else ()
            return "\n".join([reason, *map(str, problems)]), advice
        except (OSError, RepositoryError):
            log.exception("A scheduled publication could not be tried")
        return "", ""

    def claim(self, *, machine: str = "") -> None:
        """Take or renew the right to publish.

        :raises NotThisMachine: if another machine has it.
        """
        ours = self._repository.id
        other = self.publications.claim(ours, machine or machine_name(), self._clock())
        if other and other.repository != ours:
            raise NotThisMachine(
                f"The official content is in another repository, on {other.machine}. Fetch it from "
                "there, or make this one official: 'content take-over'."
            )
        if other:
            raise NotThisMachine(f"{other.machine} publishes. One machine alone may.")
        holder, last = self.publications.holder(), self.publications.last_live()
        if holder and last and last.id > holder.since and not self._holds(last.result):
            raise NotThisMachine(
                f"The repository lacks publication {last.id}. Fetch it from the machine that "
                "published it, or go on without it: 'content take-over'."
            )

    def _holds(self, commit: str) -> bool:
        repository = self._repository
        return not commit or bool(
            repository.find(commit) and repository.contains(repository.main, commit)
        )

    def _run(self, publication: Publication) -> Publication:
        number = publication.id
        self.publications.start(number, self._clock())
        going = Steps(self.publications, number)
        try:
            unconfirmed = self._publish(publication, going)
        except Exception as error:  # noqa: BLE001 - nobody else would note how it ended
            self._failed(publication, going, error)
        else:
            state = PublicationState.UNCONFIRMED if unconfirmed else PublicationState.DONE
            values = {"error": unconfirmed, "steps": going.end()}
            self.publications.finish(number, state, self._clock(), **values)
            if publication.source:
                self._repository.delete_ref(source_ref(publication.source))
        ended = self.publications.get(number)
        log.info("Publication %s: %s %s", number, ended.state, ended.detail)
        return ended

    def _publish(self, publication: Publication, going: Steps) -> str:
        for is_last in (False,) * (TRIES - 1) + (True,):
            going.begin(MERGE)
            attempt = self._merged(publication)
            try:
                self._build(publication, attempt, going)
            except MainMoved:
                if is_last:
                    raise
            else:
                break
        try:
            return self._after(attempt, going)
        except (OSError, RepositoryError) as error:
            log.exception("The pages are live, but not all that follows them")
            return f"Die Seiten sind live, aber danach ging etwas schief: {error}"

    def _merged(self, publication: Publication) -> _Attempt:
        """Merge a publication into main in memory.

        :raises MergeConflict: if both changed the same lines.
        """
        repository, source = self._repository, publication.source
        old = repository.main
        self.publications.record(publication.id, base=old)
        if not source or repository.contains(old, publication.result or source):
            return _Attempt(old, repository.tree(old), result=old)
        if repository.contains(source, old):
            tree = repository.tree(source)
        else:
            merged = repository.merge(old, source)
            if merged.conflicts:
                raise MergeConflict(merged.conflicts)
            tree = merged.tree
        changes = repository.changes(old, tree)
        gone = {each.former: each.former for each in changes if each.former}
        return _Attempt(old, tree, gone | {each.path: each.former or each.path for each in changes})

    def _build(self, publication: Publication, attempt: _Attempt, going: Steps) -> None:
        """Check and build the merged content, advance main, and switch the pages."""
        going.begin(READ)
        site, repository = self.site, self._repository
        export(repository, attempt.tree, site.workspace.candidate)
        settings = replace(site.settings, content_dir=site.workspace.candidate)
        target = targets.target_of(site.build, release=site.release)
        strictness = _strictness(publication, target)

        def check(library: Library) -> None:
            going.begin(CHECK)
            attempt.library = library
            attempt.found = publication_checks.check(
                library, strictness, attempt.changed, self._errors_of_main
            )
            if target.is_release:
                attempt.tree = self._with_addresses(library, attempt.tree)
            going.begin(BUILD)

        def commit() -> None:
            going.begin(COMMIT)
            self._commit(publication, attempt)
            attempt.is_official = True
            going.begin(SWITCH)

        before = _identity(site.build)
        try:
            builder.build(
                target,
                settings,
                lambda kept: site.make_app(settings, kept),
                lambda *_: None,
                jobs=site.jobs,
                gate=Gate(check, commit),
            )
            if not attempt.is_official:
                commit()  # no page differs, but main does
        except BaseException as error:
            if attempt.result in {"", attempt.old}:
                raise
            if _identity(site.build) == before or not isinstance(error, Exception):
                repository.advance(attempt.old, attempt.result)
                raise
            log.exception("The pages are live, but the next build must begin from nothing")

    def _commit(self, publication: Publication, attempt: _Attempt) -> None:
        """Advance main.

        :raises MainMoved: if somebody else did.
        """
        repository = self._repository
        if attempt.result == attempt.old and attempt.tree == repository.tree(attempt.old):
            return
        new = self._new_commit(publication, attempt)
        self.publications.record(publication.id, result=new)
        repository.advance(new, attempt.old)
        attempt.result = new

    def _new_commit(self, publication: Publication, attempt: _Attempt) -> str:
        repository, source, old = self._repository, publication.source, attempt.old
        if not source or attempt.result == old:
            message = Message("Veröffentlichte Adressen vermerkt")
            return repository.commit_tree(attempt.tree, [old], _WEBSITE, message)
        made = repository.version(source)
        message = Message(
            publication.subject or made.subject,
            repository.body(source),
            (*made.trailers, ("Publication", str(publication.id))),
        )
        if publication.kind not in _MERGED_AS_COMMITS:
            return repository.commit_tree(attempt.tree, [old], made.author, message)
        if repository.contains(source, old) and attempt.tree == repository.tree(source):
            return source
        return repository.commit_tree(attempt.tree, [old, source], made.author, message)

    def _with_addresses(self, library: Library, tree: str) -> str:
        """Return a tree with newly published addresses and form keys recorded in its lists."""
        published.record(library.folder, library.promised, library.questionnaire.keys)
        changes: dict[str, bytes | None] = {}
        for name in (published.NAME, published.FORM_KEYS):
            file = library.folder / name
            if file.exists() and (data := file.read_bytes()) != self._repository.read(tree, name):
                changes[name] = data
        return self._repository.changed_tree(tree, changes) if changes else tree

    def _errors_of_main(self) -> Collection[str]:
        """Return the keys of the errors in the official content."""
        repository, content = self._repository, self.site.workspace.content
        tree, day = repository.content_tree(repository.main), clocks.today()
        file = self.site.workspace.known_errors
        known = publication_checks.read_errors(file, tree, day)
        if known is None:
            export(repository, repository.main, content)
            library = load(content, today=day, root=self.site.settings.site_root)
            known = [publication_checks.key(problem) for problem in errors_of(library, ())]
            publication_checks.keep_errors(file, tree, day, known)
        return known

    def _after(self, attempt: _Attempt, going: Steps) -> str:
        """Export, verify and push after the switch; return why it is unconfirmed, if so."""
        repository, workspace = self._repository, self.site.workspace
        repository.set_ref(LIVE, attempt.result)
        export(repository, attempt.result, workspace.content)
        if attempt.library:
            tree, day = repository.content_tree(attempt.result), attempt.library.today
            errors = [publication_checks.key(problem) for problem in attempt.found]
            publication_checks.keep_errors(workspace.known_errors, tree, day, errors)
        going.begin(VERIFY)
        unconfirmed = self._unconfirmed(attempt)
        going.note(unconfirmed)
        if remote := self.site.settings.content_remote:
            going.begin(PUSH)
            try:
                repository.push(remote)
            except RepositoryError as error:
                log.warning("Not pushed yet: %s", error)
                going.note("Noch nicht gesendet; es wird jede Minute wieder versucht.")
        return unconfirmed

    def _unconfirmed(self, attempt: _Attempt) -> str:
        site = self.site
        if site.live_url == "-":
            return ""
        root = site.settings.site_root
        changed = [
            item.address
            for edition in (attempt.library.every_edition if attempt.library else ())
            for item in edition.addressed_items
            if item.text.content_file in attempt.changed
        ]
        pages = [(at, freezer.path_of(at.removeprefix(root))) for at in (changed or [root])]
        url = site.live_url or site.settings.base_url
        return publication_checks.differences(url, site.build, pages[: publication_checks.MOST])

    def _failed(self, publication: Publication, going: Steps, error: Exception) -> None:
        """Record why a publication has failed.

        :raises StorageError: if that cannot be stored; the publication is run again later.
        """
        values: dict[str, Any] = {"steps": going.end(), "detail": str(error)}
        state = PublicationState.FAILED
        values |= {"error": f"Es ist nichts veröffentlicht. {_AS_IT_WAS}", "advice": _ASK_OPERATORS}
        match error:
            case StorageError():
                raise error
            case MergeConflict() | ContentError():
                state, reason, values["advice"] = _refusal(error)
                values["error"] = f"{reason} {_AS_IT_WAS}"
                if isinstance(error, ContentError):
                    values["reasons"] = self._reasons(publication, error)
            case FreezeError():
                values["error"] = f"Eine Seite ließ sich nicht erzeugen: {error} {_AS_IT_WAS}"
            case OSError():
                values["detail"] = system_errors.told(error, self.site.build)
            case WebsiteError():
                pass
            case _:
                log.error("Publication %s failed", publication.id, exc_info=error)
                values["detail"] = f"Unexpected {type(error).__name__}; the log has the place."
        values = _storable(values)
        self.publications.finish(publication.id, state, self._clock(), **values)
        if publication.kind == PublicationKind.PUSH and isinstance(
            error, MergeConflict | ContentError
        ):
            self._report_push(error, values.get("reasons", ()))

    def _report_push(
        self, error: MergeConflict | ContentError, reasons: Sequence[dict[str, Any]]
    ) -> None:
        """Record in the audit trail, for the chief editors, why a push was refused."""
        content = f"{self.site.workspace.candidate.name}/"
        lines = [
            f"{each['path']}, Zeile {each['line']}"
            + (f", zuletzt geändert von {each['author']}" if each["author"] else "")
            + f": {each['message']}"
            for each in reasons[:_SHOWN]
        ]
        files = error.files if isinstance(error, MergeConflict) else [r["path"] for r in reasons]
        file = next(iter(files), "").removeprefix(content)
        file, detail = _storable((file, "\n".join(lines) or f"{error}."))
        self._trail.record(file, PUSH_REFUSED, Actor(0, self._clock()), detail=detail)

    def _reasons(self, publication: Publication, error: ContentError) -> list[dict[str, Any]]:
        """Return errors as dicts; those in commits of developers with the author of the line."""
        reasons = []
        for problem in error.problems:
            author = ""
            if publication.source and publication.kind in _MERGED_AS_COMMITS:
                name = problem.path.removeprefix(f"{self.site.workspace.candidate.name}/")
                found = self._repository.blame(publication.source, name, problem.line)
                author = found.author.name if found else ""
            where = {"path": problem.path, "line": problem.line}
            reasons.append({**where, "message": problem.message, "author": author})
        return reasons


def _refusal(error: MergeConflict | ContentError) -> tuple[PublicationState, str, str]:
    """Return state, reason and advice for an error that editors can resolve."""
    if isinstance(error, MergeConflict):
        advice = "Vergleichen Sie beide Fassungen, und übernehmen Sie, was gelten soll."
        return PublicationState.CONFLICT, f"{error}.", advice
    count = "1 Fehler" if len(error.problems) == 1 else f"{len(error.problems)} Fehler"
    advice = "Beheben Sie sie, und veröffentlichen Sie dann noch einmal."
    return PublicationState.REFUSED, f"Die Prüfung hat {count} gefunden.", advice


def machine_name() -> str:
    """Return the name that identifies this machine."""
    return socket.gethostname() or "localhost"


def _identity(build: Path) -> int:
    """Return the identity of the live folder; 0 if there is none."""
    return build.stat().st_ino if build.exists() else 0


def _storable(values: Any) -> Any:  # noqa: ANN401 - of any shape that JSON has
    """Return values without what is no text in names of files, which no database stores."""
    return json.loads(json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"))


def _strictness(publication: Publication, target: targets.BuildTarget) -> Strictness:
    if target.is_release and not target.is_set_up:
        return Strictness.EVERYTHING
    if not target.current.exists() or publication.kind == PublicationKind.REFRESH:
        return Strictness.PAGES
    if publication.kind == PublicationKind.ROLLBACK:
        return Strictness.DAMAGE
    if publication.kind == PublicationKind.CHECKOUT and not target.is_release:
        return Strictness.PAGES
    return Strictness.CHANGES
