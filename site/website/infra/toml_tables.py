"""Tables of messages, labels, times and limits, read from TOML files beside the code."""

import functools
import string
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from website.infra.text import counted


@functools.cache
def beside(module: str, name: str) -> dict[str, Any]:
    """Return the tables of a file in the folder of a module, read once; nobody may change them.

    Call it where a table is needed, not at import, if most processes never need it.

    :param module: its ``__file__``.
    """
    return tomllib.loads(Path(module).with_name(name).read_text("utf-8"))


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - any value
        one, is_counted, many = format_spec.partition("|")
        if is_counted:
            return counted(value, one, many)
        return str(super().format_field(value, format_spec))


def filled(message: str, **values: object) -> str:
    """Return a message with values filled in, as ``str.format`` does.

    ``{count:request|requests}`` is a number with its noun, in the singular for 1.
    """
    return _Formatter().vformat(message, (), values)


def messages(module: str) -> Callable[..., str]:
    """Return a function that renders the messages of ``messages.toml`` in a module's folder.

    It is called with table and name of a message (``restore.occupied``), and the values to fill in.
    The file is read for the first message, which most processes never need.
    """

    def render(key: str, /, **values: object) -> str:
        table, _, name = key.partition(".")
        message: str = beside(module, "messages.toml")[table][name]
        return filled(message, **values)

    return render


msg = messages(__file__)
"""Renders a message of ``messages.toml`` in this folder."""
