"""Parser of the templates for replies to requests, ``content/antworten.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from website.content import toml_files
from website.content.problems import Problem
from website.content.value_reader import Fields, RequiredText, shown
from website.infra import disk

NAME = "antworten.toml"
PLACEHOLDERS = ("name", "unternehmen", "nummer", "thema", "eingang", "absender")
LONGEST = 1500
"""Characters of a template: some programs on Windows take no more than 2,000 in a link."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class ReplyTemplate:
    """A template for a reply: subject and paragraphs with placeholders."""

    title: RequiredText
    subject: RequiredText
    paragraphs: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and text; a placeholder without a value stays, to be seen."""

        def fill(text: str) -> str:
            return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

        return fill(self.subject), "\n\n".join(map(fill, self.paragraphs))


def read(
    folder: Path, data: bytes | None = None
) -> tuple[tuple[ReplyTemplate, ...], list[Problem]]:
    """Return the templates of a content folder, none if there is no file, and their problems.

    :param data: the bytes of the file, where they are not those on the disk.
    """
    if data is None and not disk.exists(folder / NAME):
        return (), []
    fields, problems = toml_files.read(folder, NAME, holds="die Vorlagen für Antworten", data=data)
    if fields is None:
        return (), problems
    templates = tuple(map(_template, fields.tables("vorlagen")))
    fields.finish()
    return templates, problems


def _template(item: Fields) -> ReplyTemplate:
    template = item.into(ReplyTemplate, paragraphs=item.texts("absaetze"))
    if not template.paragraphs:
        item.error("absaetze", "Die Vorlage hat keinen Text. Schreiben Sie ihn unter „absaetze“.")
    excess = sum(map(len, template.paragraphs)) - LONGEST
    if excess > 0:
        message = f"Der Text ist um {excess} Zeichen länger als die erlaubten {LONGEST}."
        item.error("absaetze", message)
    _check(item, "subject", template.subject)
    for index, text in enumerate(template.paragraphs):
        _check(item, "absaetze", text, index)
    return template


def _check(item: Fields, key: str, text: str, index: int | None = None) -> None:
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            message = f"Den Platzhalter {{{shown(name)}}} gibt es nicht. Möglich sind: {known}."
            item.error(key, message, index)
