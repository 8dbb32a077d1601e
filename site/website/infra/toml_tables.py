"""Tables of words, labels, times and limits: TOML files that lie beside the code."""

import tomllib
from pathlib import Path
from typing import Any


def beside(module: str, name: str) -> dict[str, Any]:
    """Return the tables of a file in the folder of a module.

    :param module: its ``__file__``.
    """
    return tomllib.loads(Path(module).with_name(name).read_text("utf-8"))
