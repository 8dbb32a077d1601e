"""What staff read for the states of leads and deliveries, wherever they are shown or exported."""

from __future__ import annotations

import functools

from website.leads.models import GERMAN, Channel, DeliveryState, LeadStatus, LostReason

STATUS: dict[LeadStatus, str] = {
    LeadStatus.NEW: "neu",
    LeadStatus.IN_PROGRESS: "in Bearbeitung",
    LeadStatus.QUALIFIED: "qualifiziert",
    LeadStatus.WON: "gewonnen",
    LeadStatus.LOST: "verloren",
}

LOST_REASON: dict[LostReason, str] = {
    LostReason.TOO_LATE: "Zu spät geantwortet",
    LostReason.PRICE: "Preis",
    LostReason.COMPETITOR: "Anderer Anbieter",
    LostReason.NO_NEED: "Bedarf entfallen",
    LostReason.NO_ANSWER: "Nicht erreichbar",
    LostReason.NO_FIT: "Passt nicht zu uns",
    LostReason.NO_REQUEST: "Werbung/Irrläufer",
    LostReason.OTHER: "Anderer Grund",
}

CHANNEL: dict[Channel, str] = {
    Channel.MAIL: "E-Mail",
    Channel.WEBHOOK: "Webhook",
    Channel.CONFIRMATION: "Bestätigung an den Absender",
}

DELIVERY_STATE: dict[DeliveryState, str] = {
    DeliveryState.WITHHELD: "zurückgehalten",
    DeliveryState.PENDING: "in Zustellung",
    DeliveryState.SENT: "zugestellt",
    DeliveryState.DEAD: "nicht zustellbar",
}


@functools.cache
def language(code: str) -> str:
    """Name a language in German: „Englisch“; an unknown one by its letters."""
    from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415 - few processes need it

    try:
        return Locale.parse(code).get_language_name("de") or code
    except (UnknownLocaleError, ValueError):
        return code


def foreign_language(code: str) -> str:
    """Name the language in which a request is answered; nothing where that is German."""
    return "" if code == GERMAN else language(code)
