"""Rendering of templates other than pages: mails, reports, hosting files.

They are in ``templates/`` beside those of the pages, which Flask loads itself.
"""

import functools
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.environment import TemplateStream
from markupsafe import Markup

from website.config import ROOT


def render(name: str, **values: object) -> str:
    """Render a template, such as ``mail/lead.txt``.

    Values are escaped in templates whose names end in ``.html`` only.

    :raises UndefinedError: if the template uses a value that is not given.
    """
    return _plain().get_template(name).render(values)


def stream(name: str, **values: object) -> TemplateStream:
    """Render a template as :func:`render` does, piece by piece."""
    return _plain().get_template(name).stream(values)


def environment(finalize: Callable[[Any], Any] | None = None) -> Environment:
    """Return an environment of its own, for filters and globals that others do not need.

    :param finalize: applied to each value before it is inserted.
    """
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(breaks=breaks)
    return made


def breaks(text: str) -> Markup:
    """Escape a text for HTML, with ``<br>`` instead of line ends.

    Not every mail program supports ``white-space: pre-wrap``.
    """
    return Markup("<br>").join(text.split("\n"))


@functools.cache
def _plain() -> Environment:
    return environment()
