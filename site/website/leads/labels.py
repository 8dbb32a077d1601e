"""How the staff read a lead's state: one word for each, wherever it is shown or exported."""

from __future__ import annotations

from website.leads.models import LeadStatus, LostReason

STATUS: dict[LeadStatus, str] = {
    LeadStatus.NEW: "neu",
    LeadStatus.IN_PROGRESS: "in Arbeit",
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
    LostReason.NO_REQUEST: "Keine Anfrage",
    LostReason.OTHER: "Anderer Grund",
}
