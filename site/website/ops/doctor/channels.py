"""Checks of mail, webhook and alert channels: whether their receivers would accept messages.

Nothing is sent without an option of the command.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from website.config import Settings, is_this_machine
from website.content.problems import is_none
from website.exceptions import DeliveryError
from website.infra import clock, email_addresses, templates
from website.infra.mail_transport import Transport, transport_for
from website.leads import channels, webhooks
from website.leads.deliveries import TO_THE_ASKER, domain_of
from website.leads.models import GERMAN, Channel, Lead
from website.leads.outbox import first_attempt
from website.ops.doctor import results
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level, NotChecked, result
from website.ops.monitoring.alert_channels import AlertChannel, TextMail, channels_for
from website.web.confirmations import confirmations

TIMEOUT, ATTEMPT = 10.0, 25.0
"""Seconds for one response of the mail server, and for all."""

REFERENCE = "D0CT-0R00"
MESSAGE_ID = f"<{REFERENCE}@doctor.example>"

SUBJECT = "Probe: Anfragen über die Website kommen hier an"


def mail_server(context: DoctorContext) -> Iterator[CheckResult]:
    """Check everything that mails to all recipients need, without sending one."""
    transport, asked = _transport(context), _recipients(context.settings)
    channel = channels.to_staff(context.settings, transport, lambda: context.library.questionnaire)
    try:
        done = channel.dry_run_all(
            _sample_lead(), [first_attempt(Channel.MAIL, to, MESSAGE_ID) for to in asked]
        )
    except DeliveryError as problem:
        yield result("mail.unusable", problem=problem, advice=advice(problem))
        return
    if not context.settings.smtp_url:
        key = "mail.no-server" if context.site.settings.is_for_others else "mail.to-files"
        yield result(key, folder=context.settings.mails)
        return
    host = urlsplit(context.settings.smtp_url).hostname or ""
    if done.certificate_ends:
        yield results.certificate(host, done.certificate_ends, context.clock())
    yield from refused(done.refusals, asked)
    if len(done.refusals) < len(asked):
        yield result("mail.fine", host=host)


def confirmation(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that confirmations, which have an empty envelope sender, would be accepted."""
    if not context.settings.confirmation_mail:
        raise NotChecked("nobody who asks gets a mail (WEBSITE_CONFIRMATION_MAIL)")
    words = confirmations(context.library)
    to_askers = channels.to_askers(context.settings, _transport(context), words)
    try:
        for language in words:
            to_askers.dry_run(
                _sample_lead(language),
                first_attempt(Channel.CONFIRMATION, TO_THE_ASKER, MESSAGE_ID),
            )
    except DeliveryError as problem:
        yield result("mail.no-confirmations", problem=problem)
    else:
        yield result("mail.confirmations")


def _transport(context: DoctorContext) -> Transport:
    return context.from_settings(transport_for, timeout=TIMEOUT, attempt=ATTEMPT)


def _recipients(settings: Settings) -> dict[str, str]:
    """Return the recipients of mails through this server, with the setting of each."""
    found = dict.fromkeys(settings.alarm_to, "WEBSITE_ALARM_TO")
    if settings.canary_to:
        found[settings.canary_to] = "WEBSITE_CANARY_TO"
    return found | dict.fromkeys(settings.leads_to, "WEBSITE_LEADS_TO")


def refused(
    refusals: Mapping[str, DeliveryError], settings: Mapping[str, str]
) -> Iterator[CheckResult]:
    """Yield the recipients that were refused.

    :param settings: the name of the setting of each recipient.
    """
    for recipient, problem in refusals.items():
        # Whose mailbox it is, is nobody's business here.
        domain = recipient.rpartition("@")[2]
        next_step = advice(problem).replace("WEBSITE_LEADS_TO", settings[recipient])
        values = {"problem": problem, "domain": domain, "advice": next_step}
        found = result("mail.recipient-refused", **values)
        yield found.at(Level.ERROR) if problem.permanent else found


def mail_sender(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the sender's domain is our own: otherwise receivers refuse mails (SPF, DMARC)."""
    domain, host = domain_of(context.settings.mail_from), context.site.settings.host
    if not context.settings.smtp_url:
        raise NotChecked("no mail server is set")
    if domain in email_addresses.COMMON_DOMAINS:
        key = "mail.foreign-sender"
    elif _is_own(domain, host):
        key = "mail.own-sender"
    elif is_this_machine(host):
        raise NotChecked("the site has no domain yet")
    else:
        key = "mail.other-sender"
    yield result(key, domain=domain, host=host)


def test_mail(context: DoctorContext) -> Iterator[CheckResult]:
    """Send a mail to everybody who gets the leads, if the option is given."""
    if not context.send_test_mail:
        raise NotChecked("'doctor --send-test-mail' sends a mail to all who get the requests")
    transport, text = _transport(context), templates.render("mail/test.txt")
    for number, recipient in enumerate(context.settings.leads_to, 1):
        try:
            TextMail(transport, context.settings.mail_from, [recipient]).send(SUBJECT, text)
        except DeliveryError as problem:
            values = {"problem": problem, "advice": advice(problem)}
            yield result("mail.test-failed", number=number, **values)
        else:
            yield result("mail.test-sent", number=number)


def _is_own(domain: str, host: str) -> bool:
    """Return whether one domain is below the other, or both have the same parent."""
    if host == domain or host.endswith(f".{domain}") or domain.endswith(f".{host}"):
        return True
    above = host.partition(".")[2]
    return "." in above and (domain == above or domain.endswith(f".{above}"))


def advice(problem: DeliveryError, variable: str = "WEBSITE_SMTP_URL") -> str:
    """Return what to do about a refused mail.

    :param variable: the setting of the server.
    """
    return results.advice("mail-advice", problem).replace("WEBSITE_SMTP_URL", variable)


def _sample_lead(language: str = GERMAN) -> Lead:
    """Return a lead with all required answers, and characters that a wrong encoding loses."""
    return Lead(
        reference=REFERENCE,
        received_at=clock.now(),
        topic="sonstiges",
        company="Prüfung & Söhne – Übung",
        name="Jörg Groß",
        email="probe@doctor.example",
        answers={"message": "Übung, „5 €“ & <mehr>."},
        source="/kontakt/",
        language=language,
    )


TEST_EVENT = "website.test"
"""Type of the test message; receivers ignore unknown types."""


def webhook(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the connection to the receiver, and with the option send a test message."""
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
    """Check that the privacy page matches the settings of webhook and confirmations."""
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
    """Check each alert channel as far as possible without sending."""
    channels = context.from_settings(channels_for, attempt=ATTEMPT)
    if not channels:
        if not context.site.settings.is_for_others:
            raise NotChecked("no alarm is set, and the site is for this machine only")
        yield result("alarm.none")
    for channel in channels:
        yield from _dry_run(channel, context)


def _dry_run(channel: AlertChannel, context: DoctorContext) -> Iterator[CheckResult]:
    try:
        done = channel.dry_run()
    except DeliveryError as problem:
        values = {"problem": problem, "advice": advice(problem, channel.name)}
        yield result("alarm.unusable", name=channel.name, **values)
        return
    if done.certificate_ends:
        yield results.certificate(channel.name, done.certificate_ends, context.clock())
    yield from refused(done.refusals, dict.fromkeys(done.refusals, "WEBSITE_ALARM_TO"))
    if not done.refusals or len(done.refusals) < len(context.settings.alarm_to):
        yield result("alarm.fine", name=channel.name)
