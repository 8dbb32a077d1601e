"""How many leads one visitor has sent lately, or had mails sent for, without knowing who that is.

A visitor is known by a keyed hash of the network address. The key changes every day (UTC), the
hashes are gone after seven. All processes and machines count in the same table.
"""

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from website.infra import clock_skew
from website.infra.keyed_hashes import Keys
from website.leads.models import Visit
from website.leads.visitor_retention import KEPT

SHORT = datetime.timedelta(minutes=10)
LONG = datetime.timedelta(hours=1)
MANY = 5
"""Leads within SHORT from which on a visitor is looked at more closely: colleagues behind one
address are likelier than a machine, so it is one reason among others."""
TOO_MANY = 60
"""Leads within LONG after which no more are taken."""
WHOLE_ROUTER = 64
"""Leading bits of an IPv6 address that one household or company has to itself (RFC 6177)."""
DAY = datetime.timedelta(days=1)
MOST_MAILS = 10
"""Confirmations within a DAY for leads out of one network. They go to whatever address was typed:
whoever has many networks and mailboxes in mind shall get nowhere fast."""
WHOLE_SITE = 48
"""Leading bits of an IPv6 address of which one customer may have all the rest (RFC 6177)."""


@dataclass(frozen=True)
class Pace:
    """How many leads a visitor has sent lately."""

    short: int
    long: int


def names(keys: Keys, address: str, now: datetime.datetime) -> tuple[str, ...]:
    """Return today's hash of a visitor and yesterday's, which counts on after midnight.

    Nothing for a text that is no address: then nothing is limited.
    """
    found = network(address)
    return _hashes(keys, "visitor", found, now) if found else ()


def mailers(keys: Keys, address: str, now: datetime.datetime) -> tuple[str, ...]:
    """Return today's and yesterday's hash of the network that mails are counted for.

    All whose address is not known are counted as one: a limit on mails must hold.
    """
    return _hashes(keys, "mailer", network(address, WHOLE_SITE) or "", now)


def _hashes(keys: Keys, kind: str, found: str, now: datetime.datetime) -> tuple[str, ...]:
    today = now.astimezone(datetime.UTC).date()
    return tuple(keys.digest(f"{kind} {day}", found) for day in (today, today - DAY))


def pace(connection: Connection, visitor: Sequence[str], now: datetime.datetime) -> Pace:
    """Count what a visitor has sent.

    :param visitor: the hashes from :func:`names`.
    """
    counts = (func.count().filter(Visit.at > now - SHORT), func.count())
    return Pace(*connection.execute(_since(visitor, now - LONG, *counts)).one())


def count(connection: Connection, visitor: Sequence[str], now: datetime.datetime) -> None:
    """Count one lead more."""
    if visitor:
        connection.execute(insert(Visit), {"visitor": visitor[0], "at": now})


def count_mail(connection: Connection, mailer: Sequence[str], now: datetime.datetime) -> bool:
    """Count one confirmation more, unless there were MOST_MAILS; return whether it may be sent.

    :param mailer: the hashes from :func:`mailers`.
    """
    sent = _since(mailer, now - DAY, func.count()).scalar_subquery()
    one_more = select(literal(mailer[0]), literal(now, Visit.at.type)).where(sent < MOST_MAILS)
    counted = insert(Visit).from_select(["visitor", "at"], one_more).returning(Visit.id)
    return connection.execute(counted).first() is not None


def _since(
    names: Sequence[str], moment: datetime.datetime, *columns: ColumnElement[int]
) -> Select[*tuple[int, ...]]:
    return select(*columns).where(Visit.visitor.in_(names), Visit.at > moment)


def forget_old(session: Session, now: datetime.datetime) -> None:
    """Delete hashes that are older than promised."""
    old = or_(Visit.at <= now - KEPT, Visit.at > now + clock_skew.SKEW)
    session.execute(delete(Visit).where(old))


def network(address: str, bits: int = WHOLE_ROUTER) -> str | None:
    """Return the network that one visitor has alone; nothing for a text that is no address.

    :param bits: leading bits of an IPv6 address that tell one visitor from another.
    """
    try:
        host = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(host, ipaddress.IPv6Address):
        if host.ipv4_mapped:
            return str(host.ipv4_mapped)
        return str(ipaddress.ip_network((host, bits), strict=False))
    return str(host)
