"""The questions of the request form: added, asked no more, and with other choices.

Answers are stored under the keys of questions and choices. So a key never changes once it is
there, and nothing goes: what is no longer asked or offered stays in the file, marked as such. What
the fields that were sent are called says which choice stood where; their order is that of the file.
"""

from __future__ import annotations

import itertools
import re
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from website.content import slugs
from website.content.questionnaire_file import CHOICE_KEY, QUESTION_KEY, RESERVED
from website.content.value_reader import Path
from website.editor.data_fields import Style, tables
from website.questionnaire import QuestionKind

Values = Mapping[str, Any]
Sent = MultiDict[str, str]


KINDS = {
    QuestionKind.TEXT: "Kurzer Text",
    QuestionKind.LONG_TEXT: "Längerer Text",
    QuestionKind.NUMBER: "Zahl",
    QuestionKind.CHOICE: "Auswahl",
    QuestionKind.CHECKBOX: "Häkchen",
    QuestionKind.EMAIL: "E-Mail-Adresse",
    QuestionKind.PHONE: "Telefonnummer",
}
"""What editors call each kind of answer."""

NEW_QUESTION, NEW_CHOICE = "neue-frage", "neue-wahl"
"""Names of the fields in which somebody types what is to be added."""
FORMER = "former"
"""Ends the name of the boxes that say which choices are no longer offered."""
OFFERED, REMOVED = "choices", "removed_choices"

FEATURED = "featured"
"""The keys of the choices that the start page offers, and the name of the boxes that say so."""

_LONGEST_KEY = 40
_TICKED = "ja"
_WORDS = ("label", "short", "hint", "called", "missing", "purpose")


@dataclass(frozen=True)
class Choice:
    """One answer that a question offers, or offered before."""

    table: str
    """Where it stood when the page was shown."""
    key: str
    words: str
    is_former: bool

    @property
    def name(self) -> str:
        """What its boxes send, and how its field is called within the question."""
        return f"{self.table}.{self.key}"


def added(values: Values, sent: Sent | None) -> list[dict[str, str]]:
    """Return the questions that were sent, and that the file does not have."""
    found: list[dict[str, str]] = []
    first = len(tables(values, "questions"))
    while sent is not None and (question := _sent_question(values, sent, first + len(found))):
        found.append(question)
    return found


def _sent_question(values: Values, sent: Sent, at: int) -> dict[str, str]:
    found = {name: sent.get(f"questions.{at}.{name}", "") for name in ("key", "group", "kind")}
    is_whole = (
        QUESTION_KEY.fullmatch(found["key"])
        and found["group"] in {group.get("key") for group in tables(values, "groups")}
        and found["kind"] in {kind.value for kind in KINDS}
    )
    return {**found, "label": sent.get(f"questions.{at}.label", "")} if is_whole else {}


def choices(question: Values, at: int, sent: Sent | None) -> list[Choice]:
    """Return the choices of a question as they were sent, or as they stand in the file.

    :param at: the place of the question in the file.
    """
    found = list(_sent_choices(at, sent)) if sent is not None else []
    if not found:
        found = [
            Choice(table, key, str(words), table == REMOVED)
            for table in (OFFERED, REMOVED)
            for key, words in _table(question, table).items()
        ]
    return sorted(found, key=lambda choice: choice.is_former)


def _sent_choices(at: int, sent: Sent) -> Iterator[Choice]:
    former = sent.getlist(f"questions.{at}.{FORMER}")
    for name in sent:
        for table in (OFFERED, REMOVED):
            start = f"questions.{at}.{table}."
            if name.startswith(start):
                key = name.removeprefix(start)
                yield Choice(table, key, sent[name], f"{table}.{key}" in former)


def changes(values: Values, sent: Sent) -> Iterator[tuple[Path, Any]]:
    """Yield where choices or whole questions were changed, and what they are now."""
    known = tables(values, "questions")
    for at, question in enumerate(known):
        offered, removed = _wanted(question, at, sent)
        for table, wanted in ((OFFERED, offered), (REMOVED, removed)):
            old = _table(question, table)
            if list(wanted.items()) != list(old.items()):
                yield ("questions", at, table), OrderedDict(wanted) or None
        featured = question.get(FEATURED) or []
        if isinstance(featured, list) and (now := _featured(featured, at, sent)) != featured:
            yield ("questions", at, FEATURED), now or None
    for at, question in enumerate(added(values, sent), len(known)):
        words = {name: Style.LINE.read(sent.get(f"questions.{at}.{name}", "")) for name in _WORDS}
        if words["label"] and sent.get(f"questions.{at}.removed") != _TICKED:
            offered, _ = _wanted({}, at, sent)
            whole = {**question, **words, OFFERED: offered}
            yield ("questions", at), {name: value for name, value in whole.items() if value}


def _wanted(question: Values, at: int, sent: Sent) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the choices that a question shall offer, and those that it shall not any more."""
    old = {**_table(question, REMOVED), **_table(question, OFFERED)}
    offered: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    for choice in choices(question, at, sent):
        before = _table(question, choice.table).get(choice.key, old.get(choice.key))
        is_new = before is None
        if is_new and (choice.is_former or not _is_good(choice)):
            continue
        style = Style.of(before, "")
        is_kept = not is_new and choice.words.replace("\r\n", "\n") == style.shown(before)
        wanted = removed if choice.is_former else offered
        wanted[choice.key] = before if is_kept else style.read(choice.words)
    return offered, removed


def _featured(old: list[Any], at: int, sent: Sent) -> list[Any]:
    """Return the keys of the choices that the start page shall offer, in the order of the file."""
    shown = choices({}, at, sent)
    offered = [choice.key for choice in shown if not choice.is_former]
    name = f"questions.{at}.{FEATURED}"
    if name in sent:
        ticked = sent.getlist(name)
        wanted = {each.key for each in shown if each.name in ticked and not each.is_former}
    else:
        wanted = {*old} - {choice.key for choice in shown if choice.is_former}
    kept = [key for key in old if key in wanted]
    return [*kept, *(key for key in offered if key in wanted and key not in kept)]


def _is_good(choice: Choice) -> bool:
    return bool(CHOICE_KEY.fullmatch(choice.key) and choice.words.strip())


def with_new(values: Values, sent: Sent) -> tuple[Sent, set[int]]:
    """Return what was sent with fields for what somebody wants to add, and for which questions."""
    sent, grown = MultiDict(sent), set()
    known = [*tables(values, "questions"), *added(values, sent)]
    label = Style.LINE.read(sent.pop(f"{NEW_QUESTION}.label", ""))
    if label:
        at = len(known)
        taken = {*RESERVED, *(str(each.get("key")) for each in known)}
        key = slugs.shorten(slugs.slugify(label), _LONGEST_KEY).replace("-", "_")
        kind = sent.get(f"{NEW_QUESTION}.kind", "")
        question = {
            "key": _free(key if QUESTION_KEY.fullmatch(key) else f"frage_{key}", "_", taken),
            "kind": kind,
            "group": sent.get(f"{NEW_QUESTION}.group", ""),
            "label": label,
        }
        for name, value in question.items():
            sent[f"questions.{at}.{name}"] = value
        if kind == QuestionKind.CHECKBOX.value:
            sent[f"questions.{at}.{OFFERED}.{_TICKED}"] = ""
        known.append(question)
        grown.add(at)
    for at, question in enumerate(known):
        words = Style.LINE.read(sent.pop(f"{NEW_CHOICE}.{at}", ""))
        if words:
            taken = {choice.key for choice in choices(question, at, sent)}
            key = _free(slugs.shorten(slugs.slugify(words), _LONGEST_KEY), "-", taken)
            sent[f"questions.{at}.{OFFERED}.{key}"] = words
            grown.add(at)
    return sent, grown


def moved_up(sent: Sent, place: str) -> tuple[Sent, int]:
    """Return what was sent with one choice before the one above it, and the question.

    :param place: the name of its field.
    """
    sent, number = MultiDict(sent), place.split(".")[1:2]
    at = int(number[0]) if number and re.fullmatch("[0-9]{1,4}", number[0]) else -1
    names = [f"questions.{at}.{choice.name}" for choice in choices({}, at, sent)]
    if place in names[1:]:
        index = names.index(place)
        names.insert(index - 1, names.pop(index))
        for name in names:
            sent.setlist(name, sent.poplist(name))
    return sent, at


def _free(key: str, hyphen: str, taken: Collection[str]) -> str:
    """Return a key that nothing else has."""
    further = (f"{key}{hyphen}{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([key], further) if each not in taken)


def _table(question: Values, name: str) -> dict[str, Any]:
    found = question.get(name)
    return found if isinstance(found, dict) else {}
