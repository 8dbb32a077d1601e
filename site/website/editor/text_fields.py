"""The fields of front matter, as listed in ``text_fields.toml``.

A field is shown only if it can represent its value completely. Other values stay unchanged, and
their keys are named on the page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from website.content.kinds import TOOL_PAGES
from website.content.library import Library
from website.content.models import Item, Kind
from website.content.problems import is_placeholder
from website.content.text_reader import keys_of
from website.content.value_reader import day_of, value_at
from website.editor.data_fields import Field, Group, Part, Rows, Style
from website.infra import toml_tables

HEAD_IMAGE = "image"
_DATA = toml_tables.beside(__file__, "text_fields.toml")
_WITHOUT_FIELD = {"aliases", "cover"}
"""Keys without a field, which are edited with the whole file."""

GROUPS = tuple(
    Group(
        data["title"],
        data["title"],
        tuple(Rows.of(row) if "columns" in row else Field.of(row) for row in data["fields"]),
    )
    for data in _DATA["groups"]
)
"""All fields, in the order of the page."""
_INNER = {part.path[1] for group in GROUPS for part in group.fields if len(part.path) > 1}
"""Keys of ``cta``, which have a field each."""


def groups_of(kind: Kind[Item], library: Library, values: Mapping[str, Any]) -> Iterator[Group]:
    """Yield the fields of a kind of text that can represent the given values.

    Keys of the model that ``text_fields.toml`` does not list get a text field.
    """
    keys = keys_of(kind, library.file_cache.known) - _WITHOUT_FIELD
    own = keys - {part.path[0] for group in GROUPS for part in group.fields}
    more = tuple(Field.of({"key": key, "label": key, "style": "line"}) for key in sorted(own))
    choices = _choices(library)
    for group in (replace(GROUPS[0], fields=(*GROUPS[0].fields, *more)), *GROUPS[1:]):
        parts = [
            _with_choices(part, choices.get(part.name, ()), values)
            if isinstance(part, Field)
            else part
            for part in group.fields
            if part.path[0] in keys
        ]
        hidden = {part.path[0] for part in parts if not _is_understood(part, values)}
        if shown := tuple(part for part in parts if part.path[0] not in hidden):
            yield replace(group, fields=shown)


def _with_choices(
    field: Field, choices: tuple[tuple[str, str], ...], values: Mapping[str, Any]
) -> Field:
    """Return a field with its options: also a value of the file that is none, so that it can go."""
    value = value_at(values, field.path)
    is_known = not isinstance(value, str) or is_placeholder(value) or value in dict(choices)
    if field.style is Style.CHOICE and not is_known:
        choices = (*choices, (value, f"{value} (nicht vorgesehen)"))
    return replace(field, choices=choices)


def _choices(library: Library) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the options of fields, by their names."""
    topics = ((topic.slug, topic.title) for topic in library.site.topics)
    return {
        "topic": (("", "noch keines"), *topics),
        "ai": (("", "noch nicht angegeben"), *_DATA["ai"].items()),
        "tools": tuple((page.name, page.title) for page in library.of_kind(TOOL_PAGES)),
        "cta.topic": (("", "keines"), *library.questionnaire.topics),
    }


def _is_understood(part: Part, values: Mapping[str, Any]) -> bool:
    """Return whether a part of the form can represent its value.

    Empty values, and placeholders of choices, are shown as empty fields.
    """
    value = values.get(str(part.path[0]))
    if isinstance(part, Rows):
        return not value or (isinstance(value, list) and all(map(part.holds, value)))
    if len(part.path) > 1:
        if value and not (isinstance(value, dict) and value.keys() <= _INNER):
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
    """Return a value with whitespace normalized, and without empty parts."""
    if isinstance(value, dict):
        texts = {key: plain(each) for key, each in value.items()}
        return {key: text for key, text in texts.items() if text}
    if isinstance(value, list):
        return [text for each in value if (text := plain(each))]
    return " ".join(str(value or "").split())
