"""The model of the request form: its questions, and what the code requires of them.

Texts, choices and order are content (``content/formular.toml``, read by
:mod:`website.content.questionnaire_file`). Form, mails, inbox, exports and privacy page are all
generated from it, so they always agree. Every question has a purpose that visitors can read
(Art. 5 and 13 DSGVO).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Protocol

from website.infra.email_addresses import MAX_LENGTH as MAX_EMAIL_LENGTH
from website.infra.text import gettext_noop


class Words(Protocol):
    """The language of messages to visitors."""

    def gettext(self, message: str) -> str:
        """Return the translation of a message."""

    def number(self, value: int) -> str:
        """Return a formatted number."""


class QuestionKind(Enum):
    """Kinds of questions; values as in ``formular.toml``."""

    TEXT = "text"
    """A single line."""
    LONG_TEXT = "langer-text"
    """Several lines."""
    NUMBER = "zahl"
    """A single line: a number, or an estimate in words."""
    EMAIL = "e-mail"
    PHONE = "telefon"
    """A phone number in any notation; not validated."""
    CHOICE = "auswahl"
    """One of several choices."""
    CHECKBOX = "haken"
    """A checkbox with a single choice."""

    @property
    def is_chosen(self) -> bool:
        """Whether answers are keys of choices."""
        return self in {QuestionKind.CHOICE, QuestionKind.CHECKBOX}

    @property
    def is_free_text(self) -> bool:
        """Whether answers are free text, which may contain spam."""
        return self in {QuestionKind.TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER}


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the code requires of a question."""

    kind: QuestionKind
    required: bool = False
    max_length: int = 0
    """Maximum characters; 0 for the default of the kind."""
    autocomplete: str = ""
    """Autofill token of the HTML standard (WCAG 1.3.5)."""
    is_brought: bool = False
    """Whether another page passes the answer; without one the question is hidden."""


CONTRACTS = {
    "topic": Contract(kind=QuestionKind.CHOICE),
    "message": Contract(kind=QuestionKind.LONG_TEXT, required=True, max_length=5000),
    "result": Contract(kind=QuestionKind.LONG_TEXT, max_length=3000, is_brought=True),
    "company": Contract(kind=QuestionKind.TEXT, required=True, autocomplete="organization"),
    "name": Contract(kind=QuestionKind.TEXT, required=True, autocomplete="name"),
    "email": Contract(
        kind=QuestionKind.EMAIL, required=True, max_length=MAX_EMAIL_LENGTH, autocomplete="email"
    ),
    "phone": Contract(kind=QuestionKind.PHONE, autocomplete="tel"),
}
"""Required questions by name. Staff may add and remove any others, which are optional."""

CALLBACK, NO_CALLBACK = "callback_time", "nein"
"""Name of the optional question about a callback, and its choice that declines one."""

NAMES = ("name", "company")
"""Questions whose answers are names, not free text."""

MAX_LENGTH, MAX_LENGTH_OF_LONG_TEXT = 200, 2000
"""Default maximum characters of an answer, after cleaning."""

_INPUT_MODES = {
    QuestionKind.EMAIL: "email",
    QuestionKind.PHONE: "tel",
    QuestionKind.NUMBER: "numeric",
}


@dataclass(frozen=True, kw_only=True)
class QuestionGroup:
    """A group of questions."""

    key: str
    title: str
    """Heading for visitors."""
    staff_title: str
    """Heading for staff, which does not address the visitor."""


FORMER = QuestionGroup(key="", title="Weitere Angaben", staff_title="Weitere Angaben")
"""The group of questions that are no longer asked."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its texts."""

    name: str
    """Identifier in form fields and in the database; never changes."""
    label: str
    group: QuestionGroup
    purpose: str = ""
    """Purpose, for the privacy page."""
    called: str = ""
    """Name of the answer in error messages, in the accusative: „Ihren Namen“."""
    short: str = ""
    """Heading for staff, if it differs from the label."""
    kind: QuestionKind = QuestionKind.TEXT
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Key (stored, never changes) and label of each choice."""
    featured: tuple[str, ...] = ()
    """Keys of the choices that the start page links to."""
    removed_choices: tuple[tuple[str, str], ...] = ()
    """Choices no longer offered, but present in stored answers and open pages."""
    missing: str = ""
    """Message for a missing required answer, instead of „Bitte geben Sie … ein“."""

    @property
    def heading(self) -> str:
        """Heading of the answer in mails and the inbox."""
        return self.short or self.label

    @property
    def required(self) -> bool:
        """Whether an answer is required."""
        return self.contract.required

    @property
    def inputmode(self) -> str:
        """``inputmode`` of the HTML standard, for on-screen keyboards."""
        return _INPUT_MODES.get(self.kind, "")

    @property
    def max_length(self) -> int:
        """Characters of an answer, after cleaning."""
        is_long = self.kind is QuestionKind.LONG_TEXT
        return self.contract.max_length or (MAX_LENGTH_OF_LONG_TEXT if is_long else MAX_LENGTH)

    def when_missing(self, words: Words) -> str:
        """Return the message for a missing required answer."""
        pattern = words.gettext("Bitte geben Sie %(called)s ein")
        return self.missing or pattern % {"called": self._called(words)}

    def when_unknown(self, words: Words) -> str:
        """Return the message for an answer that is not one of the choices."""
        pattern = words.gettext("Bitte wählen Sie %(called)s aus der Liste")
        return pattern % {"called": self._called(words)}

    def when_too_long(self, words: Words, length: int) -> str:
        """Return the message for an answer that is too long."""
        pattern = words.gettext(
            "Bitte kürzen Sie %(called)s um %(excess)s auf höchstens %(limit)s Zeichen"
        )
        return pattern % {
            "called": self._called(words),
            "excess": words.number(length - self.max_length),
            "limit": words.number(self.max_length),
        }

    def accepts(self, answer: str) -> bool:
        """Return whether an answer is a present or former choice.

        Always true without choices, which means that ``formular.toml`` cannot be read.
        """
        known = dict(self.choices + self.removed_choices)
        return answer in known or not known

    def display(self, answer: str) -> str:
        """Return an answer for display: the label of a choice, or the text itself."""
        return dict(self.removed_choices + self.choices).get(answer, answer)

    def _called(self, words: Words) -> str:
        return self.called or words.gettext("die Angabe „%(label)s“") % {"label": self.label}

    @property
    def contract(self) -> Contract:
        """The requirements of the code; none for questions added by staff."""
        return CONTRACTS.get(self.name) or Contract(kind=self.kind)


def when_several_emails(words: Words) -> str:
    """Return the message for several e-mail addresses."""
    return words.gettext(
        "Bitte geben Sie hier nur eine E-Mail-Adresse ein, weitere in Ihrer Nachricht"
    )


def when_no_email(words: Words, odd: str) -> str:
    """Return the message for an invalid e-mail address.

    :param odd: a character that addresses cannot contain; empty if there is none.
    """
    if not odd:
        return words.gettext("Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein")
    pattern = words.gettext(
        "Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein, ohne „%(sign)s“"
    )
    return pattern % {"sign": odd}


@dataclass(frozen=True)
class Questionnaire:
    """All questions, present and former ones."""

    questions: tuple[Question, ...] = ()
    """Present questions, in the order of the form."""
    removed: tuple[Question, ...] = ()
    """Former questions, whose answers remain readable."""
    is_readable: bool = True
    """Whether ``formular.toml`` is valid; otherwise there are no questions."""

    def question(self, name: str) -> Question:
        """Return a present or former question.

        :raises KeyError: if there is none of this name.
        """
        return self._by_name[name]

    @property
    def every_question(self) -> tuple[Question, ...]:
        """All questions, present ones first."""
        return (*self.questions, *self.removed)

    @property
    def topics(self) -> tuple[tuple[str, str], ...]:
        """Key and label of each topic."""
        return self._by_name["topic"].choices if "topic" in self._by_name else ()

    @property
    def featured_topics(self) -> tuple[tuple[str, str], ...]:
        """Key and label of each topic that the start page links to, in its order."""
        labels = dict(self.topics)
        return tuple((key, labels[key]) for key in self._by_name["topic"].featured if key in labels)

    @property
    def free_texts(self) -> tuple[str, ...]:
        """Names of all questions with free-text answers."""
        return tuple(
            question.name
            for question in self.every_question
            if question.kind.is_free_text and question.name not in NAMES
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Sorted keys in stored answers: ``topic`` (question), ``topic schulung`` (choice)."""
        found = {question.name for question in self.every_question}
        for question in self.every_question:
            choices = (*question.choices, *question.removed_choices)
            found |= {f"{question.name} {key}" for key, _ in choices}
        return tuple(sorted(found))

    def groups(self) -> Iterator[tuple[QuestionGroup, tuple[Question, ...]]]:
        """Yield the groups of the form with their questions, in order."""
        found: dict[QuestionGroup, list[Question]] = {}
        for question in self.questions:
            found.setdefault(question.group, []).append(question)
        for group, asked in found.items():
            yield group, tuple(asked)

    def answered(self, answers: Mapping[str, str]) -> Iterator[tuple[Question, str]]:
        """Yield questions with their answers, in the order of the form.

        Answers to former questions come last, and those to unknown ones under their bare names, so
        that all stored answers remain readable.
        """
        for question in self.every_question:
            if answer := answers.get(question.name):
                yield question, answer
        for name, answer in answers.items():
            if name not in self._by_name and answer:
                yield Question(name=name, label=name, group=FORMER), answer

    def callback(self, answers: Mapping[str, str]) -> str:
        """Return the wanted time of a callback, as worded in the form; empty if none is wanted."""
        when = answers.get(CALLBACK, "")
        if when in {"", NO_CALLBACK}:
            return ""
        asked = self._by_name.get(CALLBACK)
        return asked.display(when) if asked else when

    @cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.every_question}


GetQuestionnaire = Callable[[], Questionnaire]
"""Returns the current questionnaire, which staff may edit while the website runs."""


@dataclass(frozen=True, kw_only=True)
class TechnicalField:
    """A technical field of the form, with its description for the privacy page."""

    name: str
    label: str
    purpose: str
    is_hidden: bool = True
    """Whether it is an ``<input type=hidden>``; otherwise CSS hides it."""


SOURCE = TechnicalField(
    name="source",
    label=gettext_noop("Seite, von der aus Sie das Formular geöffnet haben"),
    purpose=gettext_noop("Um zu wissen, welche unserer Seiten zu Anfragen führen"),
)
PAGE_KEY = TechnicalField(
    name="page_key",
    label=gettext_noop("Zufallszahl, die Ihr Browser für diese eine Seite zieht"),
    purpose=gettext_noop("Um eine doppelt gesendete Anfrage nur einmal anzunehmen"),
)
PROOF = TechnicalField(
    name="proof",
    label=gettext_noop("Ergebnis einer Rechenaufgabe, die Ihr Browser löst"),
    purpose=gettext_noop("Um Anfragen von Programmen zu erkennen"),
)
TRAP = TechnicalField(
    name="extra",
    label=gettext_noop("Lassen Sie dieses Feld leer"),
    purpose=gettext_noop(
        "Um Anfragen von Programmen zu erkennen: Menschen sehen dieses Feld nicht"
    ),
    is_hidden=False,
)
TECHNICAL = (SOURCE, PAGE_KEY, PROOF, TRAP)
"""Their names are reserved."""
