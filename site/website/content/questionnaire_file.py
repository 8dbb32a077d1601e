"""Parser of the request form's questionnaire, ``formular.toml``, and of its translations.

An edition's ``formular.toml`` has a table for each group and each question, by its key, and within
it one for the choices. Questions, their order and their groups are those of the German file.
"""

import difflib
import logging
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from website.content import files, published, toml_files
from website.content.languages import GERMAN, Language
from website.content.problems import Problem, Severity, msg
from website.content.value_reader import Fields, shown
from website.infra import disk
from website.infra.disk import State
from website.questionnaire import (
    CONTRACTS,
    FORMER,
    TECHNICAL,
    Question,
    QuestionGroup,
    QuestionKind,
    Questionnaire,
)

log = logging.getLogger(__name__)

NAME = "formular.toml"

HOLDS = "die Fragen des Anfrageformulars"
"""What the file is for, in a German main clause."""

QUESTION_KEY = re.compile(r"[a-z][a-z0-9_]*")
CHOICE_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KINDS = {kind.value: kind for kind in QuestionKind}
RESERVED = {field.name for field in TECHNICAL} | {"token"}
"""Names of other fields of the form and its second step."""
WORDS = ("label", "purpose", "called", "short", "hint", "missing")
"""The texts of a question; an edition needs those that the German file has."""


def read(folder: Path, data: bytes | None = None) -> tuple[Questionnaire, list[Problem]]:
    """Return the questionnaire of a content folder, and what is wrong with it.

    Faulty questions are left out or get the nearest valid value. Questions that the code relies on
    are always included.

    :param data: the bytes of the file, where they are not those on the disk.
    """
    fields, problems = toml_files.read(folder, NAME, holds=HOLDS, data=data)
    if fields is None:
        return _completed((), is_readable=False), problems
    groups = _groups(fields)
    questions = tuple(_questions(fields, groups))
    fields.finish()
    names = {question.name for question, _ in questions}
    for name in CONTRACTS.keys() - names:
        fields.report(1, f'Die Frage mit key = "{name}" fehlt. Ohne sie geht das Formular nicht.')
    problems += _lost(folder, [question for question, _ in questions])
    return _completed(questions), sorted(problems)


def _groups(fields: Fields) -> dict[str, QuestionGroup]:
    groups: dict[str, QuestionGroup] = {}
    for item in fields.tables("groups"):
        title = item.prose("title", required=True)
        group = QuestionGroup(
            key=item.text("key", required=True),
            title=title,
            staff_title=item.prose("staff_title") or title,
        )
        item.finish()
        if group.key in groups:
            item.error("key", f"Die Gruppe „{group.key}“ steht zweimal da. Löschen Sie eine davon.")
        groups.setdefault(group.key, group)
    return groups


def _questions(
    fields: Fields, groups: Mapping[str, QuestionGroup]
) -> Iterator[tuple[Question, bool]]:
    """Yield each question, and whether it is no longer asked."""
    seen: dict[str, int] = {}
    for item in fields.tables("questions"):
        name = item.text("key", required=True)
        question, is_removed = _question(item, name, groups)
        item.finish()
        if name in seen:
            item.error("key", msg("form.question-twice", name=shown(name), line=seen[name]))
        elif name:
            _check_name(item, name)
            seen[name] = item.line("key")
            yield question, is_removed


def _check_name(item: Fields, name: str) -> None:
    if not QUESTION_KEY.fullmatch(name):
        item.error("key", f"„{shown(name)}“ kann kein key sein. Erlaubt sind a-z, 0-9 und _.")
    elif name in RESERVED:
        item.error("key", f"„{name}“ heißt schon ein anderes Feld. Nehmen Sie einen anderen key.")


def _question(
    item: Fields, name: str, groups: Mapping[str, QuestionGroup]
) -> tuple[Question, bool]:
    is_removed = item.flag("removed")
    question = Question(
        name=name,
        label=item.prose("label", required=True) or name,
        group=_group(item, groups, is_removed=is_removed),
        purpose=item.prose("purpose", required=not is_removed),
        called=item.prose("called"),
        short=item.prose("short"),
        kind=_kind(item, name),
        hint=item.prose("hint"),
        choices=_choices(item, "choices"),
        featured=item.texts("featured"),
        removed_choices=_choices(item, "removed_choices"),
        missing=item.prose("missing"),
    )
    _check_choices(item, question)
    if is_removed and name in CONTRACTS:
        item.error("removed", f"Ohne die Frage „{name}“ geht das Formular nicht.")
        is_removed = False
    if question.missing and not question.required:
        item.error("missing", "Diese Meldung erscheint nie: Die Frage ist keine Pflicht.")
    return question, is_removed


def _kind(item: Fields, name: str) -> QuestionKind:
    typed = item.choice("kind", _KINDS)
    kind = _KINDS.get(typed, QuestionKind.TEXT)
    contract = CONTRACTS.get(name)
    if contract is None or kind is contract.kind:
        return kind
    if typed:
        item.error("kind", msg("form.kind", name=name, kind=contract.kind.value))
    return contract.kind


def _group(item: Fields, groups: Mapping[str, QuestionGroup], *, is_removed: bool) -> QuestionGroup:
    key = item.text("group", required=not is_removed)
    if is_removed:
        return FORMER
    if key and key not in groups:
        near = difflib.get_close_matches(key, groups, n=1)
        hint = f"Meinten Sie „{near[0]}“?" if near else f"Es gibt: {', '.join(groups)}."
        item.error("group", f"Die Gruppe „{shown(key)}“ gibt es nicht. {hint}")
    return groups.get(key) or next(iter(groups.values()), FORMER)


def _choices(item: Fields, key: str) -> tuple[tuple[str, str], ...]:
    table = item.table(key)
    for choice in table.values:
        if not CHOICE_KEY.fullmatch(choice):
            table.error(choice, msg("form.choice-key", key=shown(choice)))
    return tuple((choice, table.prose(choice, required=True)) for choice in table.values)


def _check_choices(item: Fields, question: Question) -> None:
    offered = dict(question.choices)
    for choice, _ in question.removed_choices:
        if choice in offered:
            item.table("removed_choices").error(choice, msg("form.choice-twice", key=choice))
    for index, choice in enumerate(question.featured):
        if question.name != "topic":
            item.error("featured", msg("form.featured"), index)
        elif choice not in offered:
            item.error("featured", f"Unter choices gibt es „{shown(choice)}“ nicht.", index)
    if question.kind.is_chosen and not offered:
        item.error("choices", msg("form.no-choices"))
    elif question.kind is QuestionKind.CHECKBOX and len(offered) > 1:
        item.error("choices", 'Bei kind = "haken" gibt es nur eine Möglichkeit.')
    elif offered and not question.kind.is_chosen:
        item.error("choices", msg("form.choices-of-text"))


def _completed(
    questions: Collection[tuple[Question, bool]], *, is_readable: bool = True
) -> Questionnaire:
    names = {question.name for question, _ in questions}
    bare = [
        Question(name=name, label=name, group=FORMER, kind=contract.kind)
        for name, contract in CONTRACTS.items()
        if name not in names
    ]
    asked = [question for question, is_removed in questions if not is_removed]
    removed = tuple(question for question, is_removed in questions if is_removed)
    return Questionnaire((*asked, *bare), removed, is_readable)


def _lost(folder: Path, questions: Iterable[Question]) -> Iterator[Problem]:
    """Yield a problem for each published key that is gone: stored leads may hold it."""
    known = set(Questionnaire(tuple(questions)).keys)
    for line, row in published.rows(folder, published.FORM_KEYS):
        name, _, choice = row.partition(" ")
        if row not in known and (not choice or name in known):
            message = (
                msg("form.lost-choice", choice=choice, name=name)
                if choice
                else msg("form.lost-question", name=name)
            )
            yield Problem(files.label(folder, published.FORM_KEYS), line, message)


def read_translation(
    folder: Path, german: Questionnaire, language: Language, data: bytes | None = None
) -> tuple[Questionnaire, list[Problem]]:
    """Return the questionnaire of an edition, and the problems of its translation.

    Missing texts stay German. But an optional question or a choice without any translation is left
    out, so that one can be added in German alone. Questions that are no longer asked stay German:
    only staff read them.

    :param folder: of the edition.
    :param german: the German questionnaire.
    :param data: the bytes of the edition's file, where they are not those on the disk.
    """
    fields, problems = toml_files.read(folder, NAME, holds=HOLDS, data=data, language=language)
    if fields is None or not german.is_readable:
        return replace(german, is_readable=False), problems
    groups = _translated_groups(fields.table("groups"), german)
    questions = fields.table("questions")
    questions.asked |= {question.name for question in german.removed}

    def left_out(at: Fields, what: str) -> None:
        message = f"{what} ist noch nicht übersetzt und fehlt deshalb in dieser Sprache."
        label = files.label(folder, NAME)
        problems.append(Problem(label, at.line(), message, Severity.WARNING))

    asked = []
    for question in german.questions:
        if question.name in questions.values or question.name in CONTRACTS:
            asked.append(_translated_question(questions, question, groups, left_out))
        else:
            left_out(questions, f"Die Frage „{question.name}“")
    questions.finish()
    fields.finish()
    return Questionnaire(tuple(asked), german.removed, german.is_readable), sorted(problems)


def _translated_groups(fields: Fields, german: Questionnaire) -> dict[str, QuestionGroup]:
    found = {}
    for group, _ in german.groups():
        item = fields.table(group.key)
        title = item.prose("title", required=True) or group.title
        found[group.key] = replace(group, title=title)
        item.finish()
    fields.finish()
    return found


def _translated_question(
    questions: Fields,
    german: Question,
    groups: dict[str, QuestionGroup],
    left_out: Callable[[Fields, str], None],
) -> Question:
    item = questions.table(german.name)
    spoken: dict[str, Any] = {}
    for word in WORDS:
        in_german = getattr(german, word)
        spoken[word] = item.prose(word, required=bool(in_german)) or in_german
    table = item.table("choices")
    table.asked |= {key for key, _ in german.removed_choices}
    choices = []
    for key, label in german.choices:
        if key in table.values:
            choices.append((key, table.prose(key, required=True) or label))
        else:
            left_out(table, f"Die Auswahlmöglichkeit „{key}“ der Frage „{german.name}“")
    table.finish()
    item.finish()
    return replace(
        german, group=groups.get(german.group.key, german.group), choices=tuple(choices), **spoken
    )


class QuestionnaireFile:
    """Callable that returns the questionnaire, and reads its file again after a change.

    The endpoint must know every question as soon as a page asks it, and pages are published without
    a restart. Thread-safe.
    """

    def __init__(self, folder: Path, language: Language = GERMAN) -> None:
        """Read the questionnaire of an edition.

        :param folder: of the whole content.
        :param language: of the edition.
        """
        self._folder = folder
        self._language = language
        self._state: tuple[State | None, ...] = ()
        self._read: Questionnaire | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Questionnaire:
        """Return the questionnaire; the last readable one while the file cannot be read.

        If there never was a readable one, it has only the questions that the code relies on, so
        that requests still arrive.
        """
        with self._lock:
            state = tuple(map(disk.state, self._files))
            if self._read is None or state != self._state:
                self._read = self._anew()
                self._state = state
            return self._read

    @property
    def _files(self) -> Iterator[Path]:
        yield self._folder / NAME
        if self._language != GERMAN:
            yield self._folder / self._language.code / NAME

    def _anew(self) -> Questionnaire:
        found, problems = read(self._folder)
        if self._language != GERMAN:
            edition = self._folder / self._language.code
            found, more = read_translation(edition, found, self._language)
            problems += more
        if found.is_readable:
            return found
        log.error("The questions of the form cannot be read: %s", "; ".join(map(str, problems)))
        return self._read or found
