"""Tables of messages, labels, times and limits, read from TOML files that lie beside the code."""

import functools
import tomllib
from pathlib import Path
from typing import Any, Protocol


class Render(Protocol):
    """A function that renders a message."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a message with values filled in.

        :param key: its table and its name: ``restore.occupied``.
        """


def beside(module: str, name: str) -> dict[str, Any]:
    """Return the tables of a file in the folder of a module.

    :param module: its ``__file__``.
    """
    return tomllib.loads(Path(module).with_name(name).read_text("utf-8"))


def messages(module: str) -> Render:
    """Return a function that renders the messages of ``messages.toml`` in a module's folder.

    The file is read for the first message, which most processes never need.
    """
    tables = functools.cache(lambda: beside(module, "messages.toml"))

    def render(key: str, /, **values: object) -> str:
        table, _, name = key.partition(".")
        message: str = tables()[table][name]
        return message.format(**values)

    return render
