"""Mails to editors about events in the audit trail that they should know of.

The audit trail is the queue of these mails. Each is sent once, or twice if the process dies in
between; events older than some days are not mailed any more.
"""

import datetime
import logging
from collections.abc import Sequence

from website.config import EDITOR, Settings
from website.editorial import front_matter_edits
from website.editorial.audit_trail import PUSH_REFUSED, AuditTrail
from website.editorial.models import EditorialEvent
from website.editorial.working_copies import WorkingCopies
from website.exceptions import DeliveryError
from website.infra import templates
from website.infra.database import Database
from website.infra.mail_transport import Transport
from website.infra.text import counted
from website.ops.monitoring.alert_channels import TextMail
from website.staff.access import Action, allowed
from website.staff.accounts.directory import AccountDirectory
from website.staff.accounts.models import Staff

log = logging.getLogger(__name__)

STALE = datetime.timedelta(days=3)

_MAILED = {"submit", "reject", "approve", "live", "refused", "conflict", "failed", "endangered"}
"""Actions that are mailed, in addition to refused pushes."""


def send(
    database: Database, settings: Settings, transport: Transport, now: datetime.datetime
) -> str:
    """Send all pending mails, and return a summary for the log.

    :raises DeliveryError: if a mail could not be sent; it is tried again.
    :raises StorageError: if the database cannot be used.
    """
    trail, directory = AuditTrail(database), AccountDirectory(database)
    events = trail.unmailed(now - STALE)
    accounts = directory.active() if events else []
    names = directory.names() if events else {}
    count = 0
    for event in events:
        if addresses := [staff.email for staff in _recipients(event, accounts)]:
            mail = templates.render(
                "mail/editorial.txt",
                action=event.action,
                title=_title(database, event),
                who=names.get(event.staff, ""),
                detail=event.detail,
                link=f"{settings.base_url}{EDITOR}texte/{event.file}",
            )
            subject, _, text = mail.partition("\n\n")
            try:
                TextMail(transport, settings.mail_from, addresses).send(subject, text)
            except DeliveryError as error:
                if not error.permanent:
                    raise
                log.warning("A mail to editors was refused: %s", error)
            count += len(addresses)
        trail.mailed(event.id, now)
    return counted(count, "mail", "mails")


def _title(database: Database, event: EditorialEvent) -> str:
    data = WorkingCopies(database).at(event.file, event.version) or b""
    title = front_matter_edits.values(data).get("title")
    return " ".join(title.split()) if isinstance(title, str) and title else event.file


def _recipients(event: EditorialEvent, accounts: Sequence[Staff]) -> list[Staff]:
    """Return the accounts to mail about an event, except for its actor."""
    if event.action not in _MAILED | {PUSH_REFUSED}:
        return []
    is_for_chiefs = event.action in {"submit", PUSH_REFUSED}
    return [
        staff
        for staff in accounts
        if staff.id != event.staff
        and (allowed(staff.roles, Action.PUBLISH) if is_for_chiefs else staff.id in event.concerned)
    ]
