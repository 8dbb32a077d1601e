"""A request that nobody has sent, to see what would become of one."""

from __future__ import annotations

from website.infra import clock
from website.leads.models import Channel, Delivery, Lead

REFERENCE = "D0CT-0R00"


def lead() -> Lead:
    """Give a request with what must be answered, and with signs that get lost on bad ways."""
    return Lead(
        reference=REFERENCE,
        received_at=clock.now(),
        topic="sonstiges",
        company="Prüfung & Söhne – Übung",
        name="Jörg Groß",
        email="probe@doctor.example",
        answers={"message": "Übung, „5 €“ & <mehr>."},
        source="/kontakt/",
    )


def delivery(recipient: str) -> Delivery:
    """Give what would be owed to somebody, at the first attempt."""
    return Delivery(
        channel=Channel.MAIL,
        recipient=recipient,
        message_id=f"<{REFERENCE}@doctor.example>",
        attempts=1,
    )
