"""Webhook and alerts: whether their receivers can be reached."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

from website.config import is_this_machine
from website.content.placeholders import is_none
from website.exceptions import ConfigurationError, DeliveryError
from website.leads import webhooks
from website.ops.doctor import mail, results
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning
from website.ops.monitoring.alert_channels import AlertChannel, channels_for

TEST_EVENT = "website.test"
"""Type of the test message; receivers ignore types that they do not know."""

CHECK_IT = "Check WEBSITE_WEBHOOK_URL, and ask whoever runs the receiver."


def webhook(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the connection to the receiver; with the option also send a test message."""
    context.needs("WEBSITE_WEBHOOK_URL", "WEBSITE_WEBHOOK_SECRET")
    try:
        endpoint = webhooks.endpoint_of(context.settings)
    except ConfigurationError as problem:
        raise NotChecked("WEBSITE_WEBHOOK_URL cannot be used, see the settings") from problem
    if endpoint is None:
        raise NotChecked("no webhook is set")
    poster = webhooks.Poster(endpoint)
    try:
        ends = poster.reach()
        if ends:
            yield results.certificate(endpoint.host, ends, context.clock())
        if context.send_test_webhook:
            poster.post(*_message(context, endpoint))
    except DeliveryError as problem:
        yield error(str(problem), CHECK_IT)
        return
    done = "took a signed test message" if context.send_test_webhook else "is reached"
    yield ok(f"the receiver at {endpoint.host} {done}")


def privacy(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the privacy page tells of webhook and confirmation as the settings have them."""
    context.needs("WEBSITE_WEBHOOK_URL", "WEBSITE_CONFIRMATION_MAIL")
    said, settings = context.library.site.privacy, context.settings
    agrees = True
    if settings.webhook_url and is_none(said.webhook_receiver):
        agrees = False
        yield warning(
            "requests go to WEBSITE_WEBHOOK_URL, and the privacy page names no receiver",
            "Name it as webhook_receiver under [privacy] in content/website.toml, and release.",
        )
    if settings.confirmation_mail is not said.confirmation_mail:
        agrees = False
        yield warning(
            "WEBSITE_CONFIRMATION_MAIL and the privacy page disagree on confirmations by mail",
            "Set confirmation_mail under [privacy] in content/website.toml, and release.",
        )
    if agrees:
        yield ok("webhook and confirmations are what the privacy page says")


def _message(context: DoctorContext, endpoint: webhooks.Endpoint) -> tuple[bytes, dict[str, str]]:
    now = context.clock()
    content = {"type": TEST_EVENT, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": {}}
    data = json.dumps(content, separators=(",", ":")).encode("ascii")
    return data, endpoint.headers(f"doctor.{secrets.token_hex(8)}", now, data)


SETTINGS = ("WEBSITE_ALARM_URL", "WEBSITE_ALARM_SMTP_URL", "WEBSITE_ALARM_TO")


def alarm(context: DoctorContext) -> Iterator[CheckResult]:
    """Try each channel for alerts as far as is possible without a message."""
    context.needs(*SETTINGS, "WEBSITE_MAIL_FROM", "WEBSITE_BASE_URL")
    try:
        channels = channels_for(context.settings, attempt=mail.ATTEMPT)
    except ConfigurationError as problem:
        raise NotChecked("its settings cannot be used, see the settings") from problem
    if not channels:
        yield _none_set(context)
    for channel in channels:
        yield from _dry_run(channel, context)


def _none_set(context: DoctorContext) -> CheckResult:
    if is_this_machine(context.site.host):
        raise NotChecked("no alarm is set, and the site is for this machine only")
    return warning(
        "no alarm is set: nobody is told when requests are no longer taken or delivered",
        "Set WEBSITE_ALARM_URL, or WEBSITE_ALARM_SMTP_URL and WEBSITE_ALARM_TO; docs/alarm.md says "
        "how.",
    )


def _dry_run(channel: AlertChannel, context: DoctorContext) -> Iterator[CheckResult]:
    try:
        done = channel.dry_run()
    except DeliveryError as problem:
        yield error(f"{channel.name}: {problem}", mail.advice(problem, channel.name))
        return
    if done.certificate_ends:
        yield results.certificate(channel.name, done.certificate_ends, context.clock())
    yield from mail.refused(done.refusals, dict.fromkeys(done.refusals, "WEBSITE_ALARM_TO"))
    if not done.refusals or len(done.refusals) < len(context.settings.alarm_to):
        yield ok(f"{channel.name} would take an alarm")
