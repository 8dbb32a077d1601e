"""Every message that the reading of the content gives stands in the table, and no other does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from website import content
from website.content import problems

FOLDER = Path(content.__file__).parent


def test_the_table_holds_the_messages_that_are_given_and_no_others() -> None:
    sources = [file.read_text() for file in FOLDER.rglob("*.py")]
    given = {key for source in sources for key in re.findall(r'\bmsg\(\s*"([\w.-]+)"', source)}
    graphics = (FOLDER / "graphics.py").read_text()
    given |= {f"graphic.{key}" for key in re.findall(r'\b_fault\("([\w-]+)"', graphics)}
    tables = tomllib.loads((FOLDER / "messages.toml").read_text())
    assert given == {f"{subject}.{name}" for subject, rows in tables.items() for name in rows}


def test_a_message_names_what_it_is_about() -> None:
    assert problems.msg("advice.fence", row="--") == (
        "Hier steht „--“. Enden die Angaben hier, schreiben Sie „---“."
    )
