"""The form of the questionnaire: add, edit and retire questions and choices.

Answers are stored under the keys of questions and choices. Therefore keys never change, and retired
questions and choices stay in the file, marked as such. The names of submitted fields contain table
and key of each choice; their order is that in the file.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
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
"""Names of the inputs for new questions and choices."""
OFFERED, FORMER = "choices", "removed_choices"
FORMER_BOXES = "former"
"""Suffix of the names of checkboxes that retire choices."""
FEATURED = "featured"
"""Key of the choices shown on the start page, and suffix of their checkboxes."""
REMOVED = "removed"
"""Key that marks a question as retired."""
TOPIC = "topic"
"""The question whose choices are shown on the start page."""

_LONGEST_KEY = 40
_TICKED = "ja"
_FIXED = ("key", "group", "kind")
"""Values of a question that are fixed when it is added."""


@dataclass(kw_only=True)
class QuestionForm(FileForm):
    """The form of the questionnaire."""

    grown: set[int] = field(default_factory=set)
    """Indices of questions with new or moved choices."""

    new_question = NEW_QUESTION
    kinds = LABELS["kinds"]
    """German names of the kinds of answers."""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Keys and titles of the parts of the request form."""
        found = tables(self.values, "groups")
        return [(str(each.get("key")), str(each.get("title"))) for each in found[::-1]]

    @property
    def next_question(self) -> int:
        """Number of the next new question."""
        return len(self._known) + len(self._added()) + 1

    @property
    def _known(self) -> list[dict[str, Any]]:
        """The questions in the file."""
        return tables(self.values, "questions")

    def change_fields(self) -> bool:
        """Add new questions and choices as fields, and apply the pressed button."""
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
                key = slugs.free(slugs.shorten(slugs.slugify(words), _LONGEST_KEY), taken)
                sent[f"questions.{at}.{OFFERED}.{key}"] = words
                self.grown.add(at)

    def _press(self, action: str, place: str) -> None:
        """Move a choice up."""
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
        """Return the names of the groups to show unfolded."""
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
        """Return the submitted questions that are not in the file."""
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
            "key": slugs.free(key, {*RESERVED, *taken}, "_"),
            "group": sent.get(f"{NEW_QUESTION}.group", ""),
            "kind": sent.get(f"{NEW_QUESTION}.kind", ""),
            "label": label,
        }

    # Choices

    def _choices(self, question: Values, at: int) -> list[Choice]:
        """Return the choices of a question, as submitted or else as in the file."""
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
        """Yield the changed tables of a question's choices."""
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
        """Return the current and the retired choices of a question, as submitted."""
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
        """Return the keys of the choices for the start page, in the order of the file."""
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
    """Return whether an answer to a question is required."""
    contract = CONTRACTS.get(str(question.get("key")))
    return contract is not None and contract.required
