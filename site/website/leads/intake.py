"""Intake of requests: clean, recognise, score and store them, with their deliveries.

Lead, deliveries, audit trail and fingerprints are written in one transaction, so a request is
acknowledged only when all of it is on disk.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from website.exceptions import StorageError, TooManyLeads
from website.infra import clock as clocks
from website.infra import email_addresses
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
    search_vocabulary,
)
from website.leads.models import COLUMNS, GERMAN, Channel, Delivery, DeliveryState, Event, Lead, Tag
from website.leads.spam import content, scoring
from website.leads.spam.proof_of_work import LIFETIME as PROOF_LIFETIME
from website.leads.spam.proof_of_work import Proofs, Verification
from website.leads.spam.signals import SIGNALS, Signal
from website.mailboxes import Mailbox
from website.questionnaire import GetQuestionnaire, QuestionKind, Questionnaire

T = TypeVar("T")

DRAWS = 5
"""Attempts to draw a free reference; a second one is rare."""

SAME_REQUEST = datetime.timedelta(minutes=15)
"""During which the same words are the same request: sent again, or by an impatient second click."""
SAME_PAGE = datetime.timedelta(days=7)
"""The same, if the page's script says that the same page sends them."""
SAME_TEXT = datetime.timedelta(days=1)
"""During which a message that comes again under another name is suspicious."""
ONE_CONFIRMATION = datetime.timedelta(days=1)
LIFETIMES = {
    "content": SAME_REQUEST,
    "page": SAME_PAGE,
    "text": SAME_TEXT,
    "proof": PROOF_LIFETIME,
}
"""How long a request is recognised by each kind of fingerprint."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A request as received, with circumstances of its arrival."""

    answers: Mapping[str, str]
    """Texts by the names of their questions; cleaned here, validated by the caller."""
    source: str | None = None
    """Path of the page that led to the form."""
    language: str = GERMAN
    """Of the form: two letters. The same words in another language are the same request."""
    page_key: str = ""
    """Random key of the page, made by its script; empty without JavaScript."""
    proof: str = ""
    """Proof of work as the page's script sends it."""
    visitor: str = ""
    """IP address. Only its keyed hash is stored."""
    oddities: tuple[str, ...] = ()
    """Names of spam signals from the HTTP request."""


@dataclass(frozen=True, kw_only=True)
class HandEntry:
    """Details of a request that staff enter by hand."""

    owner_id: int
    """Account of the member of staff in charge."""
    tag: str
    """The channel by which the request came."""
    language: str = GERMAN
    """Language of our answers: two letters."""
    form_key: str = ""
    """Random key of the rendered form."""


@dataclass(frozen=True)
class Receipt:
    """Acknowledgement of a stored lead."""

    reference: str
    received_at: datetime.datetime
    quarantined: bool = False
    proven: bool = False
    """Whether the browser has sent a valid proof of work."""
    is_canary: bool = False
    """Whether it was a test request of the program itself."""


@dataclass(frozen=True)
class _Request:
    """A submission with everything that is computed before the transaction."""

    submission: Submission
    answers: dict[str, str]
    proof: Verification
    marks: Mapping[str, str]
    """Fingerprints by their kind; empty where there is nothing to recognise."""
    found: tuple[Signal, ...]
    """Spam signals in the answers."""
    is_in_known_language: bool
    visitor: tuple[str, ...]
    """Hashes of the sender, see ``rate_limit.names``."""
    mailer: tuple[str, ...]
    """Hashes of the sender's network, see ``rate_limit.mailers``."""

    @property
    def turns(self) -> Iterator[str]:
        """All hashes that are looked up before something is decided and written."""
        marks = self.marks
        yield from (marks["content"], marks["text"], marks["proof"], *self.visitor[:1])
        if marks["asker"]:
            yield from (marks["asker"], self.mailer[0])


@dataclass(frozen=True)
class Intake:
    """Stores requests in one database, from any number of processes and machines.

    Requests with the same words count as one: for a quarter of an hour, and for a week if they come
    from the same page.
    """

    database: Database
    targets: Sequence[deliveries.Target]
    sender: Mailbox
    keys: Keys
    proofs: Proofs
    questionnaire: GetQuestionnaire
    confirm: bool = False
    """Whether senders get a confirmation mail: at most one a day for each address, and only after a
    proof of work or a confirmation."""
    clock: clocks.Clock = clocks.now
    draw: Callable[[], str] = field(default=reference.new)

    def take(self, submission: Submission) -> Receipt:
        """Store a request, or find the lead that it repeats.

        :raises TooManyLeads: if the visitor has recently sent too many; nothing was stored.
        :raises StorageError: if it could not be stored.
        """
        request = self._request(submission)
        return self._with_free_number(lambda connection: self._take(connection, request))

    def enter(self, answers: Mapping[str, str], entry: HandEntry, *, actor: str) -> str:
        """Store a request that staff enter by hand, or find the one that was entered by this form.

        The same words of the same person count as one for a quarter of an hour. The request is not
        scored, and nobody is notified.

        :returns: its reference.
        :raises StorageError: if it could not be stored.
        """
        cleaned = _cleaned(answers, self.questionnaire())
        words = fingerprints.normalised(cleaned)
        # A form that a browser fills in again, when somebody goes back to it, has a new key.
        marks = {self._mark("entry", f"{actor}\x1f{words}"): SAME_REQUEST}
        if entry.form_key:
            marks[self._mark("entry", f"{entry.form_key}\x1f{words}")] = SAME_PAGE
        return self._with_free_number(
            lambda connection: self._enter(connection, cleaned, entry, actor, marks)
        )

    def _with_free_number(self, store: Callable[[Connection], T]) -> T:
        for _ in range(DRAWS):
            try:
                with self.database.connected_for_writing() as connection:
                    return store(connection)
            except IntegrityError:
                continue
        raise StorageError("No number is free: all that were drawn are taken")

    def _request(self, submission: Submission) -> _Request:
        """Compute everything that needs no lock, so that others can write meanwhile."""
        now, questionnaire = self.clock(), self.questionnaire()
        answers = _cleaned(submission.answers, questionnaire)
        proof = self.proofs.verify(submission.proof, now)
        free_texts = questionnaire.free_texts
        words, email = fingerprints.normalised(answers), answers.get("email", "")
        confirms = self.confirm and not email_addresses.is_machine(email)
        recognised = {
            "content": words,
            "page": submission.page_key and f"{submission.page_key}\x1f{words}",
            "text": folded(answers.get("message", "")),
            "proof": proof.nonce,
            "asker": email_addresses.one_mailbox(email) if confirms else "",
        }
        return _Request(
            submission,
            answers,
            proof,
            {kind: self._mark(kind, text) for kind, text in recognised.items()},
            content.signals_in(answers, free_texts),
            content.in_known_language(answers, free_texts),
            visitor=rate_limit.names(self.keys, submission.visitor, now),
            mailer=rate_limit.mailers(self.keys, submission.visitor, now),
        )

    def _mark(self, kind: str, text: str) -> str:
        return fingerprints.of(self.keys, kind, text) if text else ""

    def _enter(
        self,
        connection: Connection,
        answers: dict[str, str],
        entry: HandEntry,
        actor: str,
        marks: Mapping[str, datetime.timedelta],
    ) -> str:
        fingerprints.take_turns(connection, marks)
        now = self.clock()
        for known in fingerprints.known(connection, list(marks), now).values():
            if receipt := _receipt_of(connection, known, proven=False):
                return receipt.reference
        lead = self._lead(answers, now, also=[entry.tag])
        lead |= {"owner_id": entry.owner_id, "language": entry.language}
        lead_id = _insert(connection, lead)
        connection.execute(insert(Tag), {"lead_id": lead_id, "tag": entry.tag})
        fingerprints.remember(connection, lead_id, marks, now)
        done = [("entered", ""), ("owner", str(entry.owner_id)), ("tags", "")]
        row = {"lead_id": lead_id, "at": now, "actor": actor}
        events = [row | {"action": action, "detail": detail} for action, detail in done]
        connection.execute(insert(Event), events)
        return str(lead["reference"])

    def _take(self, connection: Connection, request: _Request) -> Receipt:
        now, marks = self.clock(), request.marks
        fingerprints.take_turns(connection, request.turns)
        sought = [marks[kind] for kind in LIFETIMES if marks[kind]]
        seen = fingerprints.known(connection, sought, now)
        nonce = canaries.nonce_in(self.keys, request.submission.proof, now)
        if nonce and canaries.is_expected(connection, nonce):
            return self._store_dry(connection, request, nonce)
        lead_id = seen.get(marks["content"]) or seen.get(marks["page"])
        if lead_id and (receipt := _receipt_of(connection, lead_id, proven=request.proof.valid)):
            return receipt
        pace = rate_limit.pace(connection, request.visitor, now)
        if pace.long >= rate_limit.TOO_MANY:
            raise TooManyLeads
        score = scoring.score(
            request.found,
            oddities=request.submission.oddities,
            proof=request.proof.spent() if marks["proof"] in seen else request.proof,
            pace=pace,
            repeated=marks["text"] in seen,
            known_language=request.is_in_known_language,
        )
        return self._store(connection, request, score)

    def _store_dry(self, connection: Connection, request: _Request, nonce: str) -> Receipt:
        """Store a canary like a lead, roll that back, and record only its arrival."""
        with connection.begin_nested() as savepoint:
            # Its marker speaks for it, whatever else is found.
            receipt = self._store(connection, request, scoring.Score((SIGNALS["proven"],)))
            owed = canaries.owed(connection, receipt.reference)
            savepoint.rollback()
        seen = {
            "reference": receipt.reference,
            "received_at": receipt.received_at,
            "answers": request.answers,
            "source": request.submission.source,
            "language": request.submission.language,
            "owed": owed,
        }
        canaries.arrived(connection, nonce, seen)
        return replace(receipt, is_canary=True)

    def _store(self, connection: Connection, request: _Request, score: scoring.Score) -> Receipt:
        now, marks, submission = self.clock(), request.marks, request.submission
        lead = self._lead(request.answers, now) | {
            "source": submission.source,
            "language": submission.language,
            "spam_points": score.points,
            "spam_reasons": score.reasons,
            "quarantined": score.suspicious,
        }
        lead_id, number = _insert(connection, lead), str(lead["reference"])
        targets = list(self.targets)
        if self._may_confirm(connection, request, score, lead_id):
            targets.append(deliveries.Target(Channel.CONFIRMATION, deliveries.TO_THE_ASKER))
        state = DeliveryState.WITHHELD if score.suspicious else DeliveryState.PENDING
        if rows := deliveries.rows(targets, lead_id, number, self.sender, now, state=state):
            connection.execute(insert(Delivery), rows)
        lifetimes = {marks[kind]: lifetime for kind, lifetime in LIFETIMES.items() if marks[kind]}
        fingerprints.remember(connection, lead_id, lifetimes, now)
        action = "quarantined" if score.suspicious else "received"
        event = {"lead_id": lead_id, "at": now, "actor": "visitor", "action": action}
        connection.execute(insert(Event), event)
        rate_limit.count(connection, request.visitor, now)
        return Receipt(number, now, quarantined=score.suspicious, proven=score.proven)

    def _may_confirm(
        self, connection: Connection, request: _Request, score: scoring.Score, lead_id: int
    ) -> bool:
        """Return whether the sender gets a confirmation mail, and count it.

        Suspected senders without a proof are asked to confirm; their mail is withheld until then.
        """
        asker, now = request.marks["asker"], self.clock()
        if not asker or not (score.proven or score.suspicious):
            return False
        return (
            not fingerprints.known(connection, [asker], now)
            and rate_limit.count_mail(connection, request.mailer, now)
            and bool(fingerprints.remember(connection, lead_id, {asker: ONE_CONFIRMATION}, now))
        )

    def _lead(
        self, answers: dict[str, str], now: datetime.datetime, also: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Return the columns of a new lead.

        :param also: texts by staff about it.
        """
        number = self.draw()
        return {
            "reference": number,
            "received_at": now,
            "touched_at": now,
            **{name: answers.get(name, "") for name in COLUMNS},
            "answers": {name: text for name, text in answers.items() if name not in COLUMNS},
            **search.derived(number, answers, self.questionnaire(), also),
        }


def _insert(connection: Connection, lead: Mapping[str, Any]) -> int:
    lead_id = connection.execute(insert(Lead).returning(Lead.id), lead).scalar_one()
    search_vocabulary.add(connection, lead_id, lead["words"])
    return lead_id


def _receipt_of(connection: Connection, lead_id: int, *, proven: bool) -> Receipt | None:
    """Return the receipt of a lead; None if it has just been erased."""
    columns = (Lead.reference, Lead.received_at, Lead.quarantined)
    found = connection.execute(select(*columns).where(Lead.id == lead_id)).first()
    return Receipt(*found, proven=proven) if found else None


def _cleaned(answers: Mapping[str, str], questionnaire: Questionnaire) -> dict[str, str]:
    return {
        question.name: (clean if question.kind is QuestionKind.LONG_TEXT else clean_line)(text)
        for question in questionnaire.every_question
        if (text := answers.get(question.name))
    }
