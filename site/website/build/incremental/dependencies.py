"""Dependency tracking: which library calls a page made while it was rendered, and their results.

During rendering, :class:`DependencyRecorder` replaces the library and records every call. A page
is still valid if all these calls return the same results. An article or page in a result counts
as changed if any byte of its file has changed.

A call that cannot be recorded counts as a dependency on all content. So additions to the library
or to templates need no change in this module.
"""

import contextlib
import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Any, cast

from flask import Flask

from website.content import kinds
from website.content.library import Library
from website.content.models import Item, Kind, Topic
from website.web.services import services

IN_COMMON = ("site", "addresses", "language", "request_topics", "foreign_pieces", "topic_of")
"""Attributes that need not be recorded: if they change, all pages are rendered again."""

Question = tuple[Any, ...]
"""A recorded call: the code of the edition, the name of the attribute or method, and the arguments,
in a form that can be pickled."""

EVERYTHING = ("everything",)
"""What follows the edition in a question about all content."""


@contextlib.contextmanager
def recorded(app: Flask) -> Iterator[Callable[[], tuple[Question, ...]]]:
    """Replace the library of every edition by a recorder until the block ends.

    :returns: a function that returns the questions asked since its last call, each once.
    """
    shared, noted = services(app), set[Question]()
    before = shared.editions
    shared.editions = {
        code: replace(edition, library=cast("Library", DependencyRecorder(edition.library, noted)))
        for code, edition in before.items()
    }

    def taken() -> tuple[Question, ...]:
        questions = tuple(sorted(noted, key=repr))
        noted.clear()
        return questions

    try:
        yield taken
    finally:
        shared.editions = before


class DependencyRecorder:
    """A proxy of a library that records the attributes and methods that are used."""

    def __init__(self, library: Library, noted: set[Question]) -> None:
        self._library = library
        self._code = library.language.code
        self._noted = noted
        for name in IN_COMMON:
            setattr(self, name, getattr(library, name))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the library has
        value = getattr(self._library, name)
        if not callable(value):
            self._noted.add((self._code, name))
            return value

        def asked(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            question = EVERYTHING if named else _question(name, arguments)
            self._noted.add((self._code, *question))
            return value(*arguments, **named)

        return asked


class Answers:
    """Digests of the answers of all editions, to be compared with those of another build."""

    def __init__(self, german: Library) -> None:
        self._editions = german.editions
        self._known: dict[Question, str] = {}

    def key(self, questions: Iterable[Question]) -> str:
        """Return a digest of the answers to some questions, in their order."""
        return hashlib.sha256("\0".join(map(self._answer, questions)).encode()).hexdigest()

    def _answer(self, question: Question) -> str:
        found = self._known.get(question)
        if found is None:
            found = self._known[question] = self._found(*question)
        return found

    def _found(self, code: str, name: str, *arguments: Any) -> str:  # noqa: ANN401
        library = self._editions.get(code)
        if library is None:
            return "gone"
        if (name, *arguments) == EVERYTHING:
            return self._everything
        given = [_resolved(library, argument) for argument in arguments]
        if name == "rendered":
            return _rendered(library, given[0])
        try:
            asked = getattr(library, name)
            return _described(asked(*given) if arguments else asked)
        except (AttributeError, IndexError, KeyError, TypeError):
            # The argument no longer exists, or the answer cannot be compared.
            return self._everything

    @cached_property
    def _everything(self) -> str:
        editions = self._editions.values()
        items = (item for each in editions for item in (*each.items, *each.public_items))
        return hashlib.sha256("\0".join(map(_described, items)).encode()).hexdigest()


def _rendered(library: Library, item: Item | None) -> str:
    if item is None:
        return "gone"
    kept = library.texts.kept
    if item.text.label not in kept:
        library.render(item)
    return kept[item.text.label].key


def _resolved(library: Library, argument: Any) -> Any:  # noqa: ANN401
    if not isinstance(argument, tuple):
        return argument
    kind, name = argument
    if kind == "Topic":
        return library.site.topic(name)
    if kind == "Kind":
        return next((each for each in kinds.KINDS if each.title == name), None)
    return library.public_file(name)


def _question(name: str, arguments: tuple[Any, ...]) -> Question:
    try:
        # A method without arguments must not be mistaken for an attribute.
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
