"""The form of one file of the content, whatever its kind: as it was shown, or as it was sent.

It has a field for each value, or one field for the whole file. What was typed is laid over the
bytes that were shown; no other byte changes.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from website.content import text_files
from website.editorial import line_edits
from website.exceptions import AuthoringError, UnreadableFile

SOURCE = "ganz"
"""The field that holds a whole file; where it is sent, there are no others."""
NAMED = re.compile(r"„(\w+)“")
"""A key of the file, as messages name it."""


@dataclass(kw_only=True)
class FileForm(ABC):
    """The form of one file."""

    base: bytes
    """The bytes that were shown."""
    sent: MultiDict[str, str] | None = None
    as_source: bool = False
    """Whether the whole file is shown as it stands."""

    @cached_property
    def is_readable(self) -> bool:
        """Whether the file holds text, and so can be edited."""
        try:
            text_files.decoded(self.base)
        except UnreadableFile:
            return False
        return True

    @property
    @abstractmethod
    def has_fields(self) -> bool:
        """Whether the file can be read, so that its values can be shown one by one."""

    @property
    def is_source(self) -> bool:
        """Whether there is one field for the whole file."""
        if self.sent is not None:
            return SOURCE in self.sent
        return self.as_source or not self.has_fields

    @property
    def text(self) -> str:
        """What the field for the text or the whole file holds."""
        name, shown = self._text_field()
        if self.sent is not None and name in self.sent:
            return self.sent[name].replace("\r\n", "\n")
        if not self.is_readable:
            return self.base.decode(errors="replace")
        return line_edits.shown(shown)

    @property
    def data(self) -> bytes:
        """The bytes of the file with all that was typed.

        :raises AuthoringError: if a value cannot be set safely; the text says which.
        """
        return self._data(lenient=False)

    @property
    def lenient_data(self) -> bytes:
        """The same without the values that cannot be set, for a preview."""
        return self._data(lenient=True)

    @abstractmethod
    def change_fields(self) -> bool:
        """Add, move and remove fields as was asked; return whether a button asks for it alone."""

    def over(self, data: bytes) -> Self:
        """Return the form of other bytes, as if nothing had been sent."""
        return replace(self, base=data, sent=None, as_source=self.is_source)

    def _data(self, *, lenient: bool) -> bytes:
        if self.sent is None or not self.is_readable:
            return self.base
        if self.is_source:
            return line_edits.apply(self.base, self.sent[SOURCE])
        data = self._with_text()
        for key, value in self._changes():
            try:
                data = self._with_value(data, key, value)
            except AuthoringError:
                if not lenient:
                    raise
        return data

    def _text_field(self) -> tuple[str, bytes]:
        """Return the name of the field for text, and the bytes that it shows."""
        return SOURCE, self.base

    def _with_text(self) -> bytes:
        """Return the bytes with the text that was typed beside the values."""
        return self.base

    @abstractmethod
    def _changes(self) -> Iterable[tuple[Any, Any]]:
        """Return where each value stands that was changed, and what it is now."""

    @abstractmethod
    def _with_value(self, data: bytes, key: Any, value: Any) -> bytes:  # noqa: ANN401
        """Return the bytes with one value set.

        :raises AuthoringError: if that cannot be done safely.
        """


def in_order(before: Collection[Any], chosen: Collection[Any]) -> list[Any]:
    """Return what was chosen in the order of the file; what is new comes last."""
    kept = [each for each in before if each in chosen]
    return [*kept, *(each for each in chosen if each not in kept)]
