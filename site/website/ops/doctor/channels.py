"""Webhook and alerts: whether their receivers can be reached."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

from website.config import is_this_machine
from website.content.placeholders import is_none
from website.exceptions import DeliveryError
from website.leads import webhooks
from website.ops.doctor import mail, results
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.monitoring.alert_channels import AlertChannel, channels_for

TEST_EVENT = "website.test"
"""Type of the test message; receivers ignore types that they do not know."""


def webhook(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the connection to the receiver; with the option also send a test message."""
    endpoint = context.from_settings(webhooks.endpoint_of)
    if endpoint is None:
        raise NotChecked("no webhook is set")
    poster = webhooks.Poster(endpoint)
    try:
        if ends := poster.reach():
            yield results.certificate(endpoint.host, ends, context.clock())
        if context.send_test_webhook:
            poster.post(*_message(context, endpoint))
    except DeliveryError as problem:
        yield result("webhook.unreachable", problem=problem)
    else:
        key = "webhook.tested" if context.send_test_webhook else "webhook.reached"
        yield result(key, host=endpoint.host)


def privacy(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the privacy page tells of webhook and confirmation as the settings have them."""
    page, settings = context.library.site.privacy, context.settings
    lacks_receiver = bool(settings.webhook_url) and is_none(page.webhook_receiver)
    disagrees = settings.confirmation_mail is not page.confirmation_mail
    if lacks_receiver:
        yield result("privacy.no-receiver")
    if disagrees:
        yield result("privacy.confirmations")
    if not (lacks_receiver or disagrees):
        yield result("privacy.fine")


def _message(context: DoctorContext, endpoint: webhooks.Endpoint) -> tuple[bytes, dict[str, str]]:
    now = context.clock()
    content = {"type": TEST_EVENT, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": {}}
    data = json.dumps(content, separators=(",", ":")).encode("ascii")
    return data, endpoint.headers(f"doctor.{secrets.token_hex(8)}", now, data)


def alarm(context: DoctorContext) -> Iterator[CheckResult]:
    """Try each channel for alerts as far as is possible without a message."""
    channels = context.from_settings(channels_for, attempt=mail.ATTEMPT)
    if not channels:
        if is_this_machine(context.site.host):
            raise NotChecked("no alarm is set, and the site is for this machine only")
        yield result("alarm.none")
    for channel in channels:
        yield from _dry_run(channel, context)


def _dry_run(channel: AlertChannel, context: DoctorContext) -> Iterator[CheckResult]:
    try:
        done = channel.dry_run()
    except DeliveryError as problem:
        advice = mail.advice(problem, channel.name)
        yield result("alarm.unusable", name=channel.name, problem=problem, advice=advice)
        return
    if done.certificate_ends:
        yield results.certificate(channel.name, done.certificate_ends, context.clock())
    yield from mail.refused(done.refusals, dict.fromkeys(done.refusals, "WEBSITE_ALARM_TO"))
    if not done.refusals or len(done.refusals) < len(context.settings.alarm_to):
        yield result("alarm.fine", name=channel.name)
