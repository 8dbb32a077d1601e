"""What we ask of a company, as data.

The form, the mail, the inbox and the privacy page are made from it, so none of them can ask, show
or explain something else than the others. The questions are those that German interim providers
ask; only four are required. Nothing is asked without a purpose, which visitors can read (Art. 5 and
13 DSGVO).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from website.infra.email_addresses import MAX_LENGTH as MAX_EMAIL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class QuestionKind(Enum):
    """How a question is answered."""

    TEXT = "text"
    """On one line."""
    LONG_TEXT = "long-text"
    """On several lines."""
    EMAIL = "email"
    PHONE = "phone"
    """In whatever way people write their number; it is never checked."""
    CHOICE = "choice"
    """By one of the choices."""
    CHECKBOX = "checkbox"
    """By ticking the only choice, or not."""


class QuestionGroup(Enum):
    """The parts of the form, in order, with their headings."""

    REQUEST = "Ihr Anliegen"
    CONTACT = "Ihr Kontakt"
    FRAME = "Rahmen des Einsatzes"
    FORMER = "Weitere Angaben"
    """Answers to questions that are no longer asked."""

    @property
    def for_staff(self) -> str:
        """What the part is called where the staff read the answers: nobody is addressed there."""
        return {QuestionGroup.REQUEST: "Anliegen", QuestionGroup.CONTACT: "Kontakt"}.get(
            self, self.value
        )


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, with all that is said to visitors about it."""

    name: str
    """Identifies the answer in the form's fields and in the database; never changes."""
    label: str
    group: QuestionGroup
    purpose: str
    """Why it is asked, for the privacy page."""
    called: str
    """What error messages call the answer, in the accusative: „Ihren Namen“."""
    short: str = ""
    """What staff read above the answer, if not the label."""
    kind: QuestionKind = QuestionKind.TEXT
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Key, which is stored and never changes, and label of each."""
    required: bool = False
    max_length: int = 200
    """Characters, after cleaning."""
    autocomplete: str = ""
    """Token of the HTML standard, by which browsers fill in (WCAG 1.3.5)."""
    inputmode: str = ""
    is_brought: bool = False
    """Whether another page brings the answer; until then the question is not shown."""
    missing: str = ""
    """Said where a required answer is missing, if „Geben Sie … ein“ does not fit."""

    @property
    def heading(self) -> str:
        """What stands above the answer in the mail and in the inbox."""
        return self.short or self.label

    @property
    def when_missing(self) -> str:
        """Say what to do where a required answer is missing."""
        return self.missing or f"Geben Sie {self.called} ein"

    @property
    def when_unknown(self) -> str:
        """Say what to do where the answer is none of the choices."""
        return f"Wählen Sie {self.called} aus der Liste"

    def when_too_long(self, length: int) -> str:
        """Say what to do where an answer has too many characters, and how many that are."""
        excess, limit = (_with_dots(n) for n in (length - self.max_length, self.max_length))
        return f"Kürzen Sie {self.called} um {excess} auf höchstens {limit} Zeichen"

    def told(self, answer: str) -> str:
        """Give an answer as people read it: the label of a choice, or the text itself."""
        return dict(self.choices).get(answer, answer)


WHEN_NO_EMAIL = "Geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein"

QUESTIONS: tuple[Question, ...] = (
    Question(
        name="topic",
        label="Worum geht es?",
        short="Thema",
        group=QuestionGroup.REQUEST,
        kind=QuestionKind.CHOICE,
        called="das Thema",
        choices=(
            ("kam-aufbauen", "Key-Account-Management aufbauen"),
            ("kam-auf-zeit", "Key Account Manager auf Zeit"),
            ("beschwerdemanagement", "Beschwerdemanagement"),
            ("schulung", "Schulung des Teams"),
            ("kundenportfolio", "Kundenportfolio, Trennung von Kunden"),
            ("sonstiges", "Sonstiges"),
        ),
        purpose="Damit Ihnen jemand antwortet, der sich mit dem Thema auskennt",
    ),
    Question(
        name="message",
        label="Beschreiben Sie kurz Ihre Lage",
        short="Lage",
        hint="Zwei, drei Sätze genügen, noch ohne die Namen Ihrer Kunden.",
        group=QuestionGroup.REQUEST,
        kind=QuestionKind.LONG_TEXT,
        called="Ihre Beschreibung",
        missing="Beschreiben Sie Ihre Lage in zwei oder drei Sätzen",
        required=True,
        max_length=5000,
        purpose="Um zu verstehen, was Sie brauchen",
    ),
    Question(
        name="goals",
        label="Was soll am Ende anders sein?",
        short="Ziele",
        group=QuestionGroup.REQUEST,
        kind=QuestionKind.LONG_TEXT,
        called="Ihre Ziele",
        max_length=2000,
        purpose="Um den Einsatz an Ihren Zielen auszurichten",
    ),
    Question(
        name="result",
        label="Ergebnis aus einem Werkzeug",
        short="Ergebnis",
        hint="Aus unserem Werkzeug übernommen; Sie können es ändern oder löschen.",
        group=QuestionGroup.REQUEST,
        kind=QuestionKind.LONG_TEXT,
        called="das Ergebnis",
        max_length=3000,
        is_brought=True,
        purpose="Um zu verstehen, was Sie über Ihre Kunden schon herausgefunden haben",
    ),
    Question(
        name="company",
        label="Unternehmen",
        group=QuestionGroup.CONTACT,
        called="den Namen Ihres Unternehmens",
        required=True,
        autocomplete="organization",
        purpose="Um zu wissen, für wen Sie anfragen",
    ),
    Question(
        name="name",
        label="Ihr Name",
        short="Name",
        group=QuestionGroup.CONTACT,
        called="Ihren Namen",
        required=True,
        autocomplete="name",
        purpose="Um Sie anzusprechen",
    ),
    Question(
        name="email",
        label="E-Mail",
        hint="Dorthin antworten wir.",
        group=QuestionGroup.CONTACT,
        kind=QuestionKind.EMAIL,
        called="Ihre E-Mail-Adresse",
        required=True,
        max_length=MAX_EMAIL_LENGTH,
        autocomplete="email",
        inputmode="email",
        purpose="Um Ihnen zu antworten",
    ),
    Question(
        name="phone",
        label="Telefon",
        hint="In beliebiger Schreibweise.",
        group=QuestionGroup.CONTACT,
        kind=QuestionKind.PHONE,
        called="Ihre Telefonnummer",
        autocomplete="tel",
        inputmode="tel",
        purpose="Um Sie anzurufen, wenn das schneller geht",
    ),
    Question(
        name="callback",
        label="Wann erreichen wir Sie am besten?",
        short="Erreichbar",
        group=QuestionGroup.CONTACT,
        called="die Zeit für einen Rückruf",
        purpose="Um Sie nicht zur falschen Zeit anzurufen",
    ),
    Question(
        name="role",
        label="Funktion oder Rolle",
        hint="Zum Beispiel Leitung Vertrieb.",
        group=QuestionGroup.FRAME,
        called="die Funktion",
        purpose="Um Kandidaten mit passender Erfahrung zu finden",
    ),
    Question(
        name="industry",
        label="Branche",
        group=QuestionGroup.FRAME,
        called="die Branche",
        purpose="Um Kandidaten mit Erfahrung in Ihrer Branche zu finden",
    ),
    Question(
        name="start",
        label="Gewünschter Start",
        group=QuestionGroup.FRAME,
        kind=QuestionKind.CHOICE,
        called="den Start",
        choices=(
            ("sofort", "Sofort"),
            ("vier-wochen", "In 4 Wochen"),
            ("drei-monate", "In 3 Monaten"),
            ("offen", "Noch offen"),
        ),
        purpose="Um zu prüfen, wer zu diesem Zeitpunkt verfügbar ist",
    ),
    Question(
        name="duration",
        label="Dauer",
        group=QuestionGroup.FRAME,
        kind=QuestionKind.CHOICE,
        called="die Dauer",
        choices=(
            ("bis-3-monate", "Bis 3 Monate"),
            ("3-bis-6-monate", "3 bis 6 Monate"),
            ("6-bis-12-monate", "6 bis 12 Monate"),
            ("laenger", "Länger"),
            ("offen", "Noch offen"),
        ),
        purpose="Um zu prüfen, wer so lange verfügbar ist",
    ),
    Question(
        name="workload",
        label="Auslastung",
        group=QuestionGroup.FRAME,
        kind=QuestionKind.CHOICE,
        called="die Auslastung",
        choices=(
            ("1-bis-2-tage", "1 bis 2 Tage pro Woche"),
            ("3-tage", "3 Tage pro Woche"),
            ("4-bis-5-tage", "4 bis 5 Tage pro Woche"),
            ("offen", "Noch offen"),
        ),
        purpose="Um den Umfang des Einsatzes einzuschätzen",
    ),
    Question(
        name="location",
        label="Einsatzort",
        hint="Ort und Land.",
        group=QuestionGroup.FRAME,
        called="den Einsatzort",
        purpose="Um Anreise und Landeskenntnis einzuplanen",
    ),
    Question(
        name="remote",
        label="Vor Ort oder aus der Ferne",
        short="Arbeitsort",
        group=QuestionGroup.FRAME,
        kind=QuestionKind.CHOICE,
        called="den Ort der Arbeit",
        choices=(
            ("vor-ort", "Vor Ort"),
            ("teilweise", "Teils aus der Ferne"),
            ("ueberwiegend", "Überwiegend aus der Ferne"),
            ("offen", "Noch offen"),
        ),
        purpose="Um Anwesenheit und Reisen einzuplanen",
    ),
    Question(
        name="languages",
        label="Sprachen",
        hint="Welche im Einsatz gesprochen werden.",
        group=QuestionGroup.FRAME,
        called="die Sprachen",
        purpose="Um Kandidaten zu finden, die diese Sprachen sprechen",
    ),
    Question(
        name="key_accounts",
        label="Zahl der Schlüsselkunden",
        hint="Eine Schätzung genügt.",
        group=QuestionGroup.FRAME,
        called="die Zahl der Schlüsselkunden",
        inputmode="numeric",
        purpose="Um den Umfang der Aufgabe einzuschätzen",
    ),
    Question(
        name="budget",
        label="Budget pro Tag",
        group=QuestionGroup.FRAME,
        kind=QuestionKind.CHOICE,
        called="das Budget",
        choices=(
            ("bis-1000", "Bis 1.000 €"),
            ("1000-bis-1400", "1.000 bis 1.400 €"),
            ("ueber-1400", "Über 1.400 €"),
            ("unbekannt", "Weiß ich noch nicht"),
        ),
        purpose="Um nur Vorschläge zu machen, die in Ihr Budget passen",
    ),
    Question(
        name="confidential",
        label="Vertrauliche Anfrage",
        short="Vertraulich",
        group=QuestionGroup.FRAME,
        kind=QuestionKind.CHECKBOX,
        called="die Angabe zur Vertraulichkeit",
        choices=(("ja", "Nennen Sie Kandidaten unseren Firmennamen erst, wenn wir zustimmen"),),
        purpose="Um Ihren Firmennamen nicht früher zu nennen, als Sie es wünschen",
    ),
)

_BY_NAME = {question.name: question for question in QUESTIONS}


@dataclass(frozen=True, kw_only=True)
class TechnicalField:
    """A field of the form that nobody answers, with what the privacy page says about it."""

    name: str
    label: str
    purpose: str
    is_hidden: bool = True
    """Whether it is no control at all; otherwise people just cannot see it."""


SOURCE = TechnicalField(
    name="source",
    label="Seite, von der aus Sie das Formular geöffnet haben",
    purpose="Um zu wissen, welche unserer Seiten zu Anfragen führen",
)
PAGE_KEY = TechnicalField(
    name="page_key",
    label="Zufallszahl, die Ihr Browser für diese eine Seite zieht",
    purpose="Um eine doppelt gesendete Anfrage nur einmal anzunehmen",
)
PROOF = TechnicalField(
    name="proof",
    label="Ergebnis einer Rechenaufgabe, die Ihr Browser löst",
    purpose="Um Anfragen von Programmen zu erkennen",
)
TRAP = TechnicalField(
    name="extra",
    label="Lassen Sie dieses Feld leer",
    purpose="Um Anfragen von Programmen zu erkennen: Menschen sehen dieses Feld nicht",
    is_hidden=False,
)
TECHNICAL = (SOURCE, PAGE_KEY, PROOF, TRAP)


def question(name: str) -> Question:
    """Find a question.

    :raises KeyError: if it is not asked.
    """
    return _BY_NAME[name]


def groups() -> Iterator[tuple[QuestionGroup, tuple[Question, ...]]]:
    """Give the groups of the form, in order, each with its questions."""
    for group in QuestionGroup:
        if asked := tuple(question for question in QUESTIONS if question.group is group):
            yield group, asked


def answered(answers: Mapping[str, str]) -> Iterator[tuple[Question, str]]:
    """Give every answer that has a text with its question, in the order of the questions.

    Answers to questions that are no longer asked come last, under their bare names: what somebody
    once told us stays readable.
    """
    for asked in QUESTIONS:
        if answer := answers.get(asked.name):
            yield asked, answer
    for name, answer in answers.items():
        if name not in _BY_NAME and answer:
            yield _former(name), answer


def _former(name: str) -> Question:
    return Question(name=name, label=name, group=QuestionGroup.FORMER, called=name, purpose="")


def _with_dots(number: int) -> str:
    return f"{number:,}".replace(",", ".")
