"""The form of the request form's questions: added, asked no more, and with other choices.

Answers are stored under the keys of questions and choices. So a key never changes once it is
there, and nothing goes: what is no longer asked or offered stays in the file, marked as such. What
the fields that were sent are called says which choice stood where; their order is that of the file.
"""

import itertools
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from website.content import slugs
from website.content.questionnaire_file import CHOICE_KEY, QUESTION_KEY, RESERVED
from website.content.value_reader import Path
from website.editor.data_fields import (
    FORM_PAGE,
    LABELS,
    Choice,
    Choices,
    Field,
    Group,
    Part,
    Style,
    in_order,
    table_at,
    tables,
)
from website.editor.file_form import FileForm, filled
from website.questionnaire import CONTRACTS, QuestionKind

Values = Mapping[str, Any]

NEW_QUESTION, NEW_CHOICE = "neue-frage", "neue-wahl"
"""Names of the fields in which somebody types what is to be added."""
OFFERED, FORMER = "choices", "removed_choices"
FORMER_BOXES = "former"
"""Ends the name of the boxes that say which choices are no longer offered."""
FEATURED = "featured"
"""The keys of the choices that the start page offers, and the name of the boxes that say so."""
REMOVED = "removed"
"""Says of a question that it is no longer asked."""
TOPIC = "topic"
"""The question whose choices the start page offers."""

_LONGEST_KEY = 40
_TICKED = "ja"
_FIXED = ("key", "group", "kind")
"""What a question is given when it is added, and keeps."""


@dataclass(kw_only=True)
class QuestionForm(FileForm):
    """The form of the questionnaire."""

    grown: set[int] = field(default_factory=set)
    """Places of the questions to which something was added."""

    new_question = NEW_QUESTION
    kinds = LABELS["kinds"]
    """What editors call each kind of answer."""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of the request form to which a question can be added."""
        found = tables(self.values, "groups")
        return [(str(each.get("key")), str(each.get("title"))) for each in found[::-1]]

    @property
    def next_question(self) -> int:
        """The number that the next new question gets."""
        return len(self._known) + len(self._added()) + 1

    @property
    def _known(self) -> list[dict[str, Any]]:
        """The questions that the file has."""
        return tables(self.values, "questions")

    def change_fields(self) -> bool:
        """Give fields to what somebody has typed to be added, and move choices."""
        self._take_new()
        return super().change_fields()

    def _take_new(self) -> None:
        if self.sent is None or not self.values:
            return
        self.sent = sent = MultiDict(self.sent)
        questions: list[dict[str, Any]] = [*self._known, *self._added()]
        if label := Style.LINE.read(sent.pop(f"{NEW_QUESTION}.label", "")):
            at = len(questions)
            question = self._new_question(label, [str(each.get("key")) for each in questions])
            for name, value in question.items():
                sent[f"questions.{at}.{name}"] = value
            if question["kind"] == QuestionKind.CHECKBOX.value:
                sent[f"questions.{at}.{OFFERED}.{_TICKED}"] = ""
            questions.append(question)
            self.grown.add(at)
        for at, question in enumerate(questions):
            if words := Style.LINE.read(sent.pop(f"{NEW_CHOICE}.{at}", "")):
                taken = {choice.key for choice in self._choices(question, at)}
                key = _free(slugs.shorten(slugs.slugify(words), _LONGEST_KEY), "-", taken)
                sent[f"questions.{at}.{OFFERED}.{key}"] = words
                self.grown.add(at)

    def _press(self, action: str, place: str) -> None:
        """Put a choice before the one above it."""
        if action != "hoch" or self.sent is None:
            return
        for at, question in enumerate([*self._known, *self._added()]):
            names = [choice.name for choice in self._choices(question, at)]
            if place in names[1:]:
                index = names.index(place)
                names.insert(index - 1, names.pop(index))
                self.sent = MultiDict(self.sent)
                for name in names:
                    self.sent.setlist(name, self.sent.poplist(name))
                self.grown.add(at)

    def open_groups(self, wrong: Collection[str]) -> set[str]:
        """Return the names of the groups that somebody has to look at."""
        return super().open_groups(wrong) | {_group_name(at) for at in self.grown}

    def _groups(self, values: Values) -> Iterator[Group]:
        titles = tuple(
            Field(("groups", at, key), f"Teil {at + 1}{more}")
            for at, _ in enumerate(tables(values, "groups"))
            for key, more in (("title", ""), ("staff_title", ", im Posteingang"))
        )
        yield Group("teile", "Teile des Formulars", titles, page=FORM_PAGE)
        for at, question in enumerate(self._known):
            yield self._group(question, at)
        for at, question in enumerate(self._added(), len(self._known)):
            hidden = tuple((f"questions.{at}.{name}", question[name]) for name in _FIXED)
            yield replace(self._group(question, at), hidden=hidden)

    def _group(self, question: Values, at: int) -> Group:
        path: Path = ("questions", at)
        fields: list[Part] = [
            Field((*path, key), label)
            for key, label in LABELS["questions"].items()
            if key != "missing" or key in question or _is_required(question)
        ]
        kind, key = question.get("kind"), question.get("key")
        is_chosen = kind in {each.value for each in QuestionKind if each.is_chosen}
        if is_chosen or question.get(OFFERED) or question.get(FORMER):
            choices = tuple(self._shown_choices(question, at))
            can_grow = kind == QuestionKind.CHOICE.value
            fields.append(Choices((*path, OFFERED), "Auswahl", choices, can_grow, key == TOPIC))
        if key not in CONTRACTS:
            hint = "Gespeicherte Antworten bleiben lesbar."
            fields.append(Field((*path, REMOVED), "Nicht mehr fragen", default=False, hint=hint))
        title = str(question.get("label") or key or f"Frage {at + 1}")
        former = " (nicht mehr gefragt)" if question.get(REMOVED) is True else ""
        return Group(_group_name(at), title + former, tuple(fields), page=FORM_PAGE)

    def _added(self) -> list[dict[str, str]]:
        """Return the questions that were sent, and that the file does not have."""
        found: list[dict[str, str]] = []
        while question := self._sent_question(len(self._known) + len(found)):
            found.append(question)
        return found

    def _sent_question(self, at: int) -> dict[str, str]:
        words = {name: self._sent(f"questions.{at}.{name}") or "" for name in (*_FIXED, "label")}
        is_whole = (
            QUESTION_KEY.fullmatch(words["key"])
            and words["group"] in dict(self.parts)
            and words["kind"] in self.kinds
        )
        return words if is_whole else {}

    def _new_question(self, label: str, taken: Collection[str]) -> dict[str, str]:
        sent = MultiDict[str, str]() if self.sent is None else self.sent
        key = slugs.shorten(slugs.slugify(label), _LONGEST_KEY).replace("-", "_")
        key = key if QUESTION_KEY.fullmatch(key) else f"frage_{key}"
        return {
            "key": _free(key, "_", {*RESERVED, *taken}),
            "group": sent.get(f"{NEW_QUESTION}.group", ""),
            "kind": sent.get(f"{NEW_QUESTION}.kind", ""),
            "label": label,
        }

    # Choices

    def _choices(self, question: Values, at: int) -> list[Choice]:
        """Return the choices of a question as they were sent, or as they stand in the file."""
        found = list(self._sent_choices(at))
        if not found:
            found = [
                Choice(
                    ("questions", at, table, key), "", typed=str(words), is_former=table == FORMER
                )
                for table in (OFFERED, FORMER)
                for key, words in table_at(question, (table,)).items()
            ]
        return sorted(found, key=lambda choice: choice.is_former)

    def _sent_choices(self, at: int) -> Iterator[Choice]:
        sent = MultiDict[str, str]() if self.sent is None else self.sent
        former = sent.getlist(f"questions.{at}.{FORMER_BOXES}")
        for name in sent:
            for table in (OFFERED, FORMER):
                start = f"questions.{at}.{table}."
                if name.startswith(start):
                    path = ("questions", at, table, name.removeprefix(start))
                    choice = Choice(path, "", typed=sent[name])
                    yield replace(choice, is_former=choice.box in former)

    def _shown_choices(self, question: Values, at: int) -> Iterator[Choice]:
        boxes = f"questions.{at}.{FEATURED}"
        sent = self.sent.getlist(boxes) if self.sent is not None and boxes in self.sent else None
        in_file = question.get(FEATURED) or []
        for number, choice in enumerate(self._choices(question, at), 1):
            before = table_at(question, (choice.path[2],)).get(choice.key)
            yield replace(
                filled(choice, before, choice.typed),
                label=f"Möglichkeit {number}",
                is_featured=choice.key in in_file if sent is None else choice.box in sent,
            )

    # What was changed

    def _changes(self) -> Iterator[tuple[Path, Any]]:
        if self.sent is None:
            return
        known = self._known
        for at, question in enumerate(known):
            yield from self._changed_choices(question, at)
        for at, question in enumerate(self._added(), len(known)):
            words = {
                name: Style.LINE.read(self._sent(f"questions.{at}.{name}") or "")
                for name in LABELS["questions"]
            }
            if words["label"] and self._sent(f"questions.{at}.{REMOVED}") != _TICKED:
                offered, _ = self._wanted_choices({}, at)
                whole = {**question, **words, OFFERED: offered}
                yield ("questions", at), {name: value for name, value in whole.items() if value}
        for path, value in super()._changes():
            if path[0] != "questions" or int(path[1]) < len(known):
                yield path, (value or None) if path[-1] == REMOVED else value

    def _changed_choices(self, question: Values, at: int) -> Iterator[tuple[Path, Any]]:
        """Yield the tables of a question's choices that were changed."""
        wanted = self._wanted_choices(question, at)
        for table, choices in zip((OFFERED, FORMER), wanted, strict=True):
            if choices != OrderedDict(table_at(question, (table,))):
                yield ("questions", at, table), choices or None
        featured = question.get(FEATURED) or []
        if (
            isinstance(featured, list)
            and (now := self._featured(featured, question, at)) != featured
        ):
            yield ("questions", at, FEATURED), now or None

    def _wanted_choices(
        self, question: Values, at: int
    ) -> tuple[OrderedDict[str, Any], OrderedDict[str, Any]]:
        """Return the choices that a question shall offer, and those that it shall not any more."""
        old = table_at(question, (FORMER,)) | table_at(question, (OFFERED,))
        offered, former = OrderedDict[str, Any](), OrderedDict[str, Any]()
        for choice in self._choices(question, at):
            before = table_at(question, (choice.path[2],)).get(choice.key, old.get(choice.key))
            is_good = CHOICE_KEY.fullmatch(choice.key) and choice.typed.strip()
            if before is not None or (is_good and not choice.is_former):
                wanted = former if choice.is_former else offered
                wanted[choice.key] = filled(choice, before, None).read(before, choice.typed)
        return offered, former

    def _featured(self, old: list[Any], question: Values, at: int) -> list[Any]:
        """Return the keys of the choices that the start page shall offer, in the file's order."""
        choices = self._choices(question, at)
        former = {choice.key for choice in choices if choice.is_former}
        boxes = f"questions.{at}.{FEATURED}"
        if self.sent is None or boxes not in self.sent:
            return [key for key in old if key not in former]
        ticked = self.sent.getlist(boxes)
        return in_order(old, [c.key for c in choices if c.box in ticked and not c.is_former])


def _group_name(at: int) -> str:
    return f"frage-{at + 1}"


def _is_required(question: Values) -> bool:
    """Return whether a question has to be answered: only then its answer can be missing."""
    contract = CONTRACTS.get(str(question.get("key")))
    return contract is not None and contract.required


def _free(key: str, hyphen: str, taken: Iterable[str]) -> str:
    """Return a key that nothing else has."""
    further = (f"{key}{hyphen}{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([key], further) if each not in taken)
