"""The contact form (WTForms), generated from the questionnaire, and its validation.

It has no CSRF token; :mod:`website.web.csrf` explains why.
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
    when_several_emails,
)

MAX_SOURCE = 200
MAX_PAGE_KEY = 64


class AnswerField(Field):
    """A question with its answer and error messages."""

    data: str
    errors: Sequence[str]
    mailbox: str | None = None
    """The normalised address after validation; ``data`` stays as typed."""

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
        """Clean the submitted value; if there are several, the first counts."""
        text = valuelist[0] if valuelist else ""
        self.data = (
            clean(text) if self.question.kind is QuestionKind.LONG_TEXT else clean_line(text)
        )

    @property
    def error(self) -> str:
        """The first error message; empty if there is none."""
        return self.errors[0] if self.errors else ""

    @property
    def suggestion(self) -> str:
        """The probable address if there is one slip in its common domain; else empty."""
        is_whole = len(self.data) <= self.question.max_length and not self.error
        is_email = self.question.kind is QuestionKind.EMAIL and is_whole
        return (email_addresses.suggestion(self.data) or "") if is_email else ""


@dataclass(frozen=True)
class FormPart:
    """A group of questions in the form."""

    group: QuestionGroup
    answers: tuple[AnswerField, ...]

    @property
    def is_optional(self) -> bool:
        """Whether no answer in the group is required."""
        return not any(answer.question.required for answer in self.answers)

    @property
    def is_open(self) -> bool:
        """Whether an optional group is expanded: it has an answer or an error."""
        return any(answer.data or answer.error for answer in self.answers)


class RequestForm(BaseForm):
    """The contact form, empty or as submitted.

    Answers to retired questions are accepted, too: a page opened before may have asked them.

    :param sent: fields of the request.
    :param words: language of the messages.
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
        """Return the value of a hidden field for showing the form again.

        Never a proof of work: it is valid once, and the page's script requests a new one.
        """
        return {SOURCE.name: self.source, PAGE_KEY.name: self.page_key}.get(name) or ""

    @property
    def by_name(self) -> dict[str, AnswerField]:
        """Answers by the names of their questions, in order."""
        return cast("dict[str, AnswerField]", self._fields)

    @property
    def parts(self) -> tuple[FormPart, ...]:
        """Groups of the form, in order."""
        return tuple(
            FormPart(group, tuple(self.by_name[question.name] for question in asked))
            for group, asked in self._questionnaire.groups()
        )

    @property
    def brought(self) -> bool:
        """Whether an answer was filled in by the page that led here, such as a tool."""
        return any(
            answer.question.contract.is_brought and answer.data for answer in self.by_name.values()
        )

    @property
    def problems(self) -> tuple[AnswerField, ...]:
        """Answers with an error message, in order."""
        return tuple(answer for answer in self.by_name.values() if answer.error)

    def answers(self) -> dict[str, str]:
        """Return all non-empty answers, ready to be stored; the form must be valid."""
        return {
            name: answer.mailbox or answer.data
            for name, answer in self.by_name.items()
            if answer.data
        }


def required(_form: BaseForm, field: AnswerField) -> None:
    """Reject a missing answer; stop validating an empty optional one."""
    if not field.data:
        question = field.question
        raise StopValidation(question.when_missing(field.words) if question.required else "")


def short_enough(_form: BaseForm, field: AnswerField) -> None:
    """Reject an answer that is too long, stating the number of excess characters."""
    if not field.question.choices and len(field.data) > field.question.max_length:
        raise StopValidation(field.question.when_too_long(field.words, len(field.data)))


def known_choice(_form: BaseForm, field: AnswerField) -> None:
    """Reject a value that is not among the choices; only bots send one."""
    if field.question.kind.is_chosen and not field.question.accepts(field.data):
        raise StopValidation(field.question.when_unknown(field.words))


def email_address(_form: BaseForm, field: AnswerField) -> None:
    """Reject a syntactically invalid email address."""
    if field.question.kind is QuestionKind.EMAIL:
        field.mailbox = email_addresses.parse(field.data)
        if email_addresses.are_several(field.data):
            raise StopValidation(when_several_emails(field.words))
        if field.mailbox is None:
            raise StopValidation(when_no_email(field.words, email_addresses.odd_sign(field.data)))


def _path(text: str) -> str | None:
    """Return a path; None for anything a browser would resolve to another host.

    These begin with two slashes; a backslash counts as a slash (URL Standard, 4.4).
    """
    path = clean_line(text)
    is_path = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_path and len(path) <= MAX_SOURCE else None
