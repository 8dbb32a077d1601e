"""Every reason to suspect a lead, or not to: its points, and how staff read it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Signal:
    """One reason. Negative points speak for the lead."""

    name: str
    points: int
    words: str
    """In German, after „Verdacht:“ or alone."""


TRAP = Signal("trap", 4, "Ein Feld ist ausgefüllt, das Menschen nicht sehen")
NO_PROOF = Signal("no-proof", 1, "Der Browser hat keinen Rechennachweis geliefert")
FORGED_PROOF = Signal("forged-proof", 3, "Der Rechennachweis ist gefälscht")
SPENT_PROOF = Signal("spent-proof", 3, "Der Rechennachweis wurde schon einmal verwendet")
EXPIRED_PROOF = Signal("expired-proof", 1, "Der Rechennachweis ist abgelaufen")
FAST = Signal("fast", 3, "Das Formular war schneller ausgefüllt, als ein Mensch schreibt")
PROVEN = Signal("proven", -1, "Der Browser hat einen gültigen Rechennachweis geliefert")
CONFIRMED = Signal("confirmed", -5, "Der Absender hat auf einer eigenen Seite bestätigt")
UNTOLD_ORIGIN = Signal("untold-origin", 2, "Der Absender verrät nicht, von welcher Seite er kommt")
NO_LANGUAGE = Signal("no-language", 3, "Der Absender nennt keine Sprache, wie es Browser tun")
SILENT = Signal("silent", 2, "Der Absender verrät nichts von dem, was Browser immer verraten")
NO_BROWSER = Signal("no-browser", 3, "Der Absender ist ein Programm, kein Browser")
PACE = Signal("pace", 2, "Von derselben Adresse kamen viele Anfragen in kurzer Zeit")
REPEATED = Signal("repeated", 3, "Derselbe Text kam schon unter anderem Namen")
SELF_CHECK = Signal("self-check", 9, "Die Website hat sich damit selbst geprüft")
DISPOSABLE = Signal("disposable", 3, "Die E-Mail-Adresse ist eine Wegwerfadresse")
MARKUP = Signal("markup", 5, "Der Text enthält Code für Links (HTML oder BBCode)")
ONE_LINK = Signal("one-link", 1, "Der Text enthält einen Link")
FEW_LINKS = Signal("few-links", 2, "Der Text enthält mehrere Links")
MANY_LINKS = Signal("many-links", 4, "Der Text enthält viele Links")
SHORTENED = Signal("shortened", 4, "Ein Link verbirgt sein Ziel (Kurzadresse)")
LINK_AS_NAME = Signal("link-as-name", 4, "Name oder Unternehmen ist ein Link")
FOREIGN_SCRIPT = Signal("foreign-script", 6, "Der Text ist überwiegend in fremder Schrift")
SOME_FOREIGN_SCRIPT = Signal("some-foreign-script", 2, "Der Text ist zum Teil in fremder Schrift")
DISGUISED = Signal("disguised", 5, "Wörter sind getarnt (ähnliche Zeichen, gesperrt)")
GIBBERISH = Signal("gibberish", 6, "Die Angaben sind sinnlose Zeichenfolgen")
SAME_EVERYWHERE = Signal("same-everywhere", 6, "In verschiedenen Feldern steht dasselbe")
PROBE = Signal("probe", 6, "Der Text sucht nach Sicherheitslücken oder ist ein Test")
ASKS = Signal("asks", -4, "Der Text sucht ausdrücklich, was wir vermitteln")
IN_DOUBT = Signal(
    "in-doubt",
    0,
    "Sicher ist davon nichts: Der Text ist deutsch oder englisch, und der Browser hat gearbeitet",
)

READS_LIKE = {
    True: Signal("reads-like-advertising", 0, "Der Text liest sich wie Werbung"),
    False: Signal("reads-like-request", 0, "Der Text liest sich wie eine Anfrage"),
}

ALL = tuple(value for value in globals().values() if isinstance(value, Signal))
_WORDS = {signal.name: signal.words for signal in (*ALL, *READS_LIKE.values())} | {
    "no-german": "Der Text ist nicht auf Deutsch",  # weighed once; stored with older leads
}
CERTAIN = frozenset(
    {signal.name for signal in (TRAP, MARKUP, DISGUISED, FOREIGN_SCRIPT, *READS_LIKE.values())}
)
"""What withholds a text in a known language although the browser has proven work. The wording is
among them: it reaches that far only where a text is long, and reads like advertising throughout."""


def reads_like(points: int) -> Signal:
    """Return the signal of the wording, whose weight depends on the text."""
    return replace(READS_LIKE[points > 0], points=points)


def in_doubt(excess: int) -> Signal:
    """Return the signal that subtracts the excess of a sum of doubtful signals."""
    return replace(IN_DOUBT, points=-excess)


def in_words(name: str) -> str:
    """Return the words for a stored signal, also for one that no longer exists."""
    return _WORDS.get(name, name)
