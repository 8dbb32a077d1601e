"""What authors are told of files that they wrote: the sentences of ``messages.toml``."""

import functools
from collections.abc import Mapping

from website.infra import toml_tables


def msg(key: str, /, **values: object) -> str:
    """Return a message with values filled in.

    :param key: its subject and its name: ``advice.tab``.
    """
    subject, _, name = key.partition(".")
    return _messages()[subject][name].format(**values)


@functools.cache
def _messages() -> Mapping[str, Mapping[str, str]]:
    # Read when something is wrong for the first time.
    return toml_tables.beside(__file__, "messages.toml")
