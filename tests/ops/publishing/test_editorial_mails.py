"""Whoever has to do something, or waits for something, gets a mail, and nobody else."""

from __future__ import annotations

import datetime
import email
import functools
from email import policy
from pathlib import Path

import pytest

from support.leads import NOON
from website.config import Settings
from website.editorial.models import WorkingCopy
from website.editorial.publication_outcomes import PublicationOutcomes
from website.editorial.publications import (
    Publication,
    PublicationKind,
    Publications,
    PublicationState,
)
from website.editorial.repository import Repository
from website.editorial.workflow import Actor, Step
from website.editorial.working_copies import WorkingCopies
from website.exceptions import DeliveryError
from website.infra.database import Database
from website.infra.mail_transport import FileTransport
from website.mailboxes import Mailbox
from website.ops.publishing import editorial_mails
from website.ops.publishing.editorial_mails import STALE
from website.staff.accounts.directory import AccountDirectory

FILE = "artikel/neu.md"
TEXT = b"---\ntitle: Neuer Titel\n---\nText\n"


class Office:
    """Anna writes, Bernd and Clara are chief editors, Doris is somebody else."""

    def __init__(self, database: Database, folder: Path) -> None:
        directory = AccountDirectory(database)
        people = [
            directory.add(f"{name}@agentur.example", name.title(), roles)
            for name, roles in {
                "anna": ["editor"],
                "bernd": ["chief-editor"],
                "clara": ["chief-editor", "sales"],
                "doris": ["sales"],
            }.items()
        ]
        self.anna, self.bernd, self.clara, _ = [one.id for one in people]
        self.directory, self.folder = directory, folder / "mail"
        self.copies, self.publications = WorkingCopies(database), Publications(database)
        self.outcomes = PublicationOutcomes(database)
        settings = Settings(
            instance_dir=folder,
            base_url="https://www.example.org",
            mail_from=Mailbox("website@agentur.example"),
        )
        self.transport = FileTransport(self.folder)
        self.send = functools.partial(editorial_mails.send, database, settings)

    def submitted(self) -> WorkingCopy:
        copy = self.copies.save(FILE, 0, TEXT, Actor(self.anna, NOON), official=None, commit="c1")
        assert copy
        return self.copies.take(Step.SUBMIT, FILE, copy.version, Actor(self.anna, NOON))

    def scheduled(self) -> int:
        """Return the number of a publication that is scheduled."""
        copy = self.copies.approve(
            FILE, self.submitted().version, Actor(self.bernd, NOON, is_chief=True)
        )
        due_at = NOON + datetime.timedelta(days=1)
        later = Publication(
            kind=PublicationKind.PUBLISH, actor="Clara", subject="Neu", source="c2",
            requested_at=NOON, due_at=due_at,
        )  # fmt: skip
        self.copies.publish(FILE, copy.version, Actor(self.clara, NOON, is_chief=True), later)
        self.sent()
        return later.id

    def end(self, number: int, state: PublicationState, error: str = "") -> None:
        self.publications.start(number, NOON)
        self.publications.finish(number, state, NOON, result="c2", error=error)
        self.outcomes.settle(self.publications, Repository(self.folder / "none"), NOON)

    def sent(self) -> dict[str, tuple[str, str]]:
        """Send what is owed, and return subject and text by recipient."""
        self.send(self.transport, NOON)
        found = {}
        for file in sorted(self.folder.glob("*.eml")):
            message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            recipient = str(message["To"]).partition("@")[0]
            found[recipient] = str(message["Subject"]), message.get_content().replace("\r\n", "\n")
            file.unlink()
        return found


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def test_chief_editors_read_what_waits_for_them(office: Office) -> None:
    office.submitted()
    sent = office.sent()
    assert sent.keys() == {"bernd", "clara"}
    subject, text = sent["bernd"]
    assert subject == "Zur Prüfung: Neuer Titel"
    assert text == (
        "Anna hat „Neuer Titel“ zur Prüfung eingereicht. Lesen Sie den Text, und geben Sie ihn "
        "frei oder zurück.\n\nhttps://www.example.org/redaktion/texte/artikel/neu.md\n"
    )
    assert office.sent() == {}


def test_authors_read_what_became_of_their_text(office: Office) -> None:
    copy = office.submitted()
    office.sent()
    office.copies.take(
        Step.REJECT, FILE, copy.version, Actor(office.bernd, NOON, is_chief=True), note="Zu lang."
    )
    sent = office.sent()
    assert sent.keys() == {"anna"}
    assert "Bernd hat „Neuer Titel“ zurückgegeben." in sent["anna"][1]
    assert "\n\nBemerkung: Zu lang.\n\nhttps://" in sent["anna"][1]


def test_who_takes_their_own_text_back_gets_no_mail(office: Office) -> None:
    copy = office.submitted()
    office.sent()
    office.copies.take(Step.REJECT, FILE, copy.version, Actor(office.anna, NOON))
    assert office.sent() == {}


def test_who_waits_for_a_scheduled_text_reads_that_it_is_live(office: Office) -> None:
    office.end(office.scheduled(), PublicationState.DONE)
    sent = office.sent()
    assert sent.keys() == {"anna", "clara"}
    assert sent["clara"][0] == "Veröffentlicht: Neuer Titel"


def test_who_waits_reads_why_nothing_was_published(office: Office) -> None:
    office.end(office.scheduled(), PublicationState.REFUSED, "Die Prüfung hat 1 Fehler gefunden.")
    sent = office.sent()
    assert sent.keys() == {"anna", "clara"}
    assert sent["anna"][0] == "Nicht veröffentlicht: Neuer Titel"
    assert "\n\nDie Prüfung hat 1 Fehler gefunden.\n\n" in sent["anna"][1]


def test_accounts_that_were_disabled_get_no_mail(office: Office) -> None:
    office.directory.set_active(office.bernd, active=False)
    office.submitted()
    assert office.sent().keys() == {"clara"}


class _Broken(FileTransport):
    def send(self, *_args: object, **_named: object) -> None:
        raise DeliveryError("The mail server cannot be reached")


def test_what_could_not_be_sent_is_sent_later_but_not_after_days(
    office: Office, database: Database, tmp_path: Path
) -> None:
    office.submitted()
    settings = Settings(instance_dir=tmp_path)
    with pytest.raises(DeliveryError):
        editorial_mails.send(database, settings, _Broken(tmp_path), NOON)
    office.send(office.transport, NOON + STALE * 2)
    assert not office.folder.exists()
    assert office.sent().keys() == {"bernd", "clara"}
