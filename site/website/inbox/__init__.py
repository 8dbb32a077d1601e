"""The staff's inbox: lists, single leads, quarantine, statistics, export, privacy, system status.

In reading order: ``blueprint`` (shared by all views), ``words`` (wording), ``forms``, ``reply``
(drafts of answers), ``lead_list`` (the start page and the list), ``lead_page`` (a single lead),
``new_lead``, ``quarantine``, ``figures`` and ``health`` with ``chart_scales``, ``exports``,
``privacy``.
"""

from website.inbox import (  # noqa: F401 - their views register themselves
    exports,
    figures,
    health,
    lead_list,
    lead_page,
    new_lead,
    privacy,
    quarantine,
)
from website.inbox.blueprint import blueprint

__all__ = ["blueprint"]
