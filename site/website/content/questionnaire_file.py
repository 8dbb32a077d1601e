"""Parser of the request form's questionnaire, ``content/formular.toml``."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from website.content import files, published, toml_files
from website.content.problems import Problem, msg
from website.content.value_reader import Fields, shown
from website.questionnaire import (
    CONTRACTS,
    FORMER,
    TECHNICAL,
    Question,
    QuestionGroup,
    QuestionKind,
    Questionnaire,
)

NAME = "formular.toml"

HOLDS = "die Fragen des Anfrageformulars"
"""What the file is for, in a German main clause."""

QUESTION_KEY = re.compile(r"[a-z][a-z0-9_]*")
CHOICE_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KINDS = {kind.value: kind for kind in QuestionKind}
RESERVED = {field.name for field in TECHNICAL} | {"token"}
"""Names of other fields of the form and its second step."""


def read(folder: Path, data: bytes | None = None) -> tuple[Questionnaire, list[Problem]]:
    """Return the questionnaire of a content folder, and what is wrong with it.

    What is faulty is left out or has the nearest value of its type. What the code relies on is
    there in any case.

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
