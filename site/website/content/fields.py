"""Reading named values that people typed, and telling them what to mend."""

from __future__ import annotations

import datetime
import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from website.content import typography

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from website.content.problems import Report

Path = tuple[str | int, ...]
"""Where a value stands: ``("sources", 0, "url")``."""


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Tell on which line a value stands; that of its nearest parent where it has none, or 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


@dataclass
class Fields:
    """The values of one table of a file, read one by one.

    Every method reports what is wrong and returns an empty value of the promised type, so that
    one pass over a file finds all its problems. Call :meth:`finish` last: it reports what
    nobody asked for.
    """

    values: Mapping[str, Any]
    lines: Mapping[Path, int]
    report: Report
    at: Path = ()
    asked: set[str] = field(default_factory=set)

    def text(self, key: str, *, required: bool = False, longest: int | None = None) -> str:
        """Read a text as it stands."""
        value = self._value(key, required=required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.say(key, f"„{key}“ soll ein Text sein.")
            return ""
        value = value.strip()
        if "\n" in value:
            value = " ".join(value.split())
        if longest is not None and len(value) > longest:
            too_many = len(value) - longest
            self.say(key, f"„{key}“ ist um {too_many} Zeichen länger als die erlaubten {longest}.")
        return value

    def prose(self, key: str, *, required: bool = False, longest: int | None = None) -> str:
        """Read a text that visitors see, set by the rules of German typography."""
        return typography.set_german(self.text(key, required=required, longest=longest))

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(text for _, text in self._entries(key))

    def proses(self, key: str) -> tuple[str, ...]:
        """Read a list of texts that visitors see."""
        return tuple(typography.set_german(text) for text in self.texts(key))

    def date(self, key: str, *, required: bool = False) -> datetime.date | None:
        """Read a date, written 2026-11-23."""
        value = self._value(key, required=required)
        if value is None or isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(str(value).strip())
        except ValueError:
            self.say(
                key,
                f"„{key}: {value}“ ist kein Datum. Schreiben Sie Jahr-Monat-Tag, "
                "zum Beispiel 2026-11-23.",
            )
            return None

    def integer(self, key: str, *, default: int) -> int:
        """Read a whole number above zero."""
        value = self._value(key)
        if value is None:
            return default
        try:
            number = int(str(value))
        except ValueError:
            number = 0
        if number < 1:
            self.say(key, f"„{key}“ soll eine ganze Zahl ab 1 sein.")
            return default
        return number

    def choice(self, key: str, known: Collection[str], *, default: str = "") -> str:
        """Read one of some known words."""
        text = self.text(key, required=not default) or default
        if text and text not in known:
            self.say(
                key, f"„{key}: {text}“ ist nicht vorgesehen. Möglich sind: {', '.join(known)}."
            )
            return default
        return text

    def web_address(self, key: str) -> str:
        """Read an address on the web, or nothing."""
        text = self.text(key)
        if text and not (urlsplit(text).scheme in {"http", "https"} and urlsplit(text).netloc):
            self.say(key, f"„{key}“ soll mit https:// beginnen, nicht „{text}“.")
            return ""
        return text

    def table(self, key: str) -> Fields:
        """Read a table within this one; an empty one where it is missing."""
        value = self._value(key)
        if value is not None and not isinstance(value, dict):
            self.say(key, f"„{key}“ soll ein Abschnitt mit eigenen Angaben sein.")
            value = None
        return Fields(value or {}, self.lines, self.report, (*self.at, key))

    def tables(self, key: str) -> Iterator[Fields]:
        """Read a list of tables."""
        value = self._value(key)
        for index, entry in enumerate(self._list(key, value)):
            if isinstance(entry, dict):
                yield Fields(entry, self.lines, self.report, (*self.at, key, index))
            else:
                self.say(key, f"Jeder Eintrag von „{key}“ braucht benannte Angaben.", index)

    def finish(self) -> None:
        """Report every key that nothing reads, with the name that was probably meant."""
        for key in self.values:
            if key not in self.asked:
                meant = difflib.get_close_matches(key, self.asked, n=1)
                hint = f" Meinten Sie „{meant[0]}“?" if meant else " Löschen Sie die Zeile."
                self.say(key, f"Die Angabe „{key}“ ist unbekannt.{hint}")

    def say(self, key: str, message: str, index: int | None = None) -> None:
        """Report a problem with a value, at its line."""
        self.report(self.line(key, index), message)

    def line(self, key: str | int | None = None, index: int | None = None) -> int:
        """Tell on which line a value stands; that of its table where it is missing."""
        path: Path = self.at
        if key is not None:
            path = (*path, key)
        if index is not None:
            path = (*path, index)
        return line_of(self.lines, path)

    def _value(self, key: str, *, required: bool = False) -> Any:  # noqa: ANN401 - typed by people
        self.asked.add(key)
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.say(key, f"Die Angabe „{key}“ fehlt.")
            return None
        return value

    def _list(self, key: str, value: Any) -> list[Any]:  # noqa: ANN401 - typed by people
        if value is None:
            return []
        if not isinstance(value, list):
            self.say(key, f"„{key}“ soll eine Liste sein: je Eintrag eine Zeile mit „- “ davor.")
            return []
        return value

    def _entries(self, key: str) -> Iterator[tuple[int, str]]:
        for index, entry in enumerate(self._list(key, self._value(key))):
            if isinstance(entry, str) and entry.strip():
                yield index, " ".join(entry.split())
            else:
                self.say(key, f"Ein Eintrag von „{key}“ ist leer oder kein Text.", index)
