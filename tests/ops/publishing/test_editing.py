"""From what an editor types to the live page, byte for byte."""

from __future__ import annotations

import datetime

import pytest

from support.publishing import EVA, FIRST, GOOD, OTHER, SECOND, PublishedSite
from website.editorial import front_matter_edits, line_edits, publications
from website.editorial.audit_trail import AuditTrail
from website.editorial.merge import merge
from website.editorial.models import WorkingCopy
from website.editorial.publications import Publication
from website.editorial.repository import Message
from website.editorial.workflow import Actor, CopyState, Step
from website.editorial.working_copies import WorkingCopies
from website.infra.database import Database

ANNA, BERND = 1, 2


class Editors:
    """Anna writes the first article of a site, Bernd approves and publishes it."""

    def __init__(self, site: PublishedSite, database: Database) -> None:
        self.site = site
        self.copies, self.trail = WorkingCopies(database), AuditTrail(database)
        self.begun = site.main

    @property
    def official(self) -> bytes:
        data = self.site.workspace.repository.read(self.begun, FIRST)
        assert data is not None
        return data

    def write(self, text: str, seen: int = 0) -> WorkingCopy:
        """Post a text as a browser does."""
        base = self.copies.at(FIRST, seen) if seen else self.official
        assert base
        copy = self.copies.save(
            FIRST,
            seen,
            line_edits.apply(base, text.replace("\n", "\r\n")),
            Actor(ANNA, self.site.now),
            official=self.official,
            commit=self.begun,
        )
        assert copy
        return copy

    def schedule(self, copy: WorkingCopy, due_at: datetime.datetime) -> int:
        """Have a copy published later, and return the number of the publication."""
        copies, now = self.copies, self.site.now
        copies.take(Step.SUBMIT, FIRST, copy.version, Actor(ANNA, now))
        copy = copies.approve(FIRST, copy.version, Actor(BERND, now, is_chief=True))
        later = self._new(copy, due_at)
        copies.publish(FIRST, copy.version, Actor(BERND, now, is_chief=True), later)
        return later.id

    def publish(self, copy: WorkingCopy) -> str:
        """Take a copy through review to its publication, and return how that ended."""
        copies, now = self.copies, self.site.now
        if copy.state is CopyState.DRAFT:
            copies.take(Step.SUBMIT, FIRST, copy.version, Actor(ANNA, now))
            copy = copies.approve(
                FIRST, copy.version, Actor(BERND, now, is_chief=True), reviewer="Bernd Berg"
            )
        copies.publish(FIRST, copy.version, Actor(BERND, now, is_chief=True), self._new(copy))
        [done] = self.site.run()
        return done.state

    def _new(self, copy: WorkingCopy, due_at: datetime.datetime | None = None) -> Publication:
        changes, message, now = {FIRST: copy.data}, Message("Verbessert"), self.site.now
        return self.site.requests.of_changes(changes, copy.commit, EVA, message, now, due_at=due_at)


@pytest.fixture
def editors(site: PublishedSite, database: Database) -> Editors:
    return Editors(site, database)


def test_what_was_typed_and_approved_is_live_and_nothing_else_has_changed(editors: Editors) -> None:
    copy = editors.write(GOOD.replace("Ein Absatz.", "Ein besserer Absatz."))
    assert editors.publish(copy) == "done"
    assert "Ein besserer Absatz." in editors.site.page()
    wanted = front_matter_edits.set_value(GOOD.encode(), "reviewed_by", "Bernd Berg").decode()
    assert editors.site.official(FIRST) == wanted.replace("Ein Absatz.", "Ein besserer Absatz.")
    assert editors.copies.get(FIRST) is None


def test_a_refused_publication_leaves_the_copy_approved(editors: Editors) -> None:
    copy = editors.write(GOOD.replace("Ein Absatz.", "[Link](fehlt.md)"))
    assert editors.publish(copy) == "refused"
    kept = editors.copies.get(FIRST)
    assert kept
    assert (kept.state, kept.publication) == (CopyState.APPROVED, None)


def test_a_conflict_with_a_developer_is_settled_with_both_versions_and_the_base(
    editors: Editors,
) -> None:
    copy = editors.write(GOOD.replace("Ein Absatz.", "Annas Absatz."))
    editors.site.publish(FIRST, GOOD.replace("Ein Absatz.", "Ein Absatz aus git."))
    assert editors.publish(copy) == "conflict"
    kept, editors.begun = editors.copies.get(FIRST), editors.site.main
    assert kept
    [conflict] = merge(kept.data, kept.official or b"", editors.official).conflicts
    assert b"Annas Absatz." in conflict.mine
    assert b"Ein Absatz aus git." in conflict.theirs
    settled = kept.data.replace(b"Annas Absatz.", b"Annas Absatz, auch aus git.")
    copy = editors.copies.rebase(
        FIRST,
        kept.version,
        settled,
        Actor(ANNA, editors.site.now),
        official=editors.official,
        commit=editors.begun,
    )
    assert copy.state is CopyState.DRAFT
    assert editors.publish(copy) == "done"
    assert "Annas Absatz, auch aus git." in editors.site.page()


def test_a_scheduled_text_goes_live_when_clocks_in_germany_show_its_time(
    editors: Editors,
) -> None:
    copy = editors.write(GOOD.replace("Ein Absatz.", "Ein Absatz im Frühling."))
    day, now = datetime.date(2027, 3, 28), editors.site.now
    due_at = publications.due_moment(day, datetime.time(8), now)
    editors.schedule(copy, due_at)
    minute = datetime.timedelta(minutes=1)
    for moment in (now, datetime.datetime(2027, 3, 28, 6, tzinfo=datetime.UTC) - minute):
        editors.site.now = moment
        assert editors.site.run() == []
    assert editors.copies.all()[0].state is CopyState.SCHEDULED
    editors.site.now += minute
    [done] = editors.site.run()
    assert done.state == "done"
    assert "Ein Absatz im Frühling." in editors.site.page()
    assert editors.copies.all() == []
    assert editors.trail.of(FIRST)[0].action == "live"


def test_a_scheduled_text_that_can_no_longer_be_published_is_noticed_before(
    editors: Editors,
) -> None:
    site = editors.site
    copy = editors.write(GOOD.replace("Ein Absatz.", "[Link](zweiter.md)"))
    due_at = site.now + datetime.timedelta(days=1)
    number = editors.schedule(copy, due_at)
    assert site.run() == []
    publications = site.publisher.publications
    assert publications.get(number).error == ""
    assert site.publish(SECOND, None).state == "done"
    warned = publications.get(number)
    assert warned.state == "waiting"
    assert warned.error.startswith("Die Prüfung hat 1 Fehler gefunden.\ncontent/artikel/erster.md:")
    for _ in range(2):
        site.run()
        [event] = [e for e in editors.trail.of(FIRST) if e.action == "endangered"]
        assert (event.detail, event.concerned) == (warned.error, [ANNA, BERND])
    site.publish(SECOND, OTHER)
    assert publications.get(number).error == ""
    site.publish(SECOND, None)
    site.now = due_at
    [done] = site.run()
    assert done.state == "refused"
    assert editors.copies.all()[0].state is CopyState.APPROVED
