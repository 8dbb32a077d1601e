"""Intake: leads are recognised, scored and stored with their deliveries before the acknowledgement.

One transaction holds the lead, its deliveries, its line of the audit trail and what it is known
again by. When it has ended well, all of it is on disk; when not, nothing of it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from website.exceptions import StorageError, TooManyLeads
from website.infra import clock as clocks
from website.infra import email_addresses
from website.infra.clock import Clock
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.infra.text import clean, clean_line, folded
from website.leads import (
    canaries,
    deliveries,
    fingerprints,
    rate_limit,
    reference,
    search,
    vocabulary,
)
from website.leads.deliveries import TO_THE_ASKER, Target
from website.leads.models import COLUMNS, GERMAN, Channel, DeliveryState, Lead, LeadStatus
from website.leads.spam import content, scoring, signals
from website.leads.spam.proof_of_work import Proofs, Verification
from website.leads.spam.scoring import Score
from website.mailboxes import Mailbox
from website.questionnaire import GetQuestionnaire, QuestionKind, Questionnaire

DRAWS = 5
"""How often a number that is taken is drawn again; once is already rare."""

SAME_REQUEST = datetime.timedelta(minutes=15)
"""So long the same words are the same request: sent again, or by an impatient second click."""
SAME_PAGE = datetime.timedelta(days=7)
"""So long they are, where the page's script says that it is the same page that sends them."""
SAME_TEXT = datetime.timedelta(days=1)
"""So long a message that comes again under another name is a reason for suspicion."""
ONE_CONFIRMATION = datetime.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A request as it arrived, with what is known of how it did."""

    answers: Mapping[str, str]
    """Texts by the names of the questions; cleaned here, checked by the caller."""
    source: str | None = None
    """Path of the page that led to the form."""
    language: str = GERMAN
    """Of the form that was sent: two letters. It makes no other request of the same words."""
    page_key: str = ""
    """Drawn by the page's script, once for each page; empty without JavaScript."""
    proof: str = ""
    """Proof of work as the page's script sends it."""
    visitor: str = ""
    """Network address. Never stored, only its keyed hash."""
    oddities: tuple[str, ...] = ()
    """Names of signals that the way of sending gave."""


@dataclass(frozen=True, kw_only=True)
class HandEntry:
    """What goes with a request that staff took down."""

    owner_id: int
    """The account of whoever takes care of it."""
    tag: str
    """How it reached us."""
    language: str = GERMAN
    """In which it is answered: two letters."""
    form_key: str = ""
    """Drawn once for each form that is shown."""


@dataclass(frozen=True)
class Receipt:
    """What the visitor gets for a lead that is on disk."""

    reference: str
    received_at: datetime.datetime
    quarantined: bool = False
    proven: bool = False
    """Whether the browser has proven some work."""
    is_canary: bool = False
    """Whether it was sent by the program itself, and is no lead."""


@dataclass(frozen=True)
class _Known:
    """By what a submission can be recognised."""

    content: str
    page: str
    text: str
    proof: str
    asker: str

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(key for key in (self.content, self.page, self.text, self.proof) if key)


@dataclass(frozen=True)
class Intake:
    """Takes leads in for one database, from any number of processes and machines.

    Two requests with the same words are one: for a quarter of an hour, and for a week where they
    come from the same page.
    """

    database: Database
    targets: Sequence[Target]
    sender: Mailbox
    keys: Keys
    proofs: Proofs
    questionnaire: GetQuestionnaire
    confirm: bool = False
    """Whether the asker gets a mail too: one a day, whatever is sent in somebody's name, and only
    after a proof of work or a confirmation."""
    clock: Clock = clocks.now
    draw: Callable[[], str] = field(default=reference.new)

    def take(self, submission: Submission) -> Receipt:
        """Store a request, or find the lead that it already is.

        :raises TooManyLeads: if the visitor has sent too many lately; nothing was stored.
        :raises StorageError: if it could not be stored.
        """
        answers = _cleaned(submission.answers, self.questionnaire())
        now = self.clock()
        verified = self.proofs.verify(submission.proof, now)
        known = self._known(submission, answers, verified)
        for _ in range(DRAWS):
            try:
                return self._take(submission, answers, verified, known)
            except IntegrityError:
                continue
        raise StorageError("No number is free: all that were drawn are taken")

    def enter(self, answers: Mapping[str, str], entry: HandEntry, *, actor: str) -> str:
        """Store a request that staff took down, once however often the same form is sent.

        It is not scored, and nobody is notified.

        :returns: its reference.
        :raises StorageError: if it could not be stored.
        """
        cleaned = _cleaned(answers, self.questionnaire())
        words = fingerprints.normalised(cleaned)
        mark = self._of("entry", entry.form_key and f"{entry.form_key}\x1f{words}")
        for _ in range(DRAWS):
            try:
                with self.database.connected_for_writing() as connection:
                    fingerprints.take_turns(connection, [mark])
                    known = fingerprints.known(connection, [mark], self.clock()).get(mark)
                    if known and (receipt := _receipt_of(connection, known, proven=False)):
                        return receipt.reference
                    return self._enter(connection, cleaned, entry, actor, mark)
            except IntegrityError:
                continue
        raise StorageError("No number is free: all that were drawn are taken")

    def _enter(
        self,
        connection: Connection,
        answers: dict[str, str],
        entry: HandEntry,
        actor: str,
        mark: str,
    ) -> str:
        number, now = self.draw(), self.clock()
        lead = _row(answers, None, number, now, self.questionnaire(), also=[entry.tag])
        lead |= _UNSUSPECTED | {"owner_id": entry.owner_id, "language": entry.language}
        lead_id = connection.execute(_INSERT_LEAD, lead).scalar_one()
        vocabulary.add(connection, lead_id, lead["words"])
        connection.execute(_INSERT_TAG, {"lead_id": lead_id, "tag": entry.tag})
        if mark:
            fingerprints.remember(connection, lead_id, [(mark, SAME_PAGE)], now)
        events = [("entered", ""), ("owner", str(entry.owner_id)), ("tags", "")]
        rows = [{"action": action, "detail": detail} for action, detail in events]
        common = {"lead_id": lead_id, "at": now, "actor": actor}
        connection.execute(_INSERT_EVENT, [common | row for row in rows])
        return number

    def _take(
        self,
        submission: Submission,
        answers: dict[str, str],
        verified: Verification,
        known: _Known,
    ) -> Receipt:
        now = self.clock()
        visitor = rate_limit.names(self.keys, submission.visitor, now)
        # Before the write lock: others may write meanwhile.
        free_texts = self.questionnaire().free_texts
        found = content.signals_in(answers, free_texts)
        known_language = content.in_known_language(answers, free_texts)
        with self.database.connected_for_writing() as connection:
            fingerprints.take_turns(connection, self._turns(known, submission, visitor))
            seen = fingerprints.known(connection, known.all, now)
            nonce = canaries.nonce_in(self.keys, submission.proof, now)
            if nonce and canaries.is_expected(connection, nonce):
                return self._store_dry(connection, submission, answers, known, nonce)
            lead_id = seen.get(known.content) or seen.get(known.page)
            if lead_id and (receipt := _receipt_of(connection, lead_id, proven=verified.valid)):
                return receipt
            pace = rate_limit.pace(connection, visitor, now)
            if pace.long >= rate_limit.TOO_MANY:
                raise TooManyLeads
            score = scoring.score(
                found,
                oddities=submission.oddities,
                proof=verified.spent() if known.proof in seen else verified,
                pace=pace,
                repeated=known.text in seen,
                known_language=known_language,
            )
            receipt = self._store(connection, submission, answers, score, known)
            rate_limit.count(connection, visitor, now)
            return receipt

    def _turns(
        self, known: _Known, submission: Submission, visitor: Sequence[str]
    ) -> Iterator[str]:
        """Yield all by which something is looked up before it is decided and written."""
        yield from (known.content, known.text, known.proof, *visitor[:1])
        if known.asker:
            yield known.asker
            yield rate_limit.mailers(self.keys, submission.visitor, self.clock())[0]

    def _store_dry(
        self,
        connection: Connection,
        submission: Submission,
        answers: dict[str, str],
        known: _Known,
        nonce: str,
    ) -> Receipt:
        """Do for a canary all that is done for a lead, and undo it; keep only that it came."""
        now = self.clock()
        visitor = rate_limit.names(self.keys, submission.visitor, now)
        with connection.begin_nested() as savepoint:
            score = Score((signals.PROVEN,))  # its marker speaks for it, whatever else is found
            receipt = self._store(connection, submission, answers, score, known)
            rate_limit.count(connection, visitor, now)
            owed = canaries.owed(connection, receipt.reference)
            savepoint.rollback()
        seen = {
            "reference": receipt.reference,
            "received_at": receipt.received_at,
            "answers": answers,
            "source": submission.source,
            "language": submission.language,
            "owed": owed,
        }
        canaries.arrived(connection, nonce, seen)
        return replace(receipt, is_canary=True)

    def _store(
        self,
        connection: Connection,
        submission: Submission,
        answers: dict[str, str],
        score: Score,
        known: _Known,
    ) -> Receipt:
        now = self.clock()
        number = self.draw()
        lead = _row(answers, submission.source, number, now, self.questionnaire()) | {
            "language": submission.language,
            "spam_points": score.points,
            "spam_reasons": score.reasons,
            "quarantined": score.suspicious,
        }
        lead_id: int = connection.execute(_INSERT_LEAD, lead).scalar_one()
        vocabulary.add(connection, lead_id, lead["words"])
        targets = list(self.targets)
        if self._may_confirm(connection, submission, score, known, lead_id):
            targets.append(Target(Channel.CONFIRMATION, TO_THE_ASKER))
        self._owe(connection, lead_id, number, targets, suspicious=score.suspicious)
        fingerprints.remember(connection, lead_id, _lifetimes(known, self.proofs.lifetime), now)
        action = "quarantined" if score.suspicious else "received"
        event = {"lead_id": lead_id, "at": now, "actor": "visitor", "action": action, "detail": ""}
        connection.execute(_INSERT_EVENT, event)
        return Receipt(number, now, quarantined=score.suspicious, proven=score.proven)

    def _may_confirm(
        self,
        connection: Connection,
        submission: Submission,
        score: Score,
        known: _Known,
        lead_id: int,
    ) -> bool:
        """Return whether the sender gets a confirmation mail, and count it.

        Who is suspected without a proof is asked to confirm, and gets what is withheld by then.
        """
        if not known.asker or not (score.proven or score.suspicious):
            return False
        now = self.clock()
        mailer = rate_limit.mailers(self.keys, submission.visitor, now)
        return (
            not fingerprints.known(connection, [known.asker], now)
            and rate_limit.count_mail(connection, mailer, now)
            and fingerprints.claim(connection, lead_id, known.asker, ONE_CONFIRMATION, now)
        )

    def _owe(
        self,
        connection: Connection,
        lead_id: int,
        number: str,
        targets: Sequence[Target],
        *,
        suspicious: bool,
    ) -> None:
        now = self.clock()
        rows = deliveries.rows(
            targets,
            lead_id,
            number,
            deliveries.domain_of(self.sender),
            state=DeliveryState.WITHHELD if suspicious else DeliveryState.PENDING,
        )
        times = {"created_at": now, "next_attempt_at": now, "attempts": 0}
        if rows:
            connection.execute(_INSERT_DELIVERIES, [row | times for row in rows])

    def _known(
        self, submission: Submission, answers: dict[str, str], verified: Verification
    ) -> _Known:
        words = fingerprints.normalised(answers)
        email = answers.get("email", "")
        return _Known(
            content=fingerprints.of(self.keys, "content", words),
            page=self._of("page", submission.page_key and f"{submission.page_key}\x1f{words}"),
            text=self._of("text", folded(answers.get("message", ""))),
            proof=self._of("proof", verified.nonce),
            asker=self._of(
                "asker", email_addresses.one_mailbox(email) if self._confirms(email) else ""
            ),
        )

    def _confirms(self, email: str) -> bool:
        return self.confirm and not email_addresses.is_machine(email)

    def _of(self, kind: str, content: str) -> str:
        return fingerprints.of(self.keys, kind, content) if content else ""


def _lifetimes(known: _Known, proof: datetime.timedelta) -> list[tuple[str, datetime.timedelta]]:
    lifetimes = [
        (known.content, SAME_REQUEST),
        (known.page, SAME_PAGE),
        (known.text, SAME_TEXT),
        (known.proof, proof),
    ]
    return [(key, lifetime) for key, lifetime in lifetimes if key]


def _receipt_of(connection: Connection, lead_id: int, *, proven: bool) -> Receipt | None:
    found = connection.execute(_RECEIPT, {"id": lead_id}).first()
    if found is None:  # erased at this very moment
        return None
    number, received_at, quarantined = found
    return Receipt(number, received_at, quarantined=quarantined, proven=proven)


def _cleaned(answers: Mapping[str, str], questionnaire: Questionnaire) -> dict[str, str]:
    return {
        question.name: (clean if question.kind is QuestionKind.LONG_TEXT else clean_line)(text)
        for question in questionnaire.every_question
        if (text := answers.get(question.name))
    }


def _row(
    answers: dict[str, str],
    source: str | None,
    number: str,
    now: datetime.datetime,
    questionnaire: Questionnaire,
    also: Iterable[str] = (),
) -> dict[str, Any]:
    others = {name: text for name, text in answers.items() if name not in COLUMNS}
    return {
        "reference": number,
        "received_at": now,
        "touched_at": now,
        "status": LeadStatus.NEW,
        **{name: answers.get(name, "") for name in COLUMNS},
        "answers": others,
        "source": source,
        "version": 1,
        **search.derived(number, answers, questionnaire, also),
    }


_UNSUSPECTED: dict[str, Any] = {"spam_points": 0, "spam_reasons": [], "quarantined": False}
_TABLES = Lead.metadata.tables
_INSERT_LEAD = insert(_TABLES["leads"]).returning(_TABLES["leads"].c.id)
_INSERT_DELIVERIES = insert(_TABLES["deliveries"])
_INSERT_EVENT = insert(_TABLES["events"])
_INSERT_TAG = insert(_TABLES["lead_tags"])
_RECEIPT = select(Lead.reference, Lead.received_at, Lead.quarantined).where(
    Lead.id == bindparam("id")
)
