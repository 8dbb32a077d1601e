"""Request publications of changes in the repository, and report what is official and live."""

import datetime
from collections.abc import Iterator, Mapping

from website.editorial import msg
from website.editorial.publications import (
    Publication,
    PublicationKind,
    Publications,
    PublicationState,
)
from website.editorial.repository import INCOMING, REMOTE, Message, Person, Repository
from website.editorial.workspace import LIVE, Workspace
from website.exceptions import RepositoryError

REVERTS = "Reverts"
"""Name of the trailer with the reverted commit."""

RETRY = datetime.timedelta(minutes=10)
"""Delay before a push is retried after a technical failure."""

_SEARCHED = 200
"""Number of latest publications to search for one that can be reverted."""


def source_ref(commit: str) -> str:
    """Return the ref that keeps a commit from garbage collection until it is published."""
    return f"refs/website/publications/{commit}"


class EditorialStatus:
    """The state of a workspace: what is official, live, and waiting.

    :param remote: the address of the remote repository; empty without one.
    :raises RepositoryError: if the repository cannot be read.
    :raises StorageError: if the database cannot be used.
    """

    def __init__(self, workspace: Workspace, publications: Publications, remote: str) -> None:
        repository = workspace.repository
        self.main = repository.main
        self.live = repository.find(LIVE)
        """The commit of the live pages; empty before the first publication."""
        self.missing_in_checkout = workspace.missing_in_checkout()
        """Number of publications missing in the checkout."""
        self.unpushed = repository.count_since(repository.find(REMOTE)) if remote else None
        """Number of commits missing in the remote repository; None without one."""
        self.waiting = publications.waiting()
        self.last = publications.last_live()
        """The last publication that went live."""
        self.holder = publications.holder()


class PublicationRequests:
    """Requests publications from one workspace."""

    def __init__(self, workspace: Workspace, publications: Publications) -> None:
        self._workspace = workspace
        self._publications = publications

    @property
    def _repository(self) -> Repository:
        return self._workspace.repository

    def of_changes(
        self,
        changes: Mapping[str, bytes | None],
        base: str,
        author: Person,
        message: Message,
        now: datetime.datetime,
        *,
        due_at: datetime.datetime | None = None,
    ) -> Publication:
        """Commit an editor's changes, with exactly these bytes, and return a publication of them.

        The caller requests it.

        :param changes: files by their paths in the content folder; None for bytes deletes one.
        :param base: the commit that the changes are based on.
        :param due_at: not before this moment.
        :raises RepositoryError: if the changes cannot be written.
        """
        commit = self._repository.commit(changes, base, author, message)
        kind, subject = PublicationKind.PUBLISH, message.subject
        return self._new(kind, commit, author.name, subject, now, due_at)

    def checkout(self, actor: str, now: datetime.datetime) -> int | None:
        """Request the publication of changes in the checkout; return None if there are none."""
        commit = self._workspace.push()
        if not commit:
            return None
        last = self._publications.of_source(commit)
        if last is not None and not last.state.is_over:
            return None
        subject = self._repository.version(commit).subject
        return self._request(PublicationKind.CHECKOUT, commit, actor, subject, now)

    def refresh(self, actor: str, now: datetime.datetime) -> int:
        """Request a rebuild of the same content, on another day or with other code."""
        return self._request(PublicationKind.REFRESH, "", actor, "Seiten neu erzeugen", now)

    def rollback(self, author: Person, now: datetime.datetime, *, number: int | None = None) -> int:
        """Request the reversal of one publication; later ones stay.

        The new commit restores the previous state on top of it; the merge keeps later changes.

        :param number: by default the last one that has not been reverted.
        :raises RepositoryError: if there is none, or nothing of it is left to take back.
        """
        taken_back = self._publications.get(number) if number else self._last()
        if taken_back is None or not taken_back.can_be_taken_back:
            raise RepositoryError(msg("git.none-to-take-back"))
        message = Message(
            f"Zurückgenommen: {taken_back.subject}", trailers=((REVERTS, taken_back.result),)
        )
        before = self._repository.tree(taken_back.base)
        commit = self._repository.commit_tree(before, [taken_back.result], author, message)
        if not self._is_change(commit) or self.reversal_of(taken_back):
            raise RepositoryError(msg("git.taken-back"))
        return self._request(PublicationKind.ROLLBACK, commit, author.name, message.subject, now)

    def _is_change(self, commit: str) -> bool:
        """Return whether merging a commit into main changes it, or conflicts."""
        main = self._repository.main
        merged = self._repository.merge(main, commit)
        return bool(merged.conflicts) or merged.tree != self._repository.tree(main)

    def reversal_of(self, publication: Publication) -> Publication | None:
        """Return the reversal of a publication, requested or live; None if it is in force."""
        for row in self._publications.newest(_SEARCHED):
            is_valid = row.state.is_live or not row.state.is_over
            if row.kind != PublicationKind.ROLLBACK or not is_valid:
                continue
            if self._reverted_by(row.source) == publication.result:
                return None if self.reversal_of(row) else row
        return None

    def _reverted_by(self, commit: str) -> str:
        return dict(self._repository.version(commit).trailers).get(REVERTS, "")

    def incoming(self, remote: str, now: datetime.datetime) -> list[int]:
        """Request the publication of pushes to this or the remote repository.

        A refused commit is tried again once main or the commit has changed.

        :raises RepositoryError: if the remote repository cannot be reached.
        """
        if remote:
            self._repository.fetch(remote)
        pushed = map(self._repository.version, self._pushed(REMOTE if remote else "", now))
        return [
            self._request(PublicationKind.PUSH, one.commit, one.author.name, one.subject, now)
            for one in pushed
        ]

    def _pushed(self, remote: str, now: datetime.datetime) -> Iterator[str]:
        repository, main = self._repository, self._repository.main
        found = (repository.find(ref) for ref in (INCOMING, remote) if ref)
        for commit in dict.fromkeys(filter(None, found)):
            if not repository.contains(main, commit) and not self._is_tried(commit, main, now):
                yield commit

    def _is_tried(self, commit: str, main: str, now: datetime.datetime) -> bool:
        """Return whether another try would have the same result."""
        last = self._publications.of_source(commit)
        if last is None:
            return False
        if last.state == PublicationState.FAILED:
            return last.ended_at is not None and now - last.ended_at < RETRY
        return not last.state.is_over or last.base == main

    def _last(self) -> Publication | None:
        taken_back: set[str] = set()
        for one in self._publications.newest(_SEARCHED):
            if not one.can_be_taken_back or one.result in taken_back:
                continue
            if one.kind == PublicationKind.ROLLBACK:
                taken_back.add(self._reverted_by(one.result))
            else:
                return one
        return None

    def _request(
        self, kind: PublicationKind, commit: str, actor: str, subject: str, now: datetime.datetime
    ) -> int:
        return self._publications.request(self._new(kind, commit, actor, subject, now))

    def _new(
        self,
        kind: PublicationKind,
        commit: str,
        actor: str,
        subject: str,
        now: datetime.datetime,
        due_at: datetime.datetime | None = None,
    ) -> Publication:
        if commit:
            self._repository.set_ref(source_ref(commit), commit)
        return Publication(
            kind=kind, source=commit, actor=actor, subject=subject,
            requested_at=now, due_at=due_at or now,
        )  # fmt: skip
