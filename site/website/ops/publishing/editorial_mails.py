"""Mails to editors: somebody waits for them, or what they wait for has happened.

The audit trail is the list of mails that are owed. A mail is sent once, or twice if the process
dies in between; what nobody could be told of for days is told no more.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Sequence

from website.config import EDITOR, Settings
from website.editorial import front_matter_edits
from website.editorial.audit_trail import PUSH_REFUSED, AuditTrail
from website.editorial.models import EditorialEvent
from website.editorial.working_copies import WorkingCopies
from website.exceptions import DeliveryError
from website.infra import templates
from website.infra.database import Database
from website.infra.mail_transport import Transport
from website.ops.monitoring.alert_channels import MailChannel
from website.staff.access import Action, allowed
from website.staff.accounts.directory import AccountDirectory
from website.staff.accounts.models import Staff

log = logging.getLogger(__name__)

STALE = datetime.timedelta(days=3)

_MAILED = {"submit", "reject", "approve", "live", "refused", "conflict", "failed", "endangered"}
"""The actions in the audit trail that are mailed, beside what developers have pushed."""


class EditorialMails:
    """Sends the mails of one database."""

    def __init__(self, database: Database, settings: Settings, transport: Transport) -> None:
        self._trail = AuditTrail(database)
        self._copies = WorkingCopies(database)
        self._directory = AccountDirectory(database)
        self._settings = settings
        self._transport = transport

    def send(self, now: datetime.datetime) -> str:
        """Send what is owed, and return a summary for the log.

        :raises DeliveryError: if a mail could not be sent; it is tried again.
        :raises StorageError: if the database cannot be used.
        """
        events = self._trail.unmailed(now - STALE)
        accounts = self._directory.active() if events else []
        names = self._directory.names() if events else {}
        count = 0
        for event in events:
            recipients = _recipients(event, accounts)
            if recipients:
                self._send(event, recipients, names.get(event.staff, ""))
                count += len(recipients)
            self._trail.mailed(event.id, now)
        return f"{count} mails"

    def _send(self, event: EditorialEvent, recipients: Iterable[Staff], who: str) -> None:
        title = self._title(event)
        text = templates.render(
            "mail/editorial.txt",
            action=event.action,
            title=title,
            who=who,
            detail=event.detail,
            link=f"{self._settings.base_url}{EDITOR}texte/{event.file}",
        )
        addresses = [staff.email for staff in recipients]
        channel = MailChannel(self._transport, self._settings.mail_from, addresses)
        subject, _, text = text.partition("\n\n")
        try:
            channel.send(subject, text)
        except DeliveryError as error:
            if not error.permanent:
                raise
            log.warning("A mail to editors was refused: %s", error)

    def _title(self, event: EditorialEvent) -> str:
        data = self._copies.at(event.file, event.version) or b""
        title = front_matter_edits.values(data).get("title")
        return title if isinstance(title, str) and title else event.file


def _recipients(event: EditorialEvent, accounts: Sequence[Staff]) -> list[Staff]:
    """Return whom a line of the audit trail concerns, but for whoever did it."""
    if event.action not in _MAILED | {PUSH_REFUSED}:
        return []
    is_for_chiefs = event.action in {"submit", PUSH_REFUSED}
    return [
        staff
        for staff in accounts
        if staff.id != event.staff
        and (allowed(staff.roles, Action.PUBLISH) if is_for_chiefs else staff.id in event.concerned)
    ]
