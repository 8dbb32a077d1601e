"""The form, built from the questions: fields to answers, or to messages that say what to do.

There is no token in it: origin.py says why none is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from website.content.languages import GERMAN
from website.infra import email_addresses
from website.infra.text import clean, clean_line
from website.questionnaire import (
    PAGE_KEY,
    PROOF,
    SOURCE,
    TRAP,
    Question,
    QuestionGroup,
    QuestionKind,
    Questionnaire,
    Words,
    when_no_email,
)

MAX_SOURCE = 200
MAX_PAGE_KEY = 64


class AnswerField(Field):
    """One question with what was answered and what is wrong with it."""

    data: str
    errors: Sequence[str]
    mailbox: str | None = None
    """The address that was meant, once it is validated; what was typed stays as it is."""

    def __init__(self, question: Question, words: Words, **bound: Any) -> None:  # noqa: ANN401 - WTForms'
        super().__init__(
            question.label,
            validators=[required, short_enough, known_choice, email_address],
            id=f"feld-{question.name}",
            default="",
            **bound,
        )
        self.question = question
        self.words = words

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was sent; of several values the first counts."""
        text = valuelist[0] if valuelist else ""
        self.data = (
            clean(text) if self.question.kind is QuestionKind.LONG_TEXT else clean_line(text)
        )

    @property
    def error(self) -> str:
        """The message, or nothing."""
        return self.errors[0] if self.errors else ""

    @property
    def suggestion(self) -> str:
        """What was probably meant by an address that is one slip from a common one, or nothing."""
        is_whole = len(self.data) <= self.question.max_length and not self.error
        is_email = self.question.kind is QuestionKind.EMAIL and is_whole
        return (email_addresses.suggestion(self.data) or "") if is_email else ""


@dataclass(frozen=True)
class Part:
    """A group of the form."""

    group: QuestionGroup
    answers: tuple[AnswerField, ...]

    @property
    def is_optional(self) -> bool:
        """Whether nothing in it needs an answer."""
        return not any(answer.question.required for answer in self.answers)

    @property
    def is_open(self) -> bool:
        """Whether an optional group is unfolded: something in it was answered, or is wrong."""
        return any(answer.data or answer.error for answer in self.answers)


class RequestForm(BaseForm):
    """The form as a visitor sent it, or empty.

    Answers to questions that are no longer asked are taken, too: a page that is still open may have
    asked them.

    :param sent: the fields of the request.
    :param words: the language of the messages.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        sent: MultiDict[str, str] | None = None,
        words: Words = GERMAN,
    ) -> None:
        super().__init__(
            (asked.name, UnboundField(AnswerField, asked, words))
            for asked in questionnaire.every_question
        )
        self._questionnaire = questionnaire
        self.process(sent)
        sent = sent or MultiDict()
        self.source = _path(sent.get(SOURCE.name, "")[: MAX_SOURCE + 1])
        self.page_key = clean_line(sent.get(PAGE_KEY.name, "")[:MAX_PAGE_KEY])
        self.proof = sent.get(PROOF.name, "").strip()
        self.trapped = bool(sent.get(TRAP.name, "").strip())

    def technical(self, name: str) -> str:
        """Return what a hidden field holds when the form is shown again.

        Never a proof: it counts once, and the page's script brings a new one.
        """
        return {SOURCE.name: self.source, PAGE_KEY.name: self.page_key}.get(name) or ""

    @property
    def by_name(self) -> dict[str, AnswerField]:
        """The answers by the names of their questions, in order."""
        return cast("dict[str, AnswerField]", self._fields)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The groups, in order."""
        return tuple(
            Part(group, tuple(self.by_name[question.name] for question in asked))
            for group, asked in self._questionnaire.groups()
        )

    @property
    def brought(self) -> bool:
        """Whether another page has brought an answer."""
        return any(
            answer.question.contract.is_brought and answer.data for answer in self.by_name.values()
        )

    @property
    def problems(self) -> tuple[AnswerField, ...]:
        """Every answer with a message, in order."""
        return tuple(answer for answer in self.by_name.values() if answer.error)

    def answers(self) -> dict[str, str]:
        """Return every answer with a text, ready to be stored; the form must be valid."""
        return {
            name: answer.mailbox or answer.data
            for name, answer in self.by_name.items()
            if answer.data
        }


def required(_form: BaseForm, field: AnswerField) -> None:
    """Reject a missing answer; end the validation of an optional one."""
    if not field.data:
        question = field.question
        raise StopValidation(question.when_missing(field.words) if question.required else "")


def short_enough(_form: BaseForm, field: AnswerField) -> None:
    """Reject an answer that is too long, and report by how many characters."""
    if not field.question.choices and len(field.data) > field.question.max_length:
        raise StopValidation(field.question.when_too_long(field.words, len(field.data)))


def known_choice(_form: BaseForm, field: AnswerField) -> None:
    """Refuse what is none of the choices; only programs send it."""
    if field.question.kind.is_chosen and not field.question.accepts(field.data):
        raise StopValidation(field.question.when_unknown(field.words))


def email_address(_form: BaseForm, field: AnswerField) -> None:
    """Reject an address that, by its form, cannot receive mail."""
    if field.question.kind is QuestionKind.EMAIL:
        field.mailbox = email_addresses.parse(field.data)
        if field.mailbox is None:
            raise StopValidation(when_no_email(field.words, email_addresses.odd_sign(field.data)))


def _path(text: str) -> str | None:
    """Return a path; nothing for what a browser takes for the address of another host.

    That is what two slashes begin, and a backslash is one, too (URL Standard, 4.4).
    """
    path = clean_line(text)
    is_path = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_path and len(path) <= MAX_SOURCE else None
