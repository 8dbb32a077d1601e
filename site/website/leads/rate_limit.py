"""Rate limits for requests and confirmation mails, by keyed hashes of IP addresses.

The key changes every day (UTC), and hashes are deleted after seven days. All processes and machines
count in the same table.
"""

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from website.infra import clock_skew
from website.infra.keyed_hashes import Keys
from website.leads.models import Visit
from website.leads.visitor_retention import KEPT

SHORT = datetime.timedelta(minutes=10)
LONG = datetime.timedelta(hours=1)
MANY = 5
"""Leads within SHORT from which on the pace is a spam signal. Only one among others: colleagues
behind one address are more likely than a machine."""
TOO_MANY = 60
"""Leads within LONG after which further ones are refused."""
WHOLE_ROUTER = 64
"""Prefix length of an IPv6 network that one household or company has (RFC 6177)."""
DAY = datetime.timedelta(days=1)
MOST_MAILS = 10
"""Confirmation mails within a DAY for leads from one network. They go to any address that was
typed, so this limits abuse."""
WHOLE_SITE = 48
"""Prefix length of the largest IPv6 network that one customer may have (RFC 6177)."""


@dataclass(frozen=True)
class Pace:
    """Number of leads that a visitor has sent recently."""

    short: int
    long: int


def names(keys: Keys, address: str, now: datetime.datetime) -> tuple[str, ...]:
    """Return today's and yesterday's hash of a visitor, so that limits span midnight.

    Empty if the text is not an IP address; nothing is limited then.
    """
    found = network(address)
    return _hashes(keys, "visitor", found, now) if found else ()


def mailers(keys: Keys, address: str, now: datetime.datetime) -> tuple[str, ...]:
    """Return today's and yesterday's hash of a visitor's network, for limiting mails.

    Unknown addresses count as one network, so that the limit always holds.
    """
    return _hashes(keys, "mailer", network(address, WHOLE_SITE) or "", now)


def _hashes(keys: Keys, kind: str, found: str, now: datetime.datetime) -> tuple[str, ...]:
    today = now.astimezone(datetime.UTC).date()
    return tuple(keys.digest(f"{kind} {day}", found) for day in (today, today - DAY))


def pace(connection: Connection, visitor: Sequence[str], now: datetime.datetime) -> Pace:
    """Return how many leads a visitor has sent.

    :param visitor: the hashes from :func:`names`.
    """
    counts = (func.count().filter(Visit.at > now - SHORT), func.count())
    return Pace(*connection.execute(_since(visitor, now - LONG, *counts)).one())


def count(connection: Connection, visitor: Sequence[str], now: datetime.datetime) -> None:
    """Count a lead."""
    if visitor:
        connection.execute(insert(Visit), {"visitor": visitor[0], "at": now})


def count_mail(connection: Connection, mailer: Sequence[str], now: datetime.datetime) -> bool:
    """Count a confirmation mail unless MOST_MAILS is reached; return whether it may be sent.

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
    """Delete hashes after the period that the privacy page states."""
    old = or_(Visit.at <= now - KEPT, Visit.at > now + clock_skew.SKEW)
    session.execute(delete(Visit).where(old))


def network(address: str, bits: int = WHOLE_ROUTER) -> str | None:
    """Return the network of a visitor; None if the text is not an IP address.

    :param bits: prefix length by which IPv6 addresses are grouped.
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
