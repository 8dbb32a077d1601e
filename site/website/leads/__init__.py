"""A lead, from arrival to handed over. Knows neither Flask nor HTTP.

In reading order: ``questions`` (what we ask), ``text``, ``email_addresses`` and ``reference`` (what
people type, and the number they get), ``models`` (what is kept), ``database`` with ``sqlite``,
``postgresql``, ``prepared_statements`` and ``migrations`` (where), ``keys``, ``fingerprints`` and
``rate_limit`` (recognising without keeping), ``spam`` (how likely a lead is none), ``intake``
(taking leads in), ``store``, ``search`` and ``worklist`` (finding them), ``workflow`` (what the
staff do), ``statistics`` and ``office_hours`` (how fast), ``quarantine`` (those that are
suspected), ``deliveries`` and ``outbox`` (what is owed, and when to try again), ``channels`` (how
people and programs are told), ``mail``, ``mail_headers``, ``mail_templates`` and ``confirmations``
(what is said), ``mail_transport``, ``webhooks`` and ``network`` (how it leaves the house),
``housekeeping``, ``retention``, ``erasure_log``, ``data_subjects`` and ``access_report`` (how it is
deleted, and told to those it is about), ``services`` (all of it together).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from website.leads.services import Confirmation, Leads, Outbox, open_leads, open_outbox

__all__ = ["Confirmation", "Leads", "Outbox", "open_leads", "open_outbox"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Open the database's modules when they are asked for; a freeze asks only for questions."""
    if name not in __all__:
        raise AttributeError(name)
    from website.leads import services  # noqa: PLC0415

    return getattr(services, name)
