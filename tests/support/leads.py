"""What tests of leads start from: answers, a clock that is set by hand, couriers that obey."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from website.leads.models import Delivery, Lead

NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)

ANSWERS = {
    "topic": "kam-aufbauen",
    "message": "Zwei Großkunden drohen mit Absprung.\nUns fehlt jemand, der sich kümmert.",
    "start": "sofort",
    "confidential": "ja",
    "company": "Müller & Söhne GmbH",
    "name": "Jörg Weiß",
    "email": "joerg.weiss@firma.example",
    "phone": "+49 (0) 711/123-456",
}


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime.datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        """Move the clock: ``forward(hours=2)``."""
        self.moment += datetime.timedelta(**time)


class ObedientCourier:
    """Writes down what it is given, and does first what a test wants done."""

    def __init__(self, first: Callable[[Lead], None] = lambda _lead: None) -> None:
        self.first = first
        self.delivered: list[tuple[str, str, str]] = []

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        self.first(lead)
        self.delivered.append((lead.reference, delivery.recipient, delivery.message_id))
