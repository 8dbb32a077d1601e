"""A company that fills in the form with a browser."""

from __future__ import annotations

import contextlib
import email
import email.policy
import ipaddress
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page

from support.editions import edition_at
from support.site import Running

REFERENCE = re.compile(r"/(?:anfrage|enquiry)/([A-Z0-9]{4}-[A-Z0-9]{4})$")
FORM = re.compile(r"/anfrage$")
"""Where the form is sent."""

_counted = itertools.count(1)


@dataclass(frozen=True)
class Asker:
    """A visitor at a page of the running site, whose words nobody else has used."""

    page: Page
    running: Running
    number: int

    @property
    def company(self) -> str:
        """Whose request it is."""
        return f"Müller & Söhne {self.number} GmbH"

    def open_the_form(self, topic: str = "") -> None:
        """Come to the form by its address."""
        self.page.goto(f"/kontakt/{topic}/" if topic else "/kontakt/")

    def fill_in(self, **changes: str) -> None:
        """Fill in what is required, but for ``changes``."""
        answers = {
            "message": f"Uns fehlt der Überblick über {self.number} Kunden.\nEs ist dringend.",
            "company": self.company,
            "name": "Jörg Weiß",
            "email": "joerg.weiss@firma.example",
        } | changes
        for name, text in answers.items():
            self.field(name).fill(text)

    def field(self, name: str) -> Locator:
        """Return the control of a question."""
        return self.page.locator(f"#feld-{name}")

    @property
    def button(self) -> Locator:
        """What sends the form, whatever it says."""
        return self.page.locator("form [type=submit]").first

    def describe(self) -> None:
        """Unfold what may be described beyond the answers that are enough."""
        self.page.get_by_text("Genauer beschreiben").click()

    def send(self) -> str:
        """Send the form, and give the number from the thanks."""
        self.button.click()
        return self.thanked()

    def thanked(self) -> str:
        """Wait until the thanks are there: the address changes before the page does."""
        self.page.wait_for_url(REFERENCE)
        self.page.wait_for_load_state("networkidle")
        found = REFERENCE.search(self.page.url)
        assert found, self.page.url
        thanks = edition_at(urlsplit(self.page.url).path).page("danke")
        assert self.page.locator("h1").inner_text() == thanks.title
        return found[1]

    def mail(self, reference: str, recipient: str) -> EmailMessage:
        """Wait for the mail about a request that somebody gets."""
        for _ in range(300):
            for path in self.running.mails():
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if reference in mail["Subject"] and recipient in mail["To"]:
                    return mail
            self.page.wait_for_timeout(100)
        raise AssertionError(f"no mail about {reference} to {recipient}")

    def leads(self) -> list[dict[str, Any]]:
        """Read what has been stored of the company's requests."""
        with contextlib.closing(_database(self.running)) as database:
            rows = database.execute("SELECT * FROM leads WHERE company = ?", [self.company])
            return [dict(row) | json.loads(row["answers"]) for row in rows]

    def reasons(self) -> list[str]:
        """Name what spoke for and against the only request."""
        [lead] = self.leads()
        return [name for name, _points in json.loads(lead["spam_reasons"])]


@contextlib.contextmanager
def asker(
    chromium: Browser, running: Running, *, number: int | None = None, **options: Any
) -> Iterator[Asker]:
    """Let somebody come from a network of their own.

    :param number: of somebody who comes again, with other options of the browser.
    """
    number = number or next(_counted)
    address = ipaddress.IPv4Address("198.18.0.0") + number
    context = chromium.new_context(
        base_url=running.url, extra_http_headers={"X-Forwarded-For": str(address)}, **options
    )
    yield Asker(context.new_page(), running, number)
    context.close()


def _database(running: Running) -> sqlite3.Connection:
    database = sqlite3.connect(running.instance / "website.sqlite3")
    database.row_factory = sqlite3.Row
    return database
