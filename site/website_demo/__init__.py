"""Invented leads, so that a newcomer sees the inbox at work.

Their addresses end in ``.example``, which nobody can have (RFC 2606). They come in through the real
intake, so their spam scores are real; what would be owed for them is stored as done at once. What
they say stands in ``texts.toml``.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, select

from website.infra.clock import GERMANY, german_day
from website.infra.database import Database
from website.leads import deliveries, reference, retention
from website.leads.intake import Intake, Receipt, Submission
from website.leads.models import Delivery, DeliveryState, Event, Lead, LeadStatus, LostReason
from website.leads.retention import Deleted
from website.leads.workflow import LeadWork, Workflow
from website.questionnaire import Questionnaire

DAYS = 180
RECENT = 0.15
"""Share that came in lately: somebody has to be waiting."""
SPAM = 0.08
IN_ENGLISH = 0.08
"""Share of the others."""
OPTIONAL = 0.45
"""Share of the optional questions that a lead answers."""
SATURDAY = 5
ACTOR = "demo"
INVENTED = "invented"
"""The line of the audit trail by which an invented lead is known for good."""
BATCH = 500
FIRST_ANSWERS = (0.2, 0.6, 1.5, 4, 9, 25, 50)
"""Hours."""
_STATUSES = (
    (LeadStatus.NEW, LeadStatus.IN_PROGRESS),
    (LeadStatus.IN_PROGRESS, LeadStatus.QUALIFIED),
)


class SettableClock:
    """A clock that shows the moment it was set to."""

    def __init__(self, moment: datetime.datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime.datetime:
        """Return that moment."""
        return self.moment


def holds_others(database: Database) -> bool:
    """Whether a database holds a lead that was not invented here."""
    query = select(Lead.id).where(Lead.id.not_in(_invented())).limit(1)
    with database.reading() as session:
        return session.scalar(query) is not None


def remove(database: Database, mails: Path) -> Deleted:
    """Delete every lead that was invented here with all its rows, and nothing else.

    :param mails: folder of the mails that were written instead of being sent.
    :raises StorageError: while the database cannot be used; what was deleted before is gone.
    """
    deleted = retention.Deleted()
    while True:
        with database.writing() as session:
            found = session.scalars(select(Lead.id).where(Lead.id.in_(_invented())).limit(BATCH))
            if not (ids := found.all()):
                break
            query = select(Lead.reference).where(Lead.id.in_(ids))
            references = session.scalars(query).all()
            retention.hold(session, references)
            session.execute(delete(Event).where(Event.lead_id.in_(ids)))
            deleted += retention.delete_leads(session, references, mails)
    retention.empty_log(database)
    return deleted


def _invented() -> Select[int | None]:
    mark = (Event.action == INVENTED, Event.actor == ACTOR, Event.lead_id.is_not(None))
    return select(Event.lead_id).where(*mark)


@dataclass(frozen=True)
class Demo:
    """Makes leads, the same ones for the same seed and moment."""

    intake: Intake
    sources: Sequence[str]
    """Paths of the pages that led to them."""
    owners: Sequence[int]
    """Accounts that take care of them; nobody does if there are none."""
    now: datetime.datetime
    seed: int = 1

    def fill(self, count: int) -> int:
        """Store leads, the oldest first.

        :returns: how many are in quarantine.
        """
        chance = random.Random(self.seed)  # noqa: S311 - nothing here is a secret
        clock = SettableClock(self.now)
        quiet = dataclasses.replace(
            self.intake, targets=(), confirm=False, clock=clock, draw=lambda: _number(chance)
        )
        workflow = Workflow(self.intake.database, self.intake.questionnaire, clock=clock)
        suspected = 0
        for moment in _moments(chance, count, self.now):
            clock.moment = moment
            receipt = quiet.take(self._submission(chance))
            self._deliver(receipt)
            suspected += receipt.quarantined
            if not receipt.quarantined:
                self._work(chance, workflow, clock, receipt)
        return suspected

    def _submission(self, chance: random.Random) -> Submission:
        source = chance.choice([*self.sources, None]) if self.sources else None
        if chance.random() < SPAM:
            return Submission(answers=_advertising(chance), source=source)
        if chance.random() < IN_ENGLISH:
            answers = _request(chance, self.intake.questionnaire(), _texts()["english"])
            return Submission(answers=answers, language="en")
        answers = _request(chance, self.intake.questionnaire(), _texts())
        return Submission(answers=answers, source=source)

    def _deliver(self, receipt: Receipt) -> None:
        """Store the deliveries as done, and mark everything as invented.

        Nothing of it must leave the house any more, nor alarm anybody.
        """
        sent_at = receipt.received_at + datetime.timedelta(seconds=2)
        is_sent = not receipt.quarantined
        with self.intake.database.writing() as session:
            query = select(Lead.id).where(Lead.reference == receipt.reference)
            lead_id = session.scalars(query).one()
            session.add(Event(lead_id=lead_id, at=sent_at, actor=ACTOR, action=INVENTED))
            rows = deliveries.rows(
                self.intake.targets,
                lead_id,
                receipt.reference,
                self.intake.sender,
                receipt.received_at,
                state=DeliveryState.SENT if is_sent else DeliveryState.WITHHELD,
            )
            how = {"attempts": int(is_sent), "sent_at": sent_at if is_sent else None}
            session.add_all(Delivery(**row, **how) for row in rows)

    def _work(
        self, chance: random.Random, workflow: Workflow, clock: SettableClock, receipt: Receipt
    ) -> None:
        age = self.now - receipt.received_at
        if chance.random() > age / datetime.timedelta(days=2):
            return
        hours = chance.choice(FIRST_ANSWERS) * chance.uniform(0.7, 1.4)
        answered_at = receipt.received_at + datetime.timedelta(hours=hours)
        if answered_at > self.now:
            return
        clock.moment = answered_at
        owner = chance.choice(self.owners) if self.owners else None
        actor = f"staff {owner}" if owner else ACTOR
        workflow.answered(receipt.reference, actor=actor)
        if chance.random() < 0.6:  # noqa: PLR2004
            workflow.note(receipt.reference, chance.choice(_texts()["notes"]), actor=actor)
        later = answered_at + datetime.timedelta(days=chance.uniform(0, 12))
        clock.moment = min(later, self.now)
        _save(workflow, receipt.reference, self._decided(chance, age, owner), actor)

    def _decided(
        self, chance: random.Random, age: datetime.timedelta, owner: int | None
    ) -> LeadWork:
        old = age > datetime.timedelta(days=30)
        status = chance.choice(
            [LeadStatus.WON, LeadStatus.LOST, *_STATUSES[1]] if old else _STATUSES[1]
        )
        due = german_day(self.now) + datetime.timedelta(days=chance.randint(-4, 14))
        is_due = status.is_open and chance.random() < 0.6  # noqa: PLR2004
        return LeadWork(
            status=status,
            lost_reason=chance.choice(list(LostReason)) if status is LeadStatus.LOST else None,
            owner_id=owner,
            follow_up_on=due if is_due else None,
            tags=tuple(
                sorted(chance.sample(_texts()["tags"], chance.randint(0, 2)), key=str.casefold)
            ),
        )


@functools.cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def _save(workflow: Workflow, number: str, work: LeadWork, actor: str) -> None:
    lead = workflow.open(number)
    if lead is not None:
        workflow.save(number, work, version=lead.version, actor=actor)


def _moments(
    chance: random.Random, count: int, now: datetime.datetime
) -> Sequence[datetime.datetime]:
    """Spread leads over the time before now: mostly on working days, in office hours."""
    recent = round(count * RECENT)
    spread = [_moment(chance, now, chance.uniform(2, DAYS)) for _ in range(count - recent)]
    lately = [now - datetime.timedelta(hours=chance.uniform(0.1, 48)) for _ in range(recent)]
    return sorted(spread + lately)


def _moment(chance: random.Random, now: datetime.datetime, days: float) -> datetime.datetime:
    day = (now - datetime.timedelta(days=days)).astimezone(GERMANY)
    if day.weekday() >= SATURDAY and chance.random() < 0.8:  # noqa: PLR2004
        day -= datetime.timedelta(days=2)
    minute = int(min(max(chance.gauss(12.5, 3), 6), 22) * 60)
    local = day.replace(hour=minute // 60, minute=minute % 60)
    return local.astimezone(datetime.UTC)


def _request(
    chance: random.Random, questionnaire: Questionnaire, texts: dict[str, Any]
) -> dict[str, str]:
    company = chance.choice(texts["companies"])
    name = chance.choice(texts["people"])
    topic = chance.choice(list(texts["messages"]))
    answers = {
        "topic": topic,
        "message": _numbered(chance, chance.choice(texts["messages"][topic])),
        "company": company["name"],
        "name": name,
        "email": f"{_local_part(name)}@{company['domain']}.example",
    }
    optional = {
        "goals": chance.choice(texts["goals"]),
        "phone": texts["phone"].replace("{three}", str(chance.randint(100, 999))),
        "role": chance.choice(texts["roles"]),
        "industry": company["industry"],
        "location": f"{company['place']}, {company.get('country', 'Deutschland')}",
        "languages": chance.choice(texts["languages"]),
        "key_accounts": str(chance.randint(3, 40)),
        **{
            question.name: chance.choice(question.choices)[0]
            for question in questionnaire.questions
            if question.choices and question.name != "topic"
        },
    }
    return answers | {
        name: answer for name, answer in optional.items() if chance.random() < OPTIONAL
    }


def _advertising(chance: random.Random) -> dict[str, str]:
    number = chance.randint(1, 999)
    return {
        "message": _numbered(chance, chance.choice(_texts()["advertising"])),
        "company": "Rakete Reichweite",
        "name": "Rudi Rakete",
        "email": f"rudi{number}@rakete.example",
    }


def _numbered(chance: random.Random, text: str) -> str:
    return text.replace("{n}", str(chance.randint(2, 19)))


def _local_part(name: str) -> str:
    spelled: dict[str, str | int | None] = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", " ": "."}
    return name.casefold().translate(str.maketrans(spelled))


def _number(chance: random.Random) -> str:
    signs = "".join(chance.choice(reference.ALPHABET) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"
