"""Messages of alerts, for mails, chats and SMS."""

from collections.abc import Sequence

from website.infra import templates
from website.infra.clock import in_german
from website.infra.german import spelled_duration
from website.ops.monitoring.models import AlertRecord


def compose(records: Sequence[AlertRecord], site: str) -> tuple[str, str]:
    """Return subject and text, in German, of one message on several alerts.

    :param site: host name of the website.
    """
    active = [record for record in records if record.over_since is None]
    resolved = [record for record in records if record.over_since is not None]
    subject = f"{site}: {_summary(len(active), len(resolved))}"
    text = templates.render(
        "mail/alert.txt",
        subject=subject,
        active=active,
        resolved=resolved,
        duration=spelled_duration,
        in_german=in_german,
    )
    return subject, text


def _summary(active: int, resolved: int) -> str:
    if not active:
        return "Behoben" if resolved == 1 else f"{resolved} Störungen behoben"
    news = "Störung" if active == 1 else f"{active} Störungen"
    return f"{news}, {resolved} behoben" if resolved else news
