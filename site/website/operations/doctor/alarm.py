"""The alarm: whether those who mend things would be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import is_this_machine
from website.exceptions import ConfigurationError, DeliveryError
from website.operations.doctor import certificates, mail
from website.operations.doctor.findings import NotChecked, error, ok, warning
from website.watching.channels import channels_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.operations.doctor.case import Case
    from website.operations.doctor.findings import Finding
    from website.watching.channels import Channel

SETTINGS = ("WEBSITE_ALARM_URL", "WEBSITE_ALARM_SMTP_URL", "WEBSITE_ALARM_TO")


def check(case: Case) -> Iterator[Finding]:
    """Go each way of an alarm, so far that nobody is told."""
    case.needs(*SETTINGS, "WEBSITE_MAIL_FROM", "WEBSITE_BASE_URL")
    try:
        channels = channels_for(case.settings, attempt=mail.ATTEMPT)
    except ConfigurationError as problem:
        raise NotChecked("its settings cannot be used, see the settings") from problem
    if not channels:
        yield _nobody(case)
    for channel in channels:
        yield from _tried(channel, case)


def _nobody(case: Case) -> Finding:
    if is_this_machine(case.site.host):
        raise NotChecked("no alarm is set, and the site is for this machine only")
    return warning(
        "no alarm is set: nobody is told when requests are no longer taken or delivered",
        "Set WEBSITE_ALARM_URL, or WEBSITE_ALARM_SMTP_URL and WEBSITE_ALARM_TO; docs/alarm.md says "
        "how.",
    )


def _tried(channel: Channel, case: Case) -> Iterator[Finding]:
    try:
        done = channel.rehearse()
    except DeliveryError as problem:
        yield error(f"{channel.name}: {problem}", mail.advice(problem, channel.name))
        return
    if done.certificate_ends:
        yield certificates.judge(channel.name, done.certificate_ends, case.clock())
    yield from mail.refused(done.refusals, dict.fromkeys(done.refusals, "WEBSITE_ALARM_TO"))
    if not done.refusals or len(done.refusals) < len(case.settings.alarm_to):
        yield ok(f"{channel.name} would take an alarm")
