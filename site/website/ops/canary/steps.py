"""Where a canary can get stuck: in English for operators, in German for the alert."""

from __future__ import annotations

from enum import Enum

from website.exceptions import CanaryError
from website.infra.mail_transport import IN_GERMAN


class Step(Enum):
    """One step that failed."""

    PAGE_UNREACHABLE = (
        "The contact page is not reachable",
        "Die Kontaktseite ist nicht zu erreichen",
    )
    NO_FORM = ("The contact page has no form", "Auf der Kontaktseite steht kein Formular")
    ELSEWHERE = (
        "The contact page's form posts to another host",
        "Das Formular sendet an eine fremde Adresse",
    )
    OUT_OF_STEP = (
        "The contact page is out of step with the endpoint",
        "Die Kontaktseite passt nicht zum Programm, das die Anfragen annimmt",
    )
    ENDPOINT_UNREACHABLE = (
        "The endpoint is not reachable",
        "Das Programm, das die Anfragen annimmt, ist nicht zu erreichen",
    )
    REFUSED = ("The request was refused", "Die Anfrage wurde abgewiesen")
    NOT_RECOGNISED = (
        "The endpoint took the canary for a visitor's request",
        "Die Probeanfrage wurde für die eines Besuchers gehalten",
    )
    NOT_STORED = (
        "The request was thanked for, but is not stored",
        "Für die Anfrage wurde gedankt, aber sie ist nicht gespeichert",
    )
    GARBLED = (
        "The request was stored otherwise than it was sent",
        "Die Anfrage wurde anders gespeichert als gesendet",
    )
    NO_THANKS = (
        "The thanks page does not come",
        "Nach der Anfrage kommt die Seite mit dem Dank nicht",
    )
    LOGIN_REFUSED = (
        "The mail server refuses the login, so nobody is told of requests",
        f"{IN_GERMAN}, so erfährt niemand von Anfragen",
    )
    NOT_DELIVERED = (
        "The request was stored, but is not delivered",
        "Die Anfrage ist gespeichert, wird aber nicht zugestellt",
    )

    def failed(self, detail: str = "") -> CanaryError:
        """Return the error for this step.

        :param detail: in English, without personal data.
        """
        english, german = (f"{words}: {detail}" if detail else words for words in self.value)
        return CanaryError(english, german=german)
