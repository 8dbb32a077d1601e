"""A lead, from arrival to handed over. Knows neither Flask nor HTTP.

In reading order: ``questions`` (what we ask), ``text``, ``mailboxes`` and ``reference`` (what
people type, and the number they get), ``models`` (what is kept), ``database`` and ``migrations``
(where), ``store`` (taking leads in and finding them), ``outbox`` (what is owed, and when to try
again), ``couriers``, ``mail`` and ``transports`` (how the staff are told).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.leads.couriers import MailCourier
from website.leads.database import connect
from website.leads.migrations import migrate
from website.leads.models import Channel
from website.leads.outbox import Outbox
from website.leads.store import LeadStore, Target
from website.leads.transports import transport_for

if TYPE_CHECKING:
    from website.config import Settings
    from website.leads.database import Database

__all__ = ["LeadStore", "Outbox", "open_outbox", "open_store"]


def open_store(settings: Settings) -> LeadStore:
    """Open the store of the configured database, which is brought up to date first.

    :raises ConfigurationError: if a setting is unusable, or the database newer than the code.
    :raises StorageError: if the database cannot be used now.
    """
    targets = [Target(Channel.MAIL, recipient) for recipient in settings.leads_to]
    return LeadStore(_open(settings), targets, sender=settings.mail_from)


def open_outbox(settings: Settings) -> Outbox:
    """Open the outbox of the configured database, with a courier for each channel.

    Raises what :func:`open_store` raises.
    """
    courier = MailCourier(transport_for(settings), sender=settings.mail_from)
    return Outbox(_open(settings), {Channel.MAIL: courier})


def _open(settings: Settings) -> Database:
    database = connect(settings.database)
    migrate(database.engine)
    return database
