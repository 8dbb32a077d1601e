"""The fields of the front matter of texts, as ``text_fields.toml`` lists them.

A field shows a value only where it understands it wholly. Whatever else stands above the text stays
as it is, and is named, so that nobody misses it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from website.content.kinds import TOOL_PAGES
from website.content.library import Library
from website.content.models import Item, Kind
from website.content.problems import is_placeholder
from website.content.text_reader import keys_of
from website.editor.data_fields import Field, Group, Part, Rows, Style, day_of
from website.infra import toml_tables

HEAD_IMAGE = "image"
INNER = {"topic", "text"}
"""Keys of ``cta``, which have a field each."""
_DATA = toml_tables.beside(__file__, "text_fields.toml")
_WITHOUT_FIELD = {"aliases", "cover"}
"""Written by commands, or seldom: they are edited with the whole file."""


def _part(data: Mapping[str, Any]) -> Part:
    return Rows.of(data) if "columns" in data else Field.of(data)


GROUPS = tuple(
    Group(data["title"], data["title"], tuple(map(_part, data["fields"])))
    for data in _DATA["groups"]
)
"""All fields, in the order of the page."""


def groups_of(kind: Kind[Item], library: Library, values: Mapping[str, Any]) -> Iterator[Group]:
    """Yield the fields that texts of a kind have and that show all of their values.

    Keys that only the model of the kind knows have a field, too.
    """
    keys = keys_of(kind, library.file_cache.known) - _WITHOUT_FIELD
    own = keys - {part.path[0] for group in GROUPS for part in group.fields}
    more = tuple(Field.of({"key": key, "label": key, "style": "line"}) for key in sorted(own))
    choices = _choices(library)
    for group in (replace(GROUPS[0], fields=(*GROUPS[0].fields, *more)), *GROUPS[1:]):
        parts = [
            replace(part, choices=choices.get(part.name, ())) if isinstance(part, Field) else part
            for part in group.fields
            if part.path[0] in keys
        ]
        hidden = {part.path[0] for part in parts if not _is_understood(part, values)}
        if shown := tuple(part for part in parts if part.path[0] not in hidden):
            yield replace(group, fields=shown)


def _choices(library: Library) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what can be chosen, by the names of fields."""
    topics = ((topic.slug, topic.title) for topic in library.site.topics)
    return {
        "topic": (("", "noch keines"), *topics),
        "ai": (("", "noch nicht angegeben"), *_DATA["ai"].items()),
        "tools": tuple((page.name, page.title) for page in library.of_kind(TOOL_PAGES)),
        "cta.topic": (("", "keines"), *library.questionnaire.topics),
    }


def _is_understood(part: Part, values: Mapping[str, Any]) -> bool:
    """Return whether a part of the form can show its value, and give it back.

    What is empty, or a choice that nobody has made yet, is shown as an empty field.
    """
    value = values.get(str(part.path[0]))
    if isinstance(part, Rows):
        return not value or (isinstance(value, list) and all(map(part.holds, value)))
    if len(part.path) > 1:
        if value and not (isinstance(value, dict) and value.keys() <= INNER):
            return False
        value = (value or {}).get(part.path[1])
    return not value or (isinstance(part, Field) and _is_given_back(part, value))


def _is_given_back(field: Field, value: Any) -> bool:  # noqa: ANN401 - what YAML holds
    texts = value if isinstance(value, list) else [value]
    if field.style.is_list != isinstance(value, list) or not all(isinstance(t, str) for t in texts):
        return False
    if field.style in {Style.CHOICE, Style.BOXES}:
        is_open = field.style is Style.CHOICE and is_placeholder(value)
        return is_open or dict(field.choices).keys() >= {*texts}
    if field.style is Style.DAY:
        return day_of(value) is not None
    return bool(field.style.read(field.style.shown(value)) == plain(value))


def plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value with each of its texts on one line, without what is empty."""
    if isinstance(value, dict):
        texts = {key: plain(each) for key, each in value.items()}
        return {key: text for key, text in texts.items() if text}
    if isinstance(value, list):
        return [text for each in value if (text := plain(each))]
    return " ".join(str(value or "").split())
