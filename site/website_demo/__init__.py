"""Demo leads, to try out the inbox.

Their addresses end in ``.example``, which nobody can have (RFC 2606). They pass through the real
intake, so their spam scores are real; their deliveries are stored as sent. The texts are in
``texts.toml``.
"""

import dataclasses
import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from website.infra import toml_tables
from website.infra.clock import GERMANY, Clock, german_day
from website.infra.database import Database
from website.leads import deliveries, reference, retention
from website.leads.intake import Intake, Receipt, Submission
from website.leads.models import (
    GERMAN,
    Delivery,
    DeliveryState,
    Event,
    Lead,
    LeadStatus,
    LostReason,
)
from website.leads.workflow import LeadChange, LeadEntry, Workflow
from website.questionnaire import Questionnaire

DAYS = 180
RECENT = 0.15
"""Share of recent leads, some of which are unanswered."""
SPAM = 0.35
"""Share of the leads of the last fortnight; older ones would be deleted from quarantine at once."""
FORTNIGHT = datetime.timedelta(days=14)
IN_ENGLISH = 0.08
"""Share of the leads that are not spam."""
OPTIONAL = 0.45
"""Share of optional questions that are answered."""
SATURDAY = 5
ACTOR = "demo"
INVENTED = "invented"
"""Action of the audit trail that marks a demo lead."""
BATCH = 500
OFTEN = 0.6
FIRST_ANSWERS = (0.2, 0.6, 1.5, 4, 9, 25, 50)
"""Hours."""


def holds_others(database: Database) -> bool:
    """Return whether a database contains leads other than demo leads."""
    query = select(Lead.id).where(Lead.id.not_in(_invented())).limit(1)
    return database.first(query) is not None


def remove(database: Database, mails: Path) -> retention.Deleted:
    """Delete all demo leads with their rows, and nothing else.

    :param mails: folder of mails that were written to files instead of being sent.
    :raises StorageError: if the database cannot be used; earlier batches remain deleted.
    """
    some = select(Lead.id).where(Lead.id.in_(_invented())).limit(BATCH)
    deleted = retention.Deleted()
    while True:
        with database.writing() as session:
            more = retention.delete_without_trace(session, some, mails)
        if not more.leads:
            break
        deleted += more
    retention.empty_log(database)
    return deleted


def _invented() -> Select[int | None]:
    mark = (Event.action == INVENTED, Event.actor == ACTOR, Event.lead_id.is_not(None))
    return select(Event.lead_id).where(*mark)


@dataclass(frozen=True)
class Demo:
    """Creates demo leads, the same ones for the same seed and moment."""

    intake: Intake
    sources: Sequence[str]
    """Paths of pages that led to requests."""
    owners: Sequence[int]
    """Ids of accounts that own the leads; may be empty."""
    now: datetime.datetime
    seed: int = 1

    def fill(self, count: int) -> int:
        """Store leads, the oldest first.

        :returns: the number of leads in quarantine.
        """
        chance = random.Random(self.seed)  # noqa: S311 - nothing here is a secret
        suspected = 0
        for moment in sorted(_moment(chance, self.now) for _ in range(count)):
            quiet = dataclasses.replace(
                self.intake,
                targets=(),
                confirm=False,
                clock=_standing_still(moment),
                draw=lambda: reference.new(chance.choice),
            )
            receipt = quiet.take(self._submission(chance, moment))
            self._deliver(receipt)
            suspected += receipt.quarantined
            if not receipt.quarantined:
                self._work(chance, receipt)
        return suspected

    def _submission(self, chance: random.Random, moment: datetime.datetime) -> Submission:
        source = chance.choice([*self.sources, None]) if self.sources else None
        if chance.random() < SPAM and self.now - moment < FORTNIGHT:
            return Submission(answers=_advertising(chance), source=source)
        texts, language = _texts(), GERMAN
        if chance.random() < IN_ENGLISH:
            texts, language, source = texts["english"], "en", None
        answers = _request(chance, self.intake.questionnaire(), texts)
        return Submission(answers=answers, language=language, source=source)

    def _deliver(self, receipt: Receipt) -> None:
        """Store the deliveries as sent, and mark the lead as a demo.

        No message may be sent, and no alert raised.
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

    def _work(self, chance: random.Random, receipt: Receipt) -> None:
        """Simulate an answer, unless the lead is recent."""
        age = self.now - receipt.received_at
        hours = chance.choice(FIRST_ANSWERS) * chance.uniform(0.7, 1.4)
        answered_at = receipt.received_at + datetime.timedelta(hours=hours)
        if chance.random() > age / datetime.timedelta(days=2) or answered_at > self.now:
            return
        owner = chance.choice(self.owners) if self.owners else None
        actor = f"staff {owner}" if owner else ACTOR
        note = chance.choice(_texts()["notes"]) if chance.random() < OFTEN else ""
        answer = LeadEntry(answered=True, note=note)
        self._workflow(answered_at).record(receipt.reference, answer, actor=actor)
        later = min(answered_at + datetime.timedelta(days=chance.uniform(0, 12)), self.now)
        change = self._decided(chance, age, owner)
        self._workflow(later).change([receipt.reference], change, actor=actor)

    def _workflow(self, moment: datetime.datetime) -> Workflow:
        return Workflow(
            self.intake.database, self.intake.questionnaire, clock=_standing_still(moment)
        )

    def _decided(
        self, chance: random.Random, age: datetime.timedelta, owner: int | None
    ) -> LeadChange:
        statuses = [LeadStatus.IN_PROGRESS, LeadStatus.QUALIFIED]
        if age > datetime.timedelta(days=30):
            statuses += [LeadStatus.WON, LeadStatus.LOST]
        status = chance.choice(statuses)
        due = german_day(self.now) + datetime.timedelta(days=chance.randint(-4, 14))
        return LeadChange(
            status=status,
            lost_reason=chance.choice(list(LostReason)) if status is LeadStatus.LOST else None,
            owner_id=owner,
            follow_up_on=due if status.is_open and chance.random() < OFTEN else None,
            tag=",".join(chance.sample(_texts()["tags"], chance.randint(0, 2))),
        )


def _standing_still(moment: datetime.datetime) -> Clock:
    return lambda: moment


def _texts() -> dict[str, Any]:
    return toml_tables.beside(__file__, "texts.toml")


def _moment(chance: random.Random, now: datetime.datetime) -> datetime.datetime:
    """Return a random time of arrival, mostly in office hours."""
    if chance.random() < RECENT:
        return now - datetime.timedelta(hours=chance.uniform(0.1, 48))
    day = (now - datetime.timedelta(days=chance.uniform(2, DAYS))).astimezone(GERMANY)
    if day.weekday() >= SATURDAY and chance.random() < 0.8:  # noqa: PLR2004
        day -= datetime.timedelta(days=2)
    minute = int(min(max(chance.gauss(12.5, 3), 6), 22) * 60)
    return day.replace(hour=minute // 60, minute=minute % 60).astimezone(datetime.UTC)


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
