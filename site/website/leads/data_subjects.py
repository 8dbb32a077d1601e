"""Access to and erasure of the data on a person (Art. 15 and 17 DSGVO).

A person is found by e-mail address, phone number or the number of a request. Callers must have
verified that it is this person who asks.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from website.infra import clock as clocks
from website.infra import email_addresses, phones, templates
from website.infra.clock import Clock, day_in_digits, in_german
from website.infra.database import Database
from website.infra.text import clean_line, counted, folded
from website.leads import labels, reference, retention
from website.leads.erasure_log import ErasureLog
from website.leads.models import Delivery, Event, Fingerprint, Lead
from website.leads.retention import Deleted
from website.leads.spam import signals
from website.leads.workflow import WHOLE
from website.questionnaire import GetQuestionnaire, Questionnaire

PIECE = 500
"""Rows fetched at a time while all leads are scanned."""


@dataclass(frozen=True)
class SubjectData:
    """The leads that concern a person."""

    leads: tuple[Lead, ...]
    """Sent from the e-mail address, or of that number, with their deliveries; oldest first."""
    named_in: tuple[str, ...]
    """References of other leads that contain what was asked for, for a person to check."""


@dataclass(frozen=True)
class DataSubjects:
    """Finds, exports and erases the data that one database holds on a person.

    Methods raise StorageError while the database cannot be used.
    """

    database: Database
    mails: Path
    """Folder of mails that were written to files instead of being sent."""
    erasures: ErasureLog
    questionnaire: GetQuestionnaire
    clock: Clock = clocks.now

    def find(self, address: str) -> SubjectData:
        """Return what is stored for an address, a phone number or a reference, in any notation.

        Several people may share a phone number, so leads that contain it are only named.
        """
        if not folded(address):  # the address of all who left none
            return SubjectData((), ())
        with self.database.reading() as session:
            sent, named = _look_through(session, normalised(address))
            query = select(Lead).where(Lead.reference.in_(sent)).order_by(Lead.id)
            leads = session.scalars(query.options(*WHOLE)).all()
        return SubjectData(tuple(leads), named)

    def erase(self, found: SubjectData, *, actor: str) -> Deleted:
        """Erase the leads that were found, including pending deliveries.

        The audit trail records how many, but not whose. Restored backups do not bring them back.
        """
        references = [lead.reference for lead in found.leads]
        return self._erase(select(Lead.reference), references, actor)

    def erase_suspected(self, references: Collection[str], *, actor: str) -> int:
        """Erase leads that are in quarantine; released ones are kept.

        :returns: the number of erased leads.
        """
        suspected = select(Lead.reference).where(Lead.quarantined.is_(True))
        return self._erase(suspected, references, actor).leads

    def _erase(self, query: Select[str], references: Collection[str], actor: str) -> Deleted:
        """Lock leads, and erase those that also match a query."""
        with self.database.writing() as session:
            retention.hold(session, references)
            found = session.scalars(query.where(Lead.reference.in_(references))).all()
            if not found:  # somebody else was faster
                return Deleted()
            self.erasures.note(found, self.clock())
            deleted = retention.delete_leads(session, found, self.mails)
            session.add(Event(at=self.clock(), actor=actor, action="erased", detail=str(deleted)))
        retention.empty_log(self.database)
        return deleted

    def export(self, address: str, found: SubjectData, *, actor: str) -> dict[str, Any]:
        """Return the data that was found for JSON, and record that in the audit trail.

        Leads of others that only contain the address are excluded.
        """
        now = self.clock()
        with self.database.reading() as session:
            questionnaire = self.questionnaire()
            requests = [_request(session, lead, questionnaire) for lead in found.leads]
        with self.database.writing() as session:
            detail = counted(len(requests), "lead", "leads")
            session.add(Event(at=now, actor=actor, action="exported", detail=detail))
        return {
            "address": normalised(address),
            "exported_at": now.isoformat(),
            "requests": requests,
        }


def report(data: Mapping[str, Any], *, privacy_page: str) -> str:
    """Render exported data as an HTML page for the data subject (Art. 15 DSGVO).

    The page is self-contained, for handing over or printing: no style sheet, script or image.

    :param data: what :meth:`DataSubjects.export` returned.
    :param privacy_page: URL of the page with the other information that Art. 15 requires.
    """
    template = _TEMPLATES.get_template("mail/access_report.html")
    return template.render(data, privacy_page=privacy_page)


def normalised(address: str) -> str:
    """Return an address as forms store it, a reference as it is written; else the same text."""
    return email_addresses.parse(address) or reference.normalise(address) or clean_line(address)


def _look_through(session: Session, asked: str) -> tuple[list[str], tuple[str, ...]]:
    """Compare with every lead in Python, because databases fold case differently."""
    sent: list[str] = []
    named: list[str] = []
    wanted, calls = folded(asked), set(phones.words(asked))
    query = select(Lead).order_by(Lead.id).options(*_READ)
    for lead in session.scalars(query.execution_options(yield_per=PIECE)):
        if asked == lead.reference or wanted == folded(lead.email):
            sent.append(lead.reference)
        elif calls & set(lead.words.split()) or any(wanted in text for text in _texts(lead)):
            named.append(lead.reference)
    return sent, tuple(named)


_READ = (selectinload(Lead.notes), selectinload(Lead.tag_rows))


def _texts(lead: Lead) -> Iterator[str]:
    notes = (note.text for note in lead.notes)
    return map(folded, (*lead.every_answer.values(), *lead.tags, *notes))


def _request(session: Session, lead: Lead, questionnaire: Questionnaire) -> dict[str, Any]:
    events = select(Event).where(Event.lead_id == lead.id).order_by(Event.id)
    fingerprints = select(Fingerprint).where(Fingerprint.lead_id == lead.id)
    return {
        "reference": lead.reference,
        "received_at": lead.received_at.isoformat(),
        "last_contact": lead.touched_at.isoformat(),
        "status": lead.status.value,
        "source": lead.source,
        "language": lead.language,
        "answers": [
            {"name": question.name, "question": question.label, "answer": question.display(answer)}
            for question, answer in questionnaire.answered(lead.every_answer)
        ],
        "suspicion": {
            "in_quarantine": lead.quarantined,
            "points": lead.spam_points,
            "reasons": [
                {"points": points, "reason": signals.in_words(name)}
                for name, points in lead.spam_reasons
            ],
        },
        "lost_reason": lead.lost_reason and lead.lost_reason.value,
        "answered_at": lead.answered_at and lead.answered_at.isoformat(),
        "follow_up_on": lead.follow_up_on and lead.follow_up_on.isoformat(),
        "tags": list(lead.tags),
        "notes": [{"at": note.at.isoformat(), "text": note.text} for note in lead.notes],
        "deliveries": [_delivery(lead, delivery) for delivery in lead.deliveries],
        "events": [_event(event) for event in session.scalars(events)],
        "fingerprints": [
            {"of": mark.key.partition(":")[0], "expires_at": mark.expires_at.isoformat()}
            for mark in session.scalars(fingerprints)
        ],
    }


def _delivery(lead: Lead, delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel.value,
        "recipient": delivery.recipient or lead.email,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "owed_since": delivery.created_at.isoformat(),
        "sent_at": delivery.sent_at and delivery.sent_at.isoformat(),
        "message_id": delivery.message_id,
        "last_error": delivery.last_error,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        # The names of our staff are not the asker's data (EuGH, C-579/21): "operator" will do.
        "actor": event.actor.partition(" ")[0],
        "action": event.action,
        "detail": event.detail,
    }


def _word(value: str, kind: str) -> str:
    """Return the German label of a value; the value itself if there is none."""
    return labels.ACCESS_REPORT[kind].get(value, value)


def _moment(written: str) -> str:
    return in_german(datetime.datetime.fromisoformat(written))


_TEMPLATES = templates.environment()
_TEMPLATES.filters.update(word=_word, moment=_moment, day=day_in_digits, language=labels.language)
