"""Languages of editions: gettext catalogues of the interface, and formats of dates and numbers.

The sources hold the messages in German. Each other edition translates them in its catalogue
``content/<language>/oberflaeche.po``, which ``make translations`` updates. Formats are those of
Unicode's CLDR, from Babel.
"""

from __future__ import annotations

import functools
import gettext as gnu
import hashlib
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from babel import dates, localedata, numbers
from babel.core import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from website.content import text_files
from website.content.problems import Report, msg
from website.exceptions import UnreadableFile
from website.infra import clock, disk, german
from website.infra.clock import MONTHS
from website.infra.german import NO_BREAK_SPACE

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from babel.messages.catalog import Catalog, Message

ENDING = ".po"
NAME = f"oberflaeche{ENDING}"
"""The catalogue, in the folder of its edition."""

_SCRIPTS = "static/"
"""Where the scripts lie whose words a page has to bring."""

_LINE = re.compile(
    r'(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[[0-9]\])?) *)?"(?:[^"\\]|\\.)*")?'
)
"""A line of a catalogue: a comment, a text in quotation marks with what it is, or nothing."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_BARE_PER_CENT = re.compile(r"(?<!%)(?:%%)*%(?!%|\(\w+\)s)")
_TAG = re.compile(r"</?[a-z]+[^<>]*>|&\w+;")
_NEEDS_ESCAPING = re.compile(r"[<>\"]|&(?!\w+;)")


@dataclass(frozen=True)
class Translations:
    """The contents of a catalogue; empty by default, so that all messages stay German."""

    digest: str = ""
    """Of the catalogue's file; empty where something is wrong with it."""
    compiled: bytes = field(default=b"", repr=False)
    """As GNU gettext has them."""
    scripts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """By script and key, the translations of its messages: one, or one for each plural form."""


@dataclass(frozen=True)
class Language:
    """A language, with its translations and its formats."""

    tag: str
    """As BCP 47 wants it: ``en-GB``."""
    name: str
    """What its readers call it: ``English``."""
    translations: Translations = field(default_factory=Translations)

    @property
    def code(self) -> str:
        """The language without its region, which is the name of the edition's folder."""
        return self.tag.partition("-")[0]

    @property
    def locale(self) -> str:
        """Language and region as Open Graph has them: ``de_DE``, ``en_GB``."""
        _, _, region = self.tag.partition("-")
        return f"{self.code}_{region or self.code.upper()}"

    def gettext(self, message: str) -> str:
        """Return the translation of a message."""
        return _translations(self.translations.compiled).gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the translation of a message in the form for a number."""
        return _translations(self.translations.compiled).ngettext(singular, plural, count)

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of a message that means something else elsewhere."""
        return _translations(self.translations.compiled).pgettext(context, message)

    def script_words(self, scripts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the translations of the messages of some scripts, by :func:`script_key`.

        :param scripts: named from the folder ``static``.
        """
        found: dict[str, tuple[str, ...]] = {}
        for script in scripts:
            found |= self.translations.scripts.get(script, {})
        return dict(sorted(found.items()))

    def date(self, day: datetime.date) -> str:
        """Return a date as „23. November 2026“; no line ends between day and month."""
        if self.code == GERMAN.code:
            return f"{day.day}.{NO_BREAK_SPACE}{MONTHS[day.month - 1]} {day.year}"
        return re.sub(
            rf" (?={day.day}\b)|(?<=\b{day.day}) ", NO_BREAK_SPACE, self._cldr(day, "long")
        )

    def moment(self, moment: datetime.datetime) -> str:
        """Return a moment in German time, as „Montag, 23. November 2026, 21:43 Uhr (MEZ)“."""
        if self.code == GERMAN.code:
            return clock.in_german(moment)
        local = moment.astimezone(clock.GERMANY)
        pattern = self.gettext("%(date)s, %(time)s Uhr (%(zone)s)")
        date = self._cldr(local.date(), "full")
        return pattern % {"date": date, "time": f"{local:%H:%M}", "zone": local.tzname()}

    def number(self, value: int) -> str:
        """Return a number with its thousands apart: „1.234“."""
        if self.code == GERMAN.code:
            return german.number(value)
        return numbers.format_decimal(value, locale=_locale(self.tag))

    def _cldr(self, day: datetime.date, length: str) -> str:
        return dates.format_date(day, length, locale=_locale(self.tag))


GERMAN = Language("de", "Deutsch")
"""The language of the sources."""


def read_catalogue(
    folder: Path, report: Report, before: Translations | None = None, data: bytes | None = None
) -> Translations:
    """Read the catalogue of an edition.

    Messages without a translation stay German, and are reported.

    :param folder: of the edition.
    :param before: what was read before; returned as it is if the file has not changed.
    :param data: the bytes of the file, where they are not those on the disk.
    """
    try:
        data = disk.read(folder / NAME) if data is None else data
    except FileNotFoundError:
        report(1, msg("catalogue.missing"))
        return Translations()
    except OSError as error:
        report(1, text_files.unreadable(error))
        return Translations()
    digest = hashlib.sha256(data).hexdigest()
    if before and before.digest == digest:
        return before
    if (catalogue := _parsed(data, report)) is None:
        return Translations()
    faults = [
        (message, fault) for message in catalogue if message.id and (fault := _fault(message))
    ]
    for message, fault in faults:
        report(message.lineno or 1, fault)
    try:
        compiled = _compiled(catalogue)
    except (ArithmeticError, LookupError, ValueError) as error:
        report(1, msg("catalogue.header", error=error))
        return Translations()
    return Translations("" if faults else digest, compiled, _scripts(catalogue))


def _parsed(data: bytes, report: Report) -> Catalog | None:
    try:
        lines = text_files.text_of(data).split("\n")
        _check_lines(lines)
        return read_po(lines, ignore_obsolete=True, abort_invalid=True)
    except UnreadableFile as error:
        report(error.line, str(error))
    except PoFileError as error:
        report(error.lineno + 1, msg("catalogue.line", line=error.line.strip()))
    except (LookupError, ValueError) as error:
        report(1, msg("catalogue.header", error=error))
    return None


def _check_lines(lines: Iterable[str]) -> None:
    """Refuse a malformed line, of which Babel would accept a part.

    :raises UnreadableFile: saying which.
    """
    for number, line in enumerate(lines, start=1):
        if not _LINE.fullmatch(line.strip()):
            raise UnreadableFile(number, msg("catalogue.line", line=line.strip()))


def _compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as GNU gettext has it.

    :raises ArithmeticError: if its formula for plurals does not hold for every number.
    :raises LookupError: if its encoding is unknown.
    :raises ValueError: if its encoding lacks a character, or its formula is none.
    """
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    for count in range(100):
        _translations(compiled.getvalue()).ngettext("", "", count)
    return compiled.getvalue()


def _fault(message: Message) -> str:
    """Return what is wrong with a translation, or an empty string."""
    words = _forms(message.id)[0]
    translations = _forms(message.string)
    if not all(text.strip() for text in translations):
        return f"Die Übersetzung fehlt: „{words}“"
    if message.fuzzy:
        return msg("catalogue.fuzzy", words=words)
    wanted = [_essence(form) for form in _forms(message.id)]
    for text in translations:
        if _essence(text) not in wanted:
            return f"Die Übersetzung braucht dieselben Platzhalter und HTML-Elemente: „{words}“"
        if _BARE_PER_CENT.search(text):
            return f"Schreiben Sie in der Übersetzung %% statt %: „{words}“"
        if _NEEDS_ESCAPING.search(_TAG.sub("", text)):
            return f'Statt <, >, & und " braucht die Übersetzung andere Zeichen: „{words}“'
    return ""


def _essence(text: str) -> tuple[frozenset[str], list[str]]:
    """Return what a translation must have in common with the German words."""
    return frozenset(_PLACEHOLDER.findall(text)), sorted(_TAG.findall(text))


def _forms(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the singular and the plurals of a message; the singular alone where it is all."""
    return (words,) if isinstance(words, str) else tuple(words or ())


def _scripts(catalogue: Catalog) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for message in catalogue:
        for path, _ in message.locations:
            if path.startswith(_SCRIPTS):
                forms = _forms(message.string)
                key = script_key(_forms(message.id)[0])
                found[path.removeprefix(_SCRIPTS)][key] = forms
    return dict(found)


def script_key(message: str) -> str:
    """Return by what a script finds the translation of a message (Bernstein's hash, 20 bits).

    The messages themselves would take as much of a page as their translations.
    ``static/js/tools/words.js`` computes the same.
    """
    key = 0
    for sign in message:
        key = (33 * key + ord(sign)) % 2**20
    return f"{key:x}"


def is_known(code: str) -> bool:
    """Return whether Unicode's CLDR knows how a language writes dates."""
    return localedata.exists(code)


@functools.cache
def _translations(compiled: bytes) -> gnu.NullTranslations:
    return gnu.GNUTranslations(io.BytesIO(compiled)) if compiled else gnu.NullTranslations()


@functools.cache
def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except UnknownLocaleError:
        # The language in some other country, or one that the reading of its data has refused.
        code = tag.partition("-")[0]
        return Locale.parse(code if is_known(code) else GERMAN.code)
