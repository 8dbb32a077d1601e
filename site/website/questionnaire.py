"""What the request form asks of a company: the model, and what about it is code.

The words, the choices and the order are content, which staff edit (``content/formular.toml``, read
by :mod:`website.content.questionnaire_file`). Form, mail, inbox, exports and privacy page are made
from it, so none of them can ask, show or explain something else than the others. Nothing is asked
without a purpose, which visitors can read (Art. 5 and 13 DSGVO).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Protocol

from website.infra.email_addresses import MAX_LENGTH as MAX_EMAIL_LENGTH
from website.infra.text import gettext_noop


class Words(Protocol):
    """The language in which visitors are told what to do."""

    def gettext(self, message: str) -> str:
        """Return the translation of a message."""

    def number(self, value: int) -> str:
        """Return a number as it is written."""


class QuestionKind(Enum):
    """How a question is answered; the values are what ``formular.toml`` calls the kinds."""

    TEXT = "text"
    """On one line."""
    LONG_TEXT = "langer-text"
    """On several lines."""
    NUMBER = "zahl"
    """On one line, as a number or an estimate in words."""
    EMAIL = "e-mail"
    PHONE = "telefon"
    """In whatever way people write their number; it is never checked."""
    CHOICE = "auswahl"
    """By one of the choices."""
    CHECKBOX = "haken"
    """By ticking the only choice, or not."""

    @property
    def is_chosen(self) -> bool:
        """Whether an answer is the key of a choice."""
        return self in {QuestionKind.CHOICE, QuestionKind.CHECKBOX}

    @property
    def is_free_text(self) -> bool:
        """Whether people can write whatever they like, so that spam may stand there."""
        return self in {QuestionKind.TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER}


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the code relies on in a question that every form must ask."""

    kind: QuestionKind
    required: bool = False
    max_length: int = 0
    """Characters, if not those usual for the kind."""
    autocomplete: str = ""
    """Token of the HTML standard, by which browsers fill in (WCAG 1.3.5)."""
    is_brought: bool = False
    """Whether another page brings the answer; until then the question is not shown."""


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
"""By the key of the question. All other questions are optional, and staff may add and remove them.
"""

CALLBACK, NO_CALLBACK = "callback_time", "nein"
"""The question when to call back, where it is asked, and the choice that declines a call."""

NAMES = ("name", "company")
"""Questions whose answers are names, so no free text."""

MAX_LENGTH, MAX_LENGTH_OF_LONG_TEXT = 200, 2000
"""Characters of an answer, after cleaning."""

_INPUT_MODES = {
    QuestionKind.EMAIL: "email",
    QuestionKind.PHONE: "tel",
    QuestionKind.NUMBER: "numeric",
}


@dataclass(frozen=True, kw_only=True)
class QuestionGroup:
    """A part of the form."""

    key: str
    title: str
    """The heading that visitors read."""
    staff_title: str
    """The heading above the answers, where staff read them and nobody is addressed."""


FORMER = QuestionGroup(key="", title="Weitere Angaben", staff_title="Weitere Angaben")
"""Answers to questions that are no longer asked."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, with all that is said to visitors about it."""

    name: str
    """Identifies the answer in the form's fields and in the database; never changes."""
    label: str
    group: QuestionGroup
    purpose: str = ""
    """Why it is asked, for the privacy page."""
    called: str = ""
    """What error messages call the answer, in the accusative: „Ihren Namen“."""
    short: str = ""
    """What staff read above the answer, if not the label."""
    kind: QuestionKind = QuestionKind.TEXT
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Key, which is stored and never changes, and label of each."""
    featured: tuple[str, ...] = ()
    """Keys of the choices with which the start page leads to the form."""
    removed_choices: tuple[tuple[str, str], ...] = ()
    """No longer offered; stored answers and pages that are still open may hold them."""
    missing: str = ""
    """Message for a required answer that is missing, instead of „Bitte geben Sie … ein“."""

    @property
    def heading(self) -> str:
        """What stands above the answer in the mail and in the inbox."""
        return self.short or self.label

    @property
    def required(self) -> bool:
        """Whether a request cannot be sent without an answer."""
        return self.contract.required

    @property
    def inputmode(self) -> str:
        """Token of the HTML standard for the keyboard that phones show."""
        return _INPUT_MODES.get(self.kind, "")

    @property
    def max_length(self) -> int:
        """Characters of an answer, after cleaning."""
        is_long = self.kind is QuestionKind.LONG_TEXT
        return self.contract.max_length or (MAX_LENGTH_OF_LONG_TEXT if is_long else MAX_LENGTH)

    def when_missing(self, words: Words) -> str:
        """Return the message that says what to do where a required answer is missing."""
        pattern = words.gettext("Bitte geben Sie %(called)s ein")
        return self.missing or pattern % {"called": self._called(words)}

    def when_unknown(self, words: Words) -> str:
        """Return the message that says what to do where the answer is none of the choices."""
        pattern = words.gettext("Bitte wählen Sie %(called)s aus der Liste")
        return pattern % {"called": self._called(words)}

    def when_too_long(self, words: Words, length: int) -> str:
        """Return the message for an answer of so many characters, which are too many."""
        pattern = words.gettext(
            "Bitte kürzen Sie %(called)s um %(excess)s auf höchstens %(limit)s Zeichen"
        )
        return pattern % {
            "called": self._called(words),
            "excess": words.number(length - self.max_length),
            "limit": words.number(self.max_length),
        }

    def accepts(self, answer: str) -> bool:
        """Return whether an answer is one of the choices, offered now or formerly.

        Any is where no choices are known: ``formular.toml`` cannot be read then.
        """
        known = dict(self.choices + self.removed_choices)
        return answer in known or not known

    def display(self, answer: str) -> str:
        """Return an answer as people read it: the label of a choice, or the text itself."""
        return dict(self.removed_choices + self.choices).get(answer, answer)

    def _called(self, words: Words) -> str:
        return self.called or words.gettext("die Angabe „%(label)s“") % {"label": self.label}

    @property
    def contract(self) -> Contract:
        """What the code relies on; nothing where staff may do as they like."""
        return CONTRACTS.get(self.name) or Contract(kind=self.kind)


def when_no_email(words: Words, odd: str) -> str:
    """Return the message for what is no e-mail address.

    :param odd: the sign in it that no address can have; empty if there is none.
    """
    if not odd:
        return words.gettext("Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein")
    pattern = words.gettext(
        "Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein, ohne „%(sign)s“"
    )
    return pattern % {"sign": odd}


@dataclass(frozen=True)
class Questionnaire:
    """All questions, those that are asked and those that once were."""

    questions: tuple[Question, ...] = ()
    """Those that are asked, in the order of the form."""
    removed: tuple[Question, ...] = ()
    """Those that are no longer asked, whose answers stay readable."""
    is_readable: bool = True
    """Whether ``formular.toml`` could be read; all else is empty otherwise."""

    def question(self, name: str) -> Question:
        """Return a question, asked now or formerly.

        :raises KeyError: if there is none of this name.
        """
        return self._by_name[name]

    @property
    def every_question(self) -> tuple[Question, ...]:
        """All questions, those that are asked first."""
        return (*self.questions, *self.removed)

    @property
    def topics(self) -> tuple[tuple[str, str], ...]:
        """Key and label of each topic that visitors can choose."""
        return self._by_name["topic"].choices if "topic" in self._by_name else ()

    @property
    def featured_topics(self) -> tuple[tuple[str, str], ...]:
        """Key and label of each topic that the start page leads to, in its order."""
        labels = dict(self.topics)
        return tuple((key, labels[key]) for key in self._by_name["topic"].featured if key in labels)

    @property
    def free_texts(self) -> tuple[str, ...]:
        """Names of all questions in whose answers people can write whatever they like."""
        return tuple(
            question.name
            for question in self.every_question
            if question.kind.is_free_text and question.name not in NAMES
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of stored leads, sorted: ``topic`` of a question, ``topic schulung`` of a choice."""
        found = {question.name for question in self.every_question}
        for question in self.every_question:
            choices = (*question.choices, *question.removed_choices)
            found |= {f"{question.name} {key}" for key, _ in choices}
        return tuple(sorted(found))

    def groups(self) -> Iterator[tuple[QuestionGroup, tuple[Question, ...]]]:
        """Yield the groups of the form, in order, each with its questions."""
        found: dict[QuestionGroup, list[Question]] = {}
        for question in self.questions:
            found.setdefault(question.group, []).append(question)
        for group, asked in found.items():
            yield group, tuple(asked)

    def answered(self, answers: Mapping[str, str]) -> Iterator[tuple[Question, str]]:
        """Yield each question that has an answer, with it, in the order of the form.

        Answers to questions that are no longer asked come last, and those to questions that nobody
        knows under their bare names: what somebody once wrote stays readable.
        """
        for question in self.every_question:
            if answer := answers.get(question.name):
                yield question, answer
        for name, answer in answers.items():
            if name not in self._by_name and answer:
                yield Question(name=name, label=name, group=FORMER), answer

    def callback(self, answers: Mapping[str, str]) -> str:
        """Return when a visitor wants to be called, in the form's words; empty if not at all."""
        when = answers.get(CALLBACK, "")
        if when in {"", NO_CALLBACK}:
            return ""
        asked = self._by_name.get(CALLBACK)
        return asked.display(when) if asked else when

    @cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.every_question}


GetQuestionnaire = Callable[[], Questionnaire]
"""Returns the questionnaire as it is now: staff may edit it while the website runs."""


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
"""Their names cannot be keys of questions."""
