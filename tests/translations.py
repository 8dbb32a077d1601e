"""Brings the catalogues of interface words up to date with the sources: ``make translations``.

What is new gets no translation, what resembles an old message gets its translation marked as
doubtful, and what is no longer said is dropped. The rest stays as it is. Running it twice changes
nothing: neither the day nor line numbers are written.
"""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from website.content.languages import NAME

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None}
FOLDERS = ("site", "templates", "static")
WIDTH = 100
HEADER = """\
# Die Wörter der Oberfläche in dieser Sprache: bei msgid auf Deutsch, bei msgstr so, wie Leser sie
# sehen. Neue trägt „make translations“ ein. Platzhalter wie %(name)s und HTML-Elemente bleiben, wie
# sie sind; %% ist ein Prozentzeichen."""


def messages(root: Path | None = None) -> Catalog:
    """Return what the sources say, without translations."""
    root = root or ROOT
    mappings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: _options(mapping) for mapping in mappings}
    found = Catalog(charset="utf-8")
    for folder in FOLDERS:
        for name, _line, message, _comments, context in extract_from_dir(
            root / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): given for pattern, given in options.items()},
            KEYWORDS,
        ):
            found.add(message, locations=[(f"{folder}/{name}", 0)], context=context)
    return found


def updated(text: str, template: Catalog, language: str) -> str:
    """Return the text of a catalogue, brought up to date."""
    catalogue = read_po(io.StringIO(text), locale=language.replace("-", "_"), ignore_obsolete=True)
    catalogue.update(template, update_header_comment=False)
    catalogue.obsolete.clear()
    for message in catalogue:
        message.flags.discard("python-format")
        message.locations = sorted(set(message.locations))
        message.previous_id = ()
    out = io.BytesIO()
    write_po(out, catalogue, WIDTH, omit_header=True, sort_by_file=True, include_lineno=False)
    return f"{_header(catalogue, language)}\n{out.getvalue().decode()}"


def catalogues(root: Path | None = None) -> list[tuple[Path, str]]:
    """List the catalogue of each edition beside the German one, with the edition's language."""
    return [
        (data.with_name(NAME), tomllib.loads(data.read_text())["language"])
        for data in sorted(((root or ROOT) / "content").glob("*/website.toml"))
    ]


def _header(catalogue: Catalog, language: str) -> str:
    fields = {
        "Language": language.replace("-", "_"),
        "Plural-Forms": catalogue.plural_forms,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    rows = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'{HEADER}\nmsgid ""\nmsgstr ""\n{rows}'


def _options(mapping: dict[str, Any]) -> dict[str, str]:
    own = {"method", "pattern"}
    return {name: str(value).lower() for name, value in mapping.items() if name not in own}


def main() -> None:
    """Write every catalogue again."""
    template = messages()
    for path, language in catalogues():
        before = path.read_text() if path.exists() else ""
        path.write_text(updated(before, template, language))
        click.echo(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
