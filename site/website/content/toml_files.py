"""Reader of the TOML files of the content into fields that know their lines."""

import pathlib
import re

from website.content import files, text_files, toml_advice
from website.content.languages import GERMAN, Language
from website.content.problems import Problem
from website.content.value_reader import TOML, Fields, Path
from website.exceptions import UnreadableFile

ENDING = ".toml"

_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.\"-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*[\"']?([\w /-]*\w)[\"']?\s*=")


def read(
    folder: pathlib.Path,
    name: str,
    *,
    holds: str,
    data: bytes | None = None,
    language: Language = GERMAN,
) -> tuple[Fields | None, list[Problem]]:
    """Return the fields of a file, or None where it cannot be read, and its problems.

    What is wrong with the values is added to the problems when they are read.

    :param folder: of an edition's content.
    :param holds: what the file is for, in a German main clause: where it is missing, it is said.
    :param data: its bytes, where they are not those on the disk.
    :param language: in which visitors read its texts.
    """
    problems: list[Problem] = []
    label = files.label(folder, name)

    def report(line: int, message: str) -> None:
        problems.append(Problem(label, line, message))

    try:
        source = text_files.read(folder / name) if data is None else text_files.text_of(data)
        values = toml_advice.values(source)
    except FileNotFoundError:
        report(1, f"Die Datei fehlt. In ihr stehen {holds}.")
    except UnreadableFile as error:
        report(error.line, str(error))
    except OSError as error:
        report(1, text_files.unreadable(error))
    else:
        return Fields(values, lines_of(source), report, form=TOML, language=language), problems
    return None, problems


def lines_of(source: str) -> dict[Path, int]:
    """Return the line of every key: tomllib returns values without positions."""
    lines: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    within_text = False
    for number, row in enumerate(source.split("\n"), start=1):
        was_within = within_text
        within_text ^= row.count('"""') % 2 == 1
        if was_within:
            continue
        if found := _TABLE.match(row):
            name = _resolved(found[2].replace('"', "").split("."), counts)
            table = name
            if found[1] == "[[":
                lines.setdefault(name, number)
                table = (*name, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
            lines[table] = number
        elif found := _KEY.match(row):
            lines[*table, found[1]] = number
    return lines


def _resolved(parts: list[str], counts: dict[Path, int]) -> Path:
    """Return the path of a table: below a list of tables it belongs to the last of them."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    return (*path, parts[-1])
