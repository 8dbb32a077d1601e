"""What the forms of the content's TOML files show: their groups, fields, and what to call them.

How a value is typed follows from the value; what it is for, the file says itself, in its comments.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from website.content import kinds, languages, questionnaire_file, reply_templates, sitedata
from website.content.placeholders import is_placeholder
from website.content.sitedata import SiteData
from website.content.value_reader import Path
from website.leads.labels import language
from website.questionnaire import CONTRACTS, QuestionKind

_FORM = "kontakt"
"""The page with the request form."""
PAGES = {sitedata.NAME: "index", questionnaire_file.NAME: _FORM}
"""The page that shows most of what a file says, by the page's name."""
TITLES = {
    sitedata.NAME: "Angaben zur Website",
    questionnaire_file.NAME: "Anfrageformular",
    reply_templates.NAME: "Vorlagen für Antworten",
}
"""The files that can be edited."""
OF_EDITION = {**TITLES, languages.NAME: "Wörter der Oberfläche"}
"""Those of an edition in another language."""

OVERLAYS = frozenset({sitedata.NAME, questionnaire_file.NAME, languages.NAME})
"""Of an edition, these say only what is said in its language. No form shows that."""

LONG = 70
"""Characters after which a text gets a field of several lines."""


class Style(Enum):
    """How a value is typed."""

    LINE = "a text on one line"
    AREA = "a longer text without line ends"
    LETTER = "a text with its line ends"
    DAY = "a day"
    NUMBER = "a whole number"
    TICK = "whether something holds"
    POINTS = "a list of texts, one on each line"

    @classmethod
    def of(cls, value: Any, default: Any) -> Style:  # noqa: ANN401 - what TOML holds
        """Return how a value is typed, or one of the same type where it is missing or wrong."""
        kind = type(value) if type(value) is type(default) else type(default)
        if kind is bool:
            return cls.TICK
        if kind is int:
            return cls.NUMBER
        if kind in {list, tuple}:
            return cls.POINTS
        if default is None or kind is datetime.date:
            return cls.DAY
        text = str(value or "")
        if "\n" in text or "\n" in default:
            return cls.LETTER
        return cls.AREA if len(text) > LONG and not is_placeholder(text) else cls.LINE

    def shown(self, value: Any) -> str:  # noqa: ANN401
        """Return a value as its field holds it; nothing for the placeholder of one."""
        if value is None or (isinstance(value, str) and is_placeholder(value)):
            return ""
        if self is Style.TICK:
            return "ja" if value is True else ""
        if self is Style.POINTS:
            return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
        if isinstance(value, datetime.date):
            return value.isoformat()
        return str(value)

    def read(self, typed: str) -> Any:  # noqa: ANN401
        """Return what was typed as a value; what is no such value stays a text, to be mended."""
        typed = typed.replace("\r\n", "\n")
        if self is Style.LETTER:
            return typed
        if self is Style.TICK:
            return typed == "ja"
        if self is Style.POINTS:
            return [" ".join(row.split()) for row in typed.split("\n") if row.strip()]
        text = " ".join(typed.split())
        if self is Style.NUMBER and text.isascii() and text.isdigit():
            return int(text)
        if self is Style.DAY:
            return _day(text) or text or None
        return text


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Column:
    """One value of each row of a list."""

    key: str
    label: str
    default: Any = ""
    is_fixed: bool = False
    """Whether it stays as it is once the row is there."""
    is_address: bool = False
    """Whether it leads to a page of the website."""


@dataclass(frozen=True)
class Field:
    """One value of a file."""

    path: Path
    label: str
    default: Any = ""
    hint: str = ""
    """Added to what the file says of it."""


@dataclass(frozen=True)
class Rows:
    """A list of tables, whose rows are added, moved and removed."""

    path: Path
    label: str
    row: str
    """What one of them is called, in German."""
    columns: tuple[Column, ...]
    can_shrink: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Choices:
    """The answers that a question offers, and those that it offered before."""

    path: Path
    """Of those that it offers."""
    can_grow: bool
    can_be_featured: bool = False
    """Whether the start page offers some of them."""

    @property
    def question(self) -> int:
        """The place of the question in the file."""
        return int(self.path[1])


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    name: str
    title: str
    fields: tuple[Field | Rows | Choices, ...]
    path: Path = ()
    """Of the section whose comment explains all of them."""
    page: str = ""
    """The page that shows them, by its name; nothing where none does."""


_LINKS = (
    Column("label", "Beschriftung"),
    Column("to", "Seite, zu der es führt", is_address=True),
)

_SECTIONS: tuple[tuple[str, str, Path, dict[str, str]], ...] = (
    ("kontakt", "Kontakt", ("contact",), {
        "name": "Ansprechpartner", "role": "Wofür sie oder er da ist", "phone": "Telefon",
        "email": "E-Mail-Adresse", "hours": "Erreichbar",
    }),
    ("impressum", "Impressum", ("provider",), {
        "company": "Firma", "legal_form": "Rechtsform", "street": "Straße und Hausnummer",
        "postal_code": "Postleitzahl", "city": "Ort", "country": "Land", "email": "E-Mail-Adresse",
        "phone": "Telefon", "register": "Register", "register_court": "Registergericht",
        "register_number": "Registernummer", "vat_id": "Umsatzsteuer-Identifikationsnummer",
        "business_id": "Wirtschafts-Identifikationsnummer", "capital": "Kapital",
        "outstanding_contributions": "Ausstehende Einlagen",
        "permit": "Erlaubnis und Aufsichtsbehörde",
        "liability_insurance": "Berufshaftpflichtversicherung",
        "responsible_editor": "Redaktionell verantwortlich",
        "responsible_editor_address": "Anschrift der verantwortlichen Person",
        "as_of": "Stand der Angaben",
    }),
    ("datenschutz", "Datenschutz", ("privacy",), {
        "officer": "Datenschutzbeauftragter", "authority": "Aufsichtsbehörde",
        "host": "Anbieter der Website", "mail_provider": "Anbieter der E-Mails",
        "third_countries": "Daten außerhalb der EU",
        "webhook_receiver": "Wer jede Anfrage übernimmt",
        "candidates": "Was Interim Manager erfahren",
        "confirmation_mail": "Anfragen werden mit einer E-Mail bestätigt",
        "server_log_days": "Tage, die der Server Zugriffe aufbewahrt",
    }),
    ("website", "Name und Beschreibung", (), {
        "name": "Name der Website", "motto": "Leitsatz",
        "description": "Beschreibung für Suchergebnisse", "articles_per_page": "Artikel je Seite",
        "response_promise": "Antwortversprechen",
    }),
    ("fristen", "Aufbewahrung der Anfragen", ("privacy", "retention"), {
        "new_months": "Neu: Monate", "in_progress_months": "In Bearbeitung: Monate",
        "qualified_months": "Qualifiziert: Monate", "lost_months": "Verloren: Monate",
        "won_years": "Gewonnen: Jahre", "suspected_spam_days": "Spamverdacht: Tage",
    }),
    ("barrierefreiheit", "Barrierefreiheit", ("accessibility",), {
        "scope": "Wofür die Erklärung gilt", "tested_on": "Zuletzt geprüft am",
        "method": "Wie geprüft wurde", "result": "Was dabei herauskam",
        "gaps": "Was noch nicht geht, je Zeile ein Punkt",
    }),
    ("bestaetigung", "Bestätigung per E-Mail", ("confirmation",), {
        "subject": "Betreff", "text": "Text",
    }),
)  # fmt: skip
_PAGES = {
    "kontakt": "kontakt", "impressum": "impressum", "datenschutz": "datenschutz",
    "website": "index", "fristen": "datenschutz", "barrierefreiheit": "barrierefreiheit",
}  # fmt: skip
_LISTS = {
    "impressum": Rows(("provider", "representatives"), "Vertretungsberechtigte", "Person",
                      (Column("name", "Vor- und Nachname"), Column("role", "Funktion"))),
}  # fmt: skip
_MENUS = (
    Group("navigation", "Navigation", (
        Rows(("navigation",), "Menü oben", "Eintrag", _LINKS),
        Rows(("legal_navigation",), "Menü unten", "Eintrag", _LINKS),
    ), page="index"),
    Group("themen", "Themen", (
        Rows(("topics",), "Themen der Artikel", "Thema", (
            Column("title", "Name"), Column("description", "Beschreibung"),
            Column("slug", "Teil der Adresse", is_fixed=True),
        ), can_shrink=False),
    )),
)  # fmt: skip
_OWNERS = ("contact", "provider", "privacy")
"""Sections that only the owner of the site can fill."""

_QUESTION = {
    "label": "Frage", "short": "Name im Posteingang", "hint": "Hinweis unter der Frage",
    "missing": "Meldung, wenn die Angabe fehlt", "called": "Wie Meldungen die Angabe nennen",
    "purpose": "Wozu Sie danach fragen (steht auf der Seite Datenschutz)",
}  # fmt: skip
_CHOSEN = {kind.value for kind in QuestionKind if kind.is_chosen}
REMOVED = "removed"
"""Says of a question that it is no longer asked."""
TOPIC = "topic"
"""The question whose choices the start page offers."""
_NOT_ASKED = "Gespeicherte Antworten bleiben lesbar."
_TEMPLATES = Rows(
    ("vorlagen",),
    "Vorlagen",
    "Vorlage",
    (
        Column("title", "Name im Posteingang"),
        Column("subject", "Betreff"),
        Column("absaetze", "Text, je Zeile ein Absatz", []),
    ),
    hint="Ersetzt werden {name}, {unternehmen}, {nummer}, {thema}, {eingang} und {absender}.",
)


def title_of(file: str) -> str:
    """Return what editors call a file of data; nothing if it cannot be edited.

    :param file: named from the content folder.
    """
    code, inner = kinds.edition_and_file(file)
    title = (OF_EDITION if code else TITLES).get(inner, "")
    return f"{title} ({language(code)})" if title and code else title


def is_overlay(file: str) -> bool:
    """Return whether a file says in another language what a German one says."""
    code, inner = kinds.edition_and_file(file)
    return bool(code) and inner in OVERLAYS


def groups_of(file: str, values: Mapping[str, Any]) -> tuple[Group, ...]:
    """Return the form of a file.

    :param values: what the file holds.
    """
    if file == sitedata.NAME:
        return _of_site(values)
    if file == questionnaire_file.NAME:
        return tuple(_of_questionnaire(values))
    return (Group("vorlagen", title_of(file), (_TEMPLATES,)),)


def is_of_owner(path: Path) -> bool:
    """Return whether only the owner of the site can know a value."""
    return path[0] in _OWNERS


def value_at(values: Any, path: Path) -> Any:  # noqa: ANN401 - what TOML holds
    """Return a value; nothing if there is none."""
    for key in path:
        is_there = isinstance(values, dict) if isinstance(key, str) else isinstance(values, list)
        if not is_there:
            return None
        values = values.get(key) if isinstance(key, str) else dict(enumerate(values)).get(key)
    return values


def _of_site(values: Mapping[str, Any]) -> tuple[Group, ...]:
    groups = []
    for name, title, path, labels in _SECTIONS:
        defaults: Any = SiteData()
        for key in path:
            defaults = getattr(defaults, str(key))
        fields: list[Field | Rows] = [
            Field((*path, key), label, getattr(defaults, key)) for key, label in labels.items()
        ]
        if name in _LISTS:
            fields.append(_LISTS[name])
        groups.append(Group(name, title, tuple(fields), path, _PAGES.get(name, "")))
    terms = values.get("foreign_terms")
    languages = list(terms) if isinstance(terms, dict) else []
    spoken = tuple(
        Field(("foreign_terms", each), f"Sprache „{each}“, je Zeile ein Begriff", ())
        for each in languages
    )
    if not spoken:
        return (*groups, *_MENUS)
    return (*groups, *_MENUS, Group("begriffe", "Fremde Begriffe", spoken, ("foreign_terms",)))


def _of_questionnaire(values: Mapping[str, Any]) -> Sequence[Group]:
    titles = tuple(
        Field(("groups", at, key), label)
        for at, _ in enumerate(tables(values, "groups"))
        for key, label in (
            ("title", f"Teil {at + 1}"),
            ("staff_title", f"Teil {at + 1}, im Posteingang"),
        )
    )
    groups = [Group("teile", "Teile des Formulars", titles, page=_FORM)]
    for at, question in enumerate(tables(values, "questions")):
        path: Path = ("questions", at)
        fields: list[Field | Rows | Choices] = [
            Field((*path, key), label) for key, label in _QUESTION.items() if _has(question, key)
        ]
        kind = question.get("kind")
        if kind in _CHOSEN or question.get("choices") or question.get("removed_choices"):
            can_grow = kind == QuestionKind.CHOICE.value
            is_topic = question.get("key") == TOPIC
            fields.append(Choices((*path, "choices"), can_grow, is_topic))
        if question.get("key") not in CONTRACTS:
            fields.append(Field((*path, REMOVED), "Nicht mehr fragen", False, _NOT_ASKED))
        title = str(question.get("label") or question.get("key") or f"Frage {at + 1}")
        former = " (nicht mehr gefragt)" if question.get("removed") is True else ""
        groups.append(Group(f"frage-{at + 1}", title + former, tuple(fields), page=_FORM))
    return groups


def _has(question: Mapping[str, Any], key: str) -> bool:
    """Return whether a question can have some words; only what is required can be missing."""
    contract = CONTRACTS.get(str(question.get("key")))
    return key != "missing" or key in question or (contract is not None and contract.required)


def tables(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the tables of a list; an empty one in the place of what is none."""
    found = values.get(key)
    return (
        [each if isinstance(each, dict) else {} for each in found]
        if isinstance(found, list)
        else []
    )
