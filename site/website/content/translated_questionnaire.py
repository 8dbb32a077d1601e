"""Parser of a translated questionnaire: the German questions in another language.

An edition's ``formular.toml`` has a table for each group and each question, by its key, and within
it one for the choices. What is asked, in which order and of whom is the German file's.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from website.content import files, toml_files
from website.content.languages import Language
from website.content.problems import Problem, Severity
from website.content.questionnaire_file import HOLDS, NAME
from website.content.value_reader import Fields
from website.questionnaire import CONTRACTS, Question, QuestionGroup, Questionnaire

WORDS = ("label", "purpose", "called", "short", "hint", "missing")
"""What is said of a question; an edition needs those that the German file has."""


def read(
    folder: Path, german: Questionnaire, language: Language, data: bytes | None = None
) -> tuple[Questionnaire, list[Problem]]:
    """Return the questionnaire of an edition, and the problems of its translation.

    What is not said in its language is said in German. But an optional question or a choice of
    which nothing is said is left out: whoever adds one in German need not know other languages.
    Questions that are no longer asked stay German: only staff read them.

    :param folder: of the edition.
    :param german: the German questionnaire.
    :param data: the bytes of the edition's file, where they are not those on the disk.
    """
    fields, problems = toml_files.read(folder, NAME, holds=HOLDS, data=data, language=language)
    if fields is None:
        return replace(german, is_readable=False), problems
    groups = _groups(fields.table("groups"), german)
    questions = fields.table("questions")
    questions.asked |= {question.name for question in german.removed}

    def left_out(at: Fields, what: str) -> None:
        message = f"{what} ist noch nicht übersetzt und fehlt deshalb in dieser Sprache."
        label = files.label(folder, NAME)
        problems.append(Problem(label, at.line(), message, Severity.WARNING))

    asked = []
    for question in german.questions:
        if question.name in questions.values or question.name in CONTRACTS:
            asked.append(_question(questions, question, groups, left_out))
        else:
            left_out(questions, f"Die Frage „{question.name}“")
    questions.finish()
    fields.finish()
    return Questionnaire(tuple(asked), german.removed, german.is_readable), sorted(problems)


def _groups(fields: Fields, german: Questionnaire) -> dict[str, QuestionGroup]:
    found = {}
    for group, _ in german.groups():
        item = fields.table(group.key)
        title = item.prose("title", required=True) or group.title
        found[group.key] = replace(group, title=title)
        item.finish()
    fields.finish()
    return found


def _question(
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
