"""What error pages say: what happened, and what to do. One table for each audience."""

from __future__ import annotations

from typing import NamedTuple

from website.infra.text import gettext_noop


class Message(NamedTuple):
    """What a page says."""

    title: str
    advice: str


VISITORS: dict[int, Message] = {
    400: Message(
        gettext_noop("Die Anfrage war nicht zu verstehen"),
        gettext_noop("Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal."),
    ),
    403: Message(
        gettext_noop("Von dort nehmen wir keine Anfragen an"),
        gettext_noop("Öffnen Sie unsere Kontaktseite und senden Sie Ihre Anfrage von dort."),
    ),
    405: Message(
        gettext_noop("Diese Adresse lässt sich nicht direkt aufrufen"),
        gettext_noop("Öffnen Sie unsere Kontaktseite, um uns eine Anfrage zu senden."),
    ),
    410: Message(
        gettext_noop("Diese Bestätigung gilt nicht mehr"),
        gettext_noop(
            "Ihre Anfrage geht nicht verloren. Wenn es eilt, wenden Sie sich direkt an uns."
        ),
    ),
    413: Message(
        gettext_noop("Die Anfrage ist zu groß"),
        gettext_noop(
            "Gehen Sie zurück und kürzen Sie Ihren Text. Anhänge senden Sie uns per E-Mail."
        ),
    ),
    415: Message(
        gettext_noop("Dieses Format nehmen wir nicht an"),
        gettext_noop("Öffnen Sie unsere Kontaktseite und senden Sie Ihre Anfrage von dort."),
    ),
    429: Message(
        gettext_noop("Das waren sehr viele Anfragen auf einmal"),
        gettext_noop(
            "Warten Sie einige Minuten und versuchen Sie es noch einmal, oder rufen Sie uns an."
        ),
    ),
    500: Message(
        gettext_noop("Bei uns ist etwas schiefgegangen"),
        gettext_noop(
            "Versuchen Sie es in einigen Minuten noch einmal, oder wenden Sie sich direkt an uns."
        ),
    ),
    503: Message(
        gettext_noop("Das geht gerade nicht"),
        gettext_noop(
            "Versuchen Sie es in einigen Minuten noch einmal, oder wenden Sie sich direkt an uns."
        ),
    ),
}
"""By status code."""

PROXY: dict[int, Message] = {
    413: Message(
        gettext_noop("Die Anfrage ist zu groß"),
        gettext_noop(
            "Gehen Sie mit „Zurück“ zum Formular: Ihr Text steht dort noch. Bitte kürzen Sie "
            "ihn; Anhänge senden Sie uns per E-Mail."
        ),
    ),
    503: Message(
        gettext_noop("Das geht gerade nicht"),
        gettext_noop(
            "Ihr Text ist nicht verloren: Mit „Zurück“ kommen Sie zum Formular, dort steht er "
            "noch. Senden Sie ihn in einigen Minuten noch einmal, oder wenden Sie sich direkt "
            "an uns."
        ),
    ),
}
"""What a web server answers by itself, without asking the application."""

STAFF: dict[int | str, Message] = {
    "Foreign": Message(
        "Das kam nicht von unserer Seite",
        "Es wurde nichts geändert. Öffnen Sie die Seite in einem neuen Tab und wiederholen Sie "
        "dort, was Sie tun wollten.",
    ),
    "SignedOut": Message(
        "Sie sind nicht mehr angemeldet",
        "Es wurde noch nichts geändert, und Ihre Eingaben sind nicht verloren: Melden Sie sich in "
        "einem neuen Tab an und laden Sie dann diese Seite neu. Ihr Browser fragt, ob er die "
        "Angaben noch einmal senden soll; bestätigen Sie das.",
    ),
    "Busy": Message(
        "Gerade melden sich viele gleichzeitig an",
        "Es wurde nichts geändert. Warten Sie einige Sekunden und laden Sie diese Seite dann neu. "
        "Ihr Browser fragt, ob er die Angaben noch einmal senden soll; bestätigen Sie das.",
    ),
    "Stale": Message(
        "Melden Sie sich dafür noch einmal an",
        "Ihre Anmeldung ist älter als einige Minuten. Es wurde nichts geändert, und Ihre Eingaben "
        "sind nicht verloren: Melden Sie sich in einem neuen Tab an und laden Sie dann diese Seite "
        "neu. Ihr Browser fragt, ob er die Angaben noch einmal senden soll; bestätigen Sie das.",
    ),
    403: Message(
        "Keine Berechtigung",
        "Es wurde nichts geändert. Wer bei Ihnen die Konten verwaltet, kann Ihnen weitere Rechte "
        "geben.",
    ),
    404: Message(
        "Das gibt es hier nicht",
        "Was hier stand, wurde vielleicht gelöscht, eine Anfrage etwa, weil ihre Frist abgelaufen "
        "ist. Prüfen Sie sonst die Adresse.",
    ),
    405: Message("Diese Adresse lässt sich nicht direkt aufrufen", "Gehen Sie zurück."),
    413: Message("Ihre Eingabe ist zu groß", "Gehen Sie zurück und kürzen Sie sie."),
    500: Message(
        "Bei uns ist etwas schiefgegangen",
        "Gehen Sie zurück und versuchen Sie es in einigen Minuten noch einmal.",
    ),
    503: Message(
        "Das geht gerade nicht",
        "Die Datenbank antwortet nicht. Es ist nichts verloren: Gehen Sie zurück, Ihre Angaben "
        "stehen noch im Formular. Versuchen Sie es in einer Minute noch einmal.",
    ),
    "EditedElsewhere": Message(
        "Die Redaktion läuft auf einem anderen Rechner",
        "Wer bei Ihnen die Website betreibt, kann /redaktion/ dorthin leiten.",
    ),
    "LinkExpired": Message(
        "Dieser Link gilt nicht mehr",
        "Bitten Sie die Person, die ihn geschickt hat, um einen neuen.",
    ),
    "TextGone": Message(
        "Diesen Text gibt es nicht mehr",
        "Er wurde verworfen, gelöscht oder hat eine andere Adresse. Fragen Sie die Person, die den "
        "Link geschickt hat.",
    ),
    "NoDraft": Message(
        "Der Entwurf lässt sich gerade nicht anzeigen",
        "An diesem Text wird gearbeitet. Versuchen Sie es später noch einmal, oder fragen Sie die "
        "Person, die den Link geschickt hat.",
    ),
    "NoRepository": Message(
        "Die Ablage der Texte antwortet nicht",
        "Es wurde nichts veröffentlicht und nichts gelöscht. Gehen Sie zurück, Ihre Angaben stehen "
        "noch im Formular. Versuchen Sie es in einer Minute noch einmal, sonst fragen Sie Ihre "
        "Technik.",
    ),
    "invitation": Message(
        "Diese Einladung gilt nicht mehr",
        "Sie ist älter als drei Tage oder schon benutzt. Haben Sie Ihr Passwort schon gewählt, "
        "melden Sie sich an. Sonst bitten Sie den Betrieb um eine neue Einladung.",
    ),
    "unclear": Message(
        "Die Eingabe war nicht zu verstehen",
        "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
}
"""By status code, or by the name of what was raised."""
