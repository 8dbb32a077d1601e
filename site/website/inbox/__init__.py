"""The staff's inbox: what to do next, one request, what is suspected, figures, export, privacy.

In reading order: ``room`` (the blueprint, its sections, what its views share), ``words`` (how
things are told), ``forms``, ``reply`` (the answer in one's own mail program), ``today``,
``requests``, ``one`` and ``changes`` (a request, and what is done to it), ``quarantine``,
``figures`` with ``charts``, ``exports``, ``privacy``, ``health`` with
``daily``.
"""

from website.inbox import (
    changes,
    exports,
    figures,
    health,
    one,
    privacy,
    quarantine,
    requests,
    today,
)
from website.inbox.room import blueprint

__all__ = [
    "blueprint",
    "changes",
    "exports",
    "figures",
    "health",
    "one",
    "privacy",
    "quarantine",
    "requests",
    "today",
]
