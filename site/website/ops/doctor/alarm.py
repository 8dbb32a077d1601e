"""The alarm: whether those who mend things would be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import is_this_machine
from website.exceptions import ConfigurationError, DeliveryError
from website.ops.doctor import certificates, mail
from website.ops.doctor.results import NotChecked, error, ok, warning
from website.ops.monitoring.alert_channels import channels_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult
    from website.ops.monitoring.alert_channels import AlertChannel

SETTINGS = ("WEBSITE_ALARM_URL", "WEBSITE_ALARM_SMTP_URL", "WEBSITE_ALARM_TO")


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Go each way of an alarm, so far that nobody is told."""
    context.needs(*SETTINGS, "WEBSITE_MAIL_FROM", "WEBSITE_BASE_URL")
    try:
        channels = channels_for(context.settings, attempt=mail.ATTEMPT)
    except ConfigurationError as problem:
        raise NotChecked("its settings cannot be used, see the settings") from problem
    if not channels:
        yield _nobody(context)
    for channel in channels:
        yield from _tried(channel, context)


def _nobody(context: DoctorContext) -> CheckResult:
    if is_this_machine(context.site.host):
        raise NotChecked("no alarm is set, and the site is for this machine only")
    return warning(
        "no alarm is set: nobody is told when requests are no longer taken or delivered",
        "Set WEBSITE_ALARM_URL, or WEBSITE_ALARM_SMTP_URL and WEBSITE_ALARM_TO; docs/alarm.md says "
        "how.",
    )


def _tried(channel: AlertChannel, context: DoctorContext) -> Iterator[CheckResult]:
    try:
        done = channel.dry_run()
    except DeliveryError as problem:
        yield error(f"{channel.name}: {problem}", mail.advice(problem, channel.name))
        return
    if done.certificate_ends:
        yield certificates.judge(channel.name, done.certificate_ends, context.clock())
    yield from mail.refused(done.refusals, dict.fromkeys(done.refusals, "WEBSITE_ALARM_TO"))
    if not done.refusals or len(done.refusals) < len(context.settings.alarm_to):
        yield ok(f"{channel.name} would take an alarm")
