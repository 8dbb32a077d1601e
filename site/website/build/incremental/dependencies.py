"""What a page depends on: the questions that it asked of the library, and their answers.

While a page is made, it sees the library through :class:`DependencyRecorder`, which notes every
question. The page need not be made again as long as the library answers all of them as before. An
article or page in an answer counts as changed when a byte of its file has changed, whatever is
shown of it.

What cannot be noted counts as a question about all content, so whoever adds to the library or to a
template need not know this module.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, cast

from flask import Flask

from website.content import kinds
from website.content.kinds import Kind
from website.content.library import Library
from website.content.models import Item, Topic
from website.web.services import services

IN_COMMON = ("site", "addresses", "language", "request_topics", "foreign_pieces", "topic_of")
"""Questions that need not be noted: all pages are made again when their answers change."""

Question = tuple[Any, ...]
"""The name of what was asked, and the arguments of a method, in a form that can be kept; before
them the edition that was asked, where that is not known otherwise."""

EVERYTHING: Question = ("everything",)


@contextlib.contextmanager
def recorded(app: Flask) -> Iterator[Recorders]:
    """Replace the library of every edition by a recorder until the block ends."""
    shared = services(app)
    recorders = {
        code: DependencyRecorder(edition.library) for code, edition in shared.editions.items()
    }
    before = shared.editions
    shared.editions = {
        code: replace(edition, library=cast("Library", recorders[code]))
        for code, edition in before.items()
    }
    try:
        yield Recorders(recorders)
    finally:
        shared.editions = before


class Recorders:
    """The recorders of all editions."""

    def __init__(self, recorders: Mapping[str, DependencyRecorder]) -> None:
        self._recorders = recorders

    def taken(self) -> tuple[Question, ...]:
        """Return the questions asked since the last time, each once, and forget them."""
        return tuple(
            (code, *question)
            for code, recorder in self._recorders.items()
            for question in recorder.taken()
        )


class DependencyRecorder:
    """A library that notes what it is asked."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._noted: set[Question] = set()
        for name in IN_COMMON:
            setattr(self, name, getattr(library, name))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the library has
        value = getattr(self._library, name)
        if not callable(value):
            self._noted.add((name,))
            return value

        def asked(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            self._noted.add(EVERYTHING if named else _question(name, arguments))
            return value(*arguments, **named)

        return asked

    def taken(self) -> tuple[Question, ...]:
        """Return the questions asked since the last time, each once, and forget them."""
        noted = tuple(sorted(self._noted, key=repr))
        self._noted.clear()
        return noted


class Answers:
    """The answers of all editions, as digests that can be compared with those of another build."""

    def __init__(self, german: Library) -> None:
        self._of_edition = {
            code: _Answers(library, german) for code, library in german.editions.items()
        }

    def key(self, questions: Iterable[Question]) -> str:
        """Return a digest of the answers to some questions, in their order."""
        answers = (self._answer(*question) for question in questions)
        return hashlib.sha256("\0".join(answers).encode()).hexdigest()

    def _answer(self, code: str, *question: Any) -> str:  # noqa: ANN401 - arguments
        edition = self._of_edition.get(code)
        return edition.answer(question) if edition else "gone"


class _Answers:
    """The answers of one edition."""

    def __init__(self, library: Library, german: Library) -> None:
        self._library = library
        self._german = german
        self._known: dict[Question, str] = {}

    def answer(self, question: Question) -> str:
        """Return a digest of the answer to one question."""
        found = self._known.get(question)
        if found is None:
            found = self._known[question] = self._found(question)
        return found

    def _found(self, question: Question) -> str:
        name, *arguments = question
        if question == EVERYTHING:
            return self._everything()
        given = [self._resolved(argument) for argument in arguments]
        if name == "rendered":
            return self._rendered(given[0])
        try:
            asked = getattr(self._library, name)
            return _described(asked(*given) if arguments else asked)
        except (AttributeError, IndexError, KeyError, TypeError):
            # What it was asked about is gone, or cannot be compared.
            return self._everything()

    def _rendered(self, item: Item | None) -> str:
        if item is None:
            return "gone"
        kept = self._library.texts.kept
        if item.text.label not in kept:
            self._library.rendered(item)
        return kept[item.text.label].key

    def _everything(self) -> str:
        editions = self._german.every_edition
        items = (item for each in editions for item in (*each.items, *each.public_items))
        return hashlib.sha256("\0".join(map(_described, items)).encode()).hexdigest()

    def _resolved(self, argument: Any) -> Any:  # noqa: ANN401
        if not isinstance(argument, tuple):
            return argument
        kind, name = argument
        if kind == "Topic":
            return self._library.site.topic(name)
        if kind == "Kind":
            return next((each for each in kinds.KINDS if each.title == name), None)
        return self._library.public_file(name)


def _question(name: str, arguments: tuple[Any, ...]) -> Question:
    try:
        # A method without arguments must not look like an attribute.
        return (name, *map(_referred, arguments)) if arguments else EVERYTHING
    except TypeError:
        return EVERYTHING


def _referred(argument: Any) -> Any:  # noqa: ANN401
    if isinstance(argument, Topic):
        return "Topic", argument.slug
    if isinstance(argument, Kind):
        return "Kind", argument.title
    if isinstance(argument, Item):
        return "Item", argument.text.file
    if argument is None or isinstance(argument, str | int):
        return argument
    raise TypeError(argument)


def _described(value: Any) -> str:  # noqa: ANN401
    """Return a value as text that no different value has.

    :raises TypeError: where that cannot be promised.
    """
    kind = type(value)
    if value is None or kind is str:
        return repr(value)
    if kind is tuple or kind is list:
        return f"({', '.join(map(_described, value))})"
    if isinstance(value, Item):
        return f"{value.address} {value.text.digest}"
    if isinstance(value, int | datetime.date | Enum):
        return repr(value)
    if kind is dict:
        return f"{{{', '.join(f'{key!r}: {_described(item)}' for key, item in value.items())}}}"
    if is_dataclass(value):
        inner = (_described(getattr(value, part.name)) for part in fields(value))
        return f"{type(value).__name__}({', '.join(inner)})"
    raise TypeError(value)
