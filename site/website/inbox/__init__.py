"""The staff's inbox: what to do next, one request, what is suspected, figures, export, privacy.

In reading order: ``blueprint`` (the blueprint, its sections, what its views share), ``words`` (how
things are worded), ``forms``, ``reply`` (the answer in one's own mail program), ``lead_list`` (the
first page, and all lists), ``lead_page`` and ``lead_actions`` (a request, and what is done to it),
``quarantine``, ``figures`` and ``health`` with ``plots``, ``exports``, ``privacy``.
"""

from website.inbox import (  # noqa: F401 - their views register themselves
    exports,
    figures,
    health,
    lead_actions,
    lead_list,
    lead_page,
    new_lead,
    privacy,
    quarantine,
)
from website.inbox.blueprint import blueprint

__all__ = ["blueprint"]
