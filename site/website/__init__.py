"""The website of Interim Profis: public pages, contact endpoint, tools for authors.

:func:`create_app` joins the rooms; :mod:`website.factory` is the one place that knows them all. It
is imported when it is asked for: a freeze that has nothing to do needs none of it, and takes a
quarter of the processor time without it (0.25 s, not 0.92 s).
"""

import gc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from website.factory import create_app, load_library

__all__ = ["create_app", "load_library"]

# Almost all objects live until the end. Collecting garbage at the usual rate takes a sixth of every
# start, and of an edit.
gc.set_threshold(50_000)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    if name not in __all__:
        raise AttributeError(name)
    from website import factory  # noqa: PLC0415

    return getattr(factory, name)
