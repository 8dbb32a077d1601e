"""The style sheets hold to their own rules, and hold nothing that no page uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from support.site import ROOT

SHEETS = ROOT / "static/css"
STAFF = tuple(ROOT / f"static/{room}/css" for room in ("inbox", "editor", "authoring"))
HOOKS = {"pieces__title", "problem__text", "texts__cause"}
"""Classes without a rule, by which tests find what authors read."""
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
LAYER = re.compile(r"@layer (reset|tokens|base|layout|prose|components|utilities) \{")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PRELUDE = re.compile(r"([^{};]+)\{")
DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)[;}]")
CLASS = re.compile(r"\.([a-z][\w-]*)")
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\("
    r"|\b(?:black|white|gray|grey|silver|red|green|blue|yellow|orange|purple|brown)\b",
    re.IGNORECASE,
)


def sheets() -> list[Path]:
    found = sorted(SHEETS.rglob("*.css"))
    assert len(found) > 20
    return found


def test_every_sheet_stays_in_one_layer() -> None:
    for sheet in sheets():
        if sheet.name == "layers.css":
            continue
        text = read(sheet).strip()
        assert LAYER.match(text), sheet
        assert text.count("@layer") == 1, sheet


def test_darkness_changes_nothing_but_colours() -> None:
    """So pages are looked at wholly in the light (``support/accessibility.py``)."""
    for sheet in (*sheets(), *staff_sheets()):
        assert "prefers-color-scheme" not in read(sheet), sheet


def staff_sheets() -> list[Path]:
    return sorted(sheet for folder in STAFF for sheet in folder.rglob("*.css"))


def test_every_class_of_the_sheets_is_on_some_page() -> None:
    unused = {
        f"{sheet.name}: .{name}"
        for sheet in sheets()
        for name in classes(sheet)
        if name not in used_classes()
    }
    assert unused == set()


def test_every_class_of_staff_sheets_is_on_some_page() -> None:
    used = used_classes()
    unused = {
        f"{sheet.name}: .{name}" for sheet in staff_sheets() for name in classes(sheet) - used
    }
    assert unused == set()


def test_every_class_of_a_template_has_a_rule() -> None:
    ruled = {name for sheet in [*sheets(), *staff_sheets()] for name in classes(sheet)}
    without = {
        f"{template.relative_to(ROOT)}: {name}"
        for template in (ROOT / "templates").rglob("*.html")
        for attribute in re.findall(r'\bclass="([^"]*)"', template.read_text())
        for name in TAG.sub(" ", attribute).split()
        if name not in ruled | HOOKS
    }
    assert without == set()


def test_no_class_means_one_thing_to_visitors_and_another_to_staff() -> None:
    public = {name for sheet in sheets() for name in begun(sheet)}
    assert {name for sheet in staff_sheets() for name in begun(sheet)} & public == set()


def test_every_component_has_the_name_of_its_block() -> None:
    for sheet in [*(SHEETS / "components").glob("*.css"), *(SHEETS / "tools").glob("*.css")]:
        blocks = {name.partition("__")[0] for name in used_classes() & classes(sheet)}
        assert sheet.stem in blocks, sheet


def test_only_the_tokens_name_colours() -> None:
    named = [
        f"{sheet.name}: {name}: {value}"
        for sheet in sheets()
        if sheet.name != "tokens.css"
        for name, value in DECLARATION.findall(read(sheet))
        if COLOUR.search(re.sub(r"var\([^)]*\)", "", value)) and name != "src"
    ]
    assert named == []


def test_only_utilities_insist() -> None:
    insisting = [sheet.name for sheet in sheets() if "!important" in read(sheet)]
    assert set(insisting) <= {"utilities.css"}


@cache
def used_classes() -> frozenset[str]:
    """List what templates, and the Python that makes mark-up, put into ``class``."""
    return frozenset(
        name for attribute in _class_attributes() for name in re.findall(r"[\w-]+", attribute)
    )


def _class_attributes() -> Iterator[str]:
    for template in (ROOT / "templates").rglob("*.html"):
        yield from re.findall(r'\bclass="([^"]*)"', template.read_text())
    for module in (ROOT / "static/js").rglob("*.js"):
        yield from re.findall(r'"((?:tool|figure|chart|table|matrix)[\w -]*)"', module.read_text())
    for module in (ROOT / "static/editor/js").rglob("*.js"):
        yield from re.findall(r'className = "([^"]*)"', module.read_text())
    for module in (ROOT / "site/website").rglob("*.py"):
        yield from re.findall(r'\bclass="([^"]*)"', module.read_text())
    for module in (ROOT / "site/website/content").rglob("*.py"):
        # The renderer builds trees, in which a class is a string like any other.
        yield from re.findall(r'"([a-z][\w -]*)"', module.read_text())


def classes(sheet: Path) -> set[str]:
    preludes = (prelude.strip() for prelude in PRELUDE.findall(read(sheet)))
    return {
        name
        for prelude in preludes
        if not prelude.startswith("@")
        for name in CLASS.findall(prelude)
    }


def begun(sheet: Path) -> set[str]:
    """List the classes that a sheet sets alone, without a condition: what it is about."""
    selectors = (
        each.strip() for prelude in PRELUDE.findall(read(sheet)) for each in prelude.split(",")
    )
    return {found[1] for each in selectors if (found := re.fullmatch(r"\.([a-z][\w-]*)", each))}


def read(sheet: Path) -> str:
    return COMMENT.sub("", sheet.read_text())
