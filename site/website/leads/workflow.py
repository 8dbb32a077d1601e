"""Changes to leads: status, owner, follow-up, tags, notes, answers, release from quarantine.

Every change adds a line to the audit trail, which names the fields but never their texts.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from website.exceptions import EditConflict
from website.infra import clock as clocks
from website.infra.clock import Clock
from website.infra.database import Database
from website.infra.text import clean, clean_line, counted
from website.leads import deliveries, reference, search, search_vocabulary
from website.leads.models import Event, Lead, LeadStatus, LostReason, Note, Tag
from website.leads.spam import scoring
from website.leads.spam.signals import SIGNALS
from website.questionnaire import GetQuestionnaire

WHOLE = (
    selectinload(Lead.deliveries),
    selectinload(Lead.notes),
    selectinload(Lead.tag_rows),
)
"""Loader options for a lead that is shown or exported in full."""

LONGEST_TAG = 40
MOST_TAGS = 12
LONGEST_NOTE = 5000
SAME_NOTE = datetime.timedelta(minutes=15)
"""During which the same words of the same person are the same note: browsers fill in forms again
when somebody goes back to them."""


@dataclass(frozen=True, kw_only=True)
class LeadWork:
    """The editable fields of a lead, except notes."""

    status: LeadStatus
    lost_reason: LostReason | None = None
    """Only with status lost."""
    owner_id: int | None = None
    follow_up_on: datetime.date | None = None
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, lead: Lead) -> LeadWork:
        """Return the fields of a lead whose tags are loaded."""
        return cls(
            status=lead.status,
            lost_reason=lead.lost_reason,
            owner_id=lead.owner_id,
            follow_up_on=lead.follow_up_on,
            tags=lead.tags,
        )

    def differences(self, other: LeadWork) -> tuple[str, ...]:
        """Return the names of the fields that differ."""
        names = (one.name for one in fields(self))
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))

    def onto(self, stored: LeadWork, seen: LeadWork | None) -> LeadWork:
        """Return the stored fields with the changes made here since they were read."""
        changed = self.differences(seen or stored)
        return replace(stored, **{name: getattr(self, name) for name in changed})

    def clashes(self, stored: LeadWork, seen: LeadWork | None) -> bool:
        """Return whether both have changed the same field to different values."""
        changed = set(self.differences(seen or stored)) & set(self.differences(stored))
        return bool(changed & set(stored.differences(seen)) if seen else changed)


@dataclass(frozen=True, kw_only=True)
class LeadEntry:
    """Changes to one lead that are saved together; defaults change nothing."""

    work: LeadWork | None = None
    version: int = 0
    """Version of the lead as it was shown."""
    seen: LeadWork | None = None
    """The fields as they were shown; unchanged ones cause no conflict."""
    note: str = ""
    answered: bool | None = None
    """Whether the lead is answered; None leaves that as it is. The first time counts."""
    answered_by: int | None = None
    """Account that answered; becomes the owner of a lead without one."""


@dataclass(frozen=True, kw_only=True)
class LeadChange:
    """A change to several leads; defaults change nothing."""

    status: LeadStatus | None = None
    lost_reason: LostReason | None = None
    owner_id: int | None = None
    no_owner: bool = False
    follow_up_on: datetime.date | None = None
    tag: str = ""

    def applied_to(self, work: LeadWork) -> LeadWork:
        """Return the fields of a lead after this change."""
        status = self.status or work.status
        is_kept = self.status is None and status is LeadStatus.LOST
        return LeadWork(
            status=status,
            lost_reason=work.lost_reason if is_kept else self.lost_reason,
            owner_id=None if self.no_owner else self.owner_id or work.owner_id,
            follow_up_on=self.follow_up_on or work.follow_up_on,
            tags=self._tags(work.tags) if self.fits(work.tags) else work.tags,
        )

    def fits(self, tags: tuple[str, ...]) -> bool:
        """Return whether a lead with these tags can have the new one as well."""
        return len(self._tags(tags)) <= max(MOST_TAGS, len(tags))

    def _tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tags_in([*tags, *self.tag.split(",")])


class Workflow:
    """Changes the leads of one database.

    Methods raise StorageError while the database cannot be used, and LookupError if a lead does not
    exist any more. Each change counts as a contact, from which retention periods begin.
    """

    def __init__(
        self, database: Database, questionnaire: GetQuestionnaire, *, clock: Clock = clocks.now
    ) -> None:
        self._database = database
        self._questionnaire = questionnaire
        self._clock = clock

    def open(self, number: str) -> Lead | None:
        """Return a lead with its deliveries, notes and tags."""
        query = select(Lead).where(Lead.reference == number).options(*WHOLE)
        return self._database.first(query)

    def record(self, number: str, entry: LeadEntry, *, actor: str) -> frozenset[str]:
        """Store an entry in one transaction.

        :returns: the names of changed fields; also ``note`` and ``answered``.
        :raises EditConflict: with the lead as stored, if somebody else has meanwhile changed the
            same field.
        """
        with self._database.writing() as session:
            lead = _held(session, number)
            changed = self._work_in(session, lead, entry, actor)
            if self._note(session, lead, clean(entry.note)[:LONGEST_NOTE], actor):
                changed |= {"note"}
            if entry.answered is not None and self._answer(session, lead, entry, actor):
                changed |= {"answered"}
        return changed

    def change(
        self, numbers: Collection[str], change: LeadChange, *, actor: str
    ) -> tuple[int, list[str]]:
        """Change several leads in one transaction.

        :returns: the number of leads that were different before, and the companies of those that
            have too many tags for one more.
        """
        with self._database.writing() as session:
            leads = [_held(session, number) for number in sorted(numbers)]
            done = [
                self._write(session, lead, change.applied_to(LeadWork.of(lead)), actor)
                for lead in leads
            ]
            full = [lead.company or lead.reference for lead in leads if not change.fits(lead.tags)]
        return sum(map(bool, done)), full

    def exported(self, count: int, *, actor: str) -> None:
        """Record an export in the audit trail."""
        with self._database.writing() as session:
            detail = counted(count, "lead", "leads")
            session.add(Event(at=self._clock(), actor=actor, action="exported", detail=detail))

    def release(self, number: str, *, actor: str) -> bool:
        """Release a lead from quarantine, and queue the deliveries that were withheld.

        :returns: whether this lead was in quarantine.
        """
        with self._database.writing() as session:
            lead = _suspected(session, number)
            if lead is None:
                return False
            self._release(session, lead, actor)
            return True

    def confirm(self, number: str) -> bool:
        """Record that the sender has confirmed; release the lead if its score becomes low enough.

        :returns: whether this lead was in quarantine.
        """
        with self._database.writing() as session:
            lead = _suspected(session, number)
            if lead is None:
                return False
            reason = [SIGNALS["confirmed"].name, SIGNALS["confirmed"].points]
            if reason not in lead.spam_reasons:
                lead.spam_reasons = [*lead.spam_reasons, reason]
                lead.spam_points += SIGNALS["confirmed"].points
                self._log(session, lead, "visitor", "confirmed")
            if lead.spam_points < scoring.SUSPICIOUS:
                self._release(session, lead, "visitor")
            return True

    def _work_in(
        self, session: Session, lead: Lead, entry: LeadEntry, actor: str
    ) -> frozenset[str]:
        if entry.work is None:
            return frozenset()
        stored, is_seen = LeadWork.of(lead), lead.version == entry.version
        if not is_seen and entry.work.clashes(stored, entry.seen):
            session.expunge_all()  # so that it can be shown though nothing is written
            raise EditConflict(lead)
        work = entry.work if is_seen else entry.work.onto(stored, entry.seen)
        return self._write(session, lead, work, actor)

    def _note(self, session: Session, lead: Lead, text: str, actor: str) -> bool:
        """Add a note; return False if there is nothing to add."""
        now = self._clock()
        known = [note for note in lead.notes if (note.author, note.text) == (actor, text)]
        if not text or any(abs(now - note.at) < SAME_NOTE for note in known):
            return False
        lead.notes.append(Note(at=now, author=actor, text=text))
        self._touch(session, lead, actor, "note")
        return True

    def _answer(self, session: Session, lead: Lead, entry: LeadEntry, actor: str) -> bool:
        if not entry.answered:
            was, lead.answered_at = lead.answered_at, None
            if was:
                self._touch(session, lead, actor, "not-answered")
            return bool(was)
        if not _fill(session, lead, answered_at=self._clock()):
            self._touch(session, lead)
            return False
        if entry.answered_by and _fill(session, lead, owner_id=entry.answered_by):
            self._log(session, lead, actor, "owner", str(entry.answered_by))
        if lead.status is LeadStatus.NEW:
            self._log(session, lead, actor, "status", LeadStatus.IN_PROGRESS)
            lead.status = LeadStatus.IN_PROGRESS
        self._touch(session, lead, actor, "answered")
        return True

    def _write(self, session: Session, lead: Lead, work: LeadWork, actor: str) -> frozenset[str]:
        changed = LeadWork.of(lead).differences(work)
        for name in changed:
            if name == "tags":
                lead.tag_rows = [Tag(tag=tag) for tag in work.tags]
            else:
                setattr(lead, name, getattr(work, name))
            self._log(session, lead, actor, *_audit_line(name, work))
        if changed:
            self._touch(session, lead)
        return frozenset(changed)

    def _release(self, session: Session, lead: Lead, actor: str) -> None:
        now = self._clock()
        lead.quarantined = False
        lead.touched_at = now
        owed = deliveries.owe_withheld(session, lead, now)
        self._log(session, lead, actor, "released", counted(owed, "delivery", "deliveries"))

    def _touch(self, session: Session, lead: Lead, actor: str = "", action: str = "") -> None:
        lead.touched_at = self._clock()
        lead.version += 1
        written = [*lead.tags, *(note.text for note in lead.notes)]
        answers, questionnaire = lead.every_answer, self._questionnaire()
        before = lead.words
        lead.words = search.derived(lead.reference, answers, questionnaire, written)["words"]
        search_vocabulary.change(session.connection(), lead.id, before, lead.words)
        if action:
            self._log(session, lead, actor, action)

    def _log(self, session: Session, lead: Lead, actor: str, action: str, detail: str = "") -> None:
        event = Event(lead_id=lead.id, at=self._clock(), actor=actor, action=action, detail=detail)
        session.add(event)


def _fill(session: Session, lead: Lead, **column: object) -> bool:
    """Set a column if it is empty, in one conditional statement.

    :returns: whether it was set.
    """
    ((name, value),) = column.items()
    session.flush()
    statement = update(Lead).where(Lead.id == lead.id, getattr(Lead, name).is_(None))
    written = session.execute(statement.values({name: value}).returning(Lead.id)).all()
    session.refresh(lead, [name])
    return bool(written)


def tags_in(words: Iterable[str]) -> tuple[str, ...]:
    """Return normalised tags: sorted, without duplicates of another case."""
    cleaned = (clean_line(word)[:LONGEST_TAG].strip() for word in words)
    found = {tag.casefold(): tag for tag in reversed([tag for tag in cleaned if tag])}
    return tuple(sorted(found.values(), key=str.casefold))


def _audit_line(name: str, work: LeadWork) -> tuple[str, str]:
    """Return action and detail for the audit trail, without tags, which may name a person."""
    action = name.removesuffix("_id").removesuffix("_on").replace("_", "-")
    return action, "" if name == "tags" else str(getattr(work, name) or "")


def _held(session: Session, number: str) -> Lead:
    query = select(Lead).where(Lead.reference == number).options(*WHOLE)
    lead = session.scalar(query.with_for_update(of=Lead))
    if lead is None:
        raise LookupError(number)
    return lead


def _suspected(session: Session, text: str) -> Lead | None:
    number = reference.normalise(text)
    query = select(Lead).where(Lead.reference == number, Lead.quarantined.is_(True))
    return session.scalar(query.with_for_update())
