"""Doctor and real mail servers, names and receivers of webhooks, right and broken."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from support import certificates
from support.doctor import MAILS, look
from support.mailserver import MailServer
from support.names import Names
from support.receiver import Receiver
from website.ops.doctor import CheckResult, Level

PASSWORD = "correct-horse-battery"  # noqa: S105 - of a test
KEY = "whsec_" + "c2VjcmV0" * 4


@pytest.fixture
def server() -> MailServer:
    return MailServer()


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> certificates.Certificate:
    """Return a certificate that this process trusts."""
    made = certificates.make(tmp_path / "tls", days=90)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def settings(url: str, **changes: str) -> dict[str, str]:
    return {
        "WEBSITE_SMTP_URL": url,
        "WEBSITE_MAIL_FROM": "Interim Profis <website@agentur.de>",
        "WEBSITE_LEADS_TO": MAILS,
        "WEBSITE_BASE_URL": "https://www.agentur.de",
    } | changes


def with_password(server: MailServer, password: str = PASSWORD) -> str:
    return f"smtp://website:{password}@127.0.0.1:{server.port}?starttls=yes"


def only(findings: list[CheckResult]) -> CheckResult:
    [found] = findings
    return found


# The mail server


def test_a_mail_server_that_takes_mails_gets_none(
    server: MailServer, trusted: certificates.Certificate
) -> None:
    with server.running(encryption=trusted.server_side, password=PASSWORD):
        ends, taken = look(settings(with_password(server)), "mail server")
    assert (ends.level, taken.level) == (Level.OK, Level.OK)
    assert "the certificate of 127.0.0.1 holds for 89 more days" in ends.seen
    assert taken.seen == "127.0.0.1 takes mails from our sender"
    assert server.bodies == []


def test_a_password_that_is_refused(server: MailServer, trusted: certificates.Certificate) -> None:
    with server.running(encryption=trusted.server_side, password=PASSWORD):
        found = only(look(settings(with_password(server, "Zaubertrank")), "mail server"))
    assert found.level is Level.ERROR
    assert found.seen == "The mail server answered AUTH with 535 5.7.8"
    assert found.advice.startswith("Correct user and password in WEBSITE_SMTP_URL")


def test_a_mail_server_whose_certificate_ends_or_is_not_trusted(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = certificates.make(tmp_path / "old", days=3.5)
    with server.running(encryption=old.server_side):
        url = f"smtp://127.0.0.1:{server.port}?starttls=yes"
        found = only(look(settings(url), "mail server"))
        assert found.level is Level.ERROR
        assert "cannot be reached" in found.seen
        monkeypatch.setenv("SSL_CERT_FILE", str(old.file))
        ends, taken = look(settings(url), "mail server")
    assert (ends.level, taken.level) == (Level.ERROR, Level.OK)
    assert "holds for 3 more days" in ends.seen


def test_a_mail_server_that_is_gone_or_has_no_name(server: MailServer) -> None:
    for url, why in (
        (server.url, "Connection refused"),
        ("smtp://mail.gibt-es-nicht.invalid", ""),
    ):
        found = only(look(settings(url), "mail server"))
        assert found.level is Level.ERROR
        assert found.seen.startswith("The mail server cannot be reached: ")
        assert why in found.seen
        assert found.advice.startswith("Check host and port in WEBSITE_SMTP_URL")


@pytest.mark.parametrize(
    ("step", "answer", "level"),
    [
        ("MAIL", "550 5.7.1 no", Level.ERROR),
        ("RCPT", "550 5.1.1 <vertrieb@agentur.example> unknown", Level.ERROR),
        ("RCPT", "451 4.7.1 greylisted", Level.WARNING),
    ],
)
def test_senders_and_recipients_that_are_refused(
    server: MailServer, step: str, answer: str, level: Level
) -> None:
    server.answers[step] = [answer]
    with server.running():
        found = only(look(settings(server.url), "mail server"))
    assert found.level is level
    assert f"The mail server answered {step} with {answer[:9]}" in found.seen
    assert found.advice
    assert MAILS not in found.seen + found.advice


def test_of_several_recipients_those_are_told_who_are_refused(server: MailServer) -> None:
    server.answers["RCPT"] = ["250 OK", "550 5.1.1 unknown"]
    with server.running():
        refused, taken = look(
            settings(server.url, WEBSITE_LEADS_TO=f"{MAILS}, leitung@agentur.example"),
            "mail server",
        )
    assert (refused.level, taken.level) == (Level.ERROR, Level.OK)
    assert "refused a recipient at agentur.example" in refused.seen


def test_whoever_gets_any_mail_is_asked_for(server: MailServer) -> None:
    """Requests, the weekly mail and the canary's go through the same server."""
    server.answers["RCPT"] = ["550 5.1.1 no", "550 5.1.1 no", "250 OK"]
    more = {"WEBSITE_ALARM_TO": "Technik <t@a.example>", "WEBSITE_CANARY_TO": "c@b.example"}
    with server.running():
        alarm, canary, taken = look(settings(server.url, **more), "mail server")
    assert (alarm.level, canary.level, taken.level) == (Level.ERROR, Level.ERROR, Level.OK)
    assert "Correct WEBSITE_ALARM_TO" in alarm.advice
    assert "Correct WEBSITE_CANARY_TO" in canary.advice


def test_mails_that_cannot_be_written_to_files_are_no_green_line(tmp_path: Path) -> None:
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path)}
    assert only(look(environ, "mail server")).level is Level.OK
    (tmp_path / "mail").rmdir()
    (tmp_path / "mail").touch()
    found = only(look(environ, "mail server"))
    assert found.level is Level.ERROR
    assert found.seen.startswith(
        f"The mail folder cannot be written: {tmp_path}/mail: File exists. "
    )


def test_those_who_ask_would_get_their_mail(server: MailServer) -> None:
    told = settings(server.url)
    with server.running():
        assert only(look(told, "confirmation mail")).level is Level.UNCHECKED
        told["WEBSITE_CONFIRMATION_MAIL"] = "yes"
        assert only(look(told, "confirmation mail")).level is Level.OK
        server.answers["MAIL"] = ["550 5.7.1 nobody sends here"]
        found = only(look(told, "confirmation mail"))
    assert found.level is Level.ERROR
    assert "answered MAIL with 550 5.7.1" in found.seen
    assert server.bodies == []


# The alarm


def test_an_alarm_that_nobody_gets_is_told(server: MailServer) -> None:
    site = {"WEBSITE_BASE_URL": "https://www.agentur.de"}
    assert only(look({}, "alarm")).level is Level.UNCHECKED
    assert only(look(site, "alarm")).level is Level.WARNING
    mailed = {"WEBSITE_ALARM_SMTP_URL": server.url, "WEBSITE_ALARM_TO": "Technik <t@a.example>"}
    found = only(look(site | mailed, "alarm"))
    assert found.level is Level.ERROR
    assert found.seen.startswith("WEBSITE_ALARM_SMTP_URL: The mail server cannot be reached")
    assert found.advice.startswith("Check host and port in WEBSITE_ALARM_SMTP_URL")
    with server.running():
        assert only(look(site | mailed, "alarm")).level is Level.OK
        server.answers["RCPT"] = ["550 5.1.1 unknown"]
        found = only(look(site | mailed, "alarm"))
    assert found.level is Level.ERROR
    assert "Correct WEBSITE_ALARM_TO" in found.advice
    assert server.bodies == []


def test_an_alarm_over_the_web_is_reached_and_not_told() -> None:
    receiver = Receiver()
    environ = {"WEBSITE_ALARM_URL": "http://127.0.0.1:9/hooks/Zaubertrank"}
    found = only(look(environ, "alarm"))
    assert found.level is Level.ERROR
    assert "WEBSITE_ALARM_URL cannot be reached: Connection refused" in found.seen
    assert "Zaubertrank" not in found.seen + found.advice
    with receiver.running():
        found = only(look({"WEBSITE_ALARM_URL": receiver.url}, "alarm"))
    assert (found.level, found.seen) == (Level.OK, "WEBSITE_ALARM_URL would take an alarm")
    assert receiver.requests == []


def test_a_useless_setting_of_the_alarm_is_named_by_its_own_name() -> None:
    environ = {
        "WEBSITE_ALARM_SMTP_URL": "http://mail.example.org",
        "WEBSITE_ALARM_TO": "t@a.example",
    }
    found = only([one for one in look(environ, "settings") if one.level is Level.ERROR])
    assert found.seen.startswith("WEBSITE_ALARM_SMTP_URL should look like smtp://")
    assert only(look(environ, "alarm")).level is Level.UNCHECKED


def test_a_test_mail_is_sent_when_it_is_asked_for(server: MailServer) -> None:
    with server.running():
        assert only(look(settings(server.url), "test mail")).level is Level.UNCHECKED
        found = only(look(settings(server.url), "test mail", send_test_mail=True))
    assert found.level is Level.OK
    [mail] = server.mails
    assert mail["Subject"] == "Probe: Anfragen über die Website kommen hier an"
    assert mail["From"] == "Interim Profis <website@agentur.de>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Es ist nichts zu tun." in mail.get_content()
    server.answers["DATA"] = ["554 5.7.0 spam"]
    with server.running():
        found = only(look(settings(server.url), "test mail", send_test_mail=True))
    assert found.level is Level.ERROR
    assert "answered DATA with 554 5.7.0" in found.seen


@pytest.mark.parametrize(
    ("sender", "level"),
    [
        ("anfragen@agentur.de", Level.OK),
        ("anfragen@post.agentur.de", Level.OK),
        ("anfragen@agentur-post.de", Level.WARNING),
        ("agentur@gmail.com", Level.ERROR),
    ],
)
def test_mails_come_from_a_domain_of_our_own(sender: str, level: Level) -> None:
    found = only(look(settings("smtp://127.0.0.1:1", WEBSITE_MAIL_FROM=sender), "mail sender"))
    assert found.level is level
    assert sender not in found.seen + found.advice


def test_without_a_mail_server_a_public_site_tells_nobody() -> None:
    public, here = "https://www.agentur.de", "http://127.0.0.1:8000"
    assert only(look({"WEBSITE_BASE_URL": public}, "mail server")).level is Level.ERROR
    assert only(look({"WEBSITE_BASE_URL": here}, "mail server")).level is Level.OK


# Names

RIGHT = {
    ("agentur.de", "TXT"): ['"v=spf1 include:_spf.provider.de ~all"', '"something-else=1"'],
    ("agentur.de", "MX"): ["10 mx.provider.de."],
    ("s1._domainkey.agentur.de", "TXT"): ['"v=DKIM1; k=rsa; p=" "MIGfMA0"'],
    ("_dmarc.agentur.de", "TXT"): ['"v=DMARC1; p=none"'],
}
OF_DOMAINS = ("SPF", "DKIM", "DMARC", "MX")


def looked_up(records: dict[tuple[str, str], list[str]], **options: Any) -> dict[str, CheckResult]:
    with Names(records).running() as names:
        findings = look(
            settings("smtp://127.0.0.1:1", WEBSITE_MAIL_FROM="website@agentur.de"),
            *OF_DOMAINS,
            resolver=names.resolver,
            **options,
        )
    return {finding.check: finding for finding in findings}


def test_a_domain_that_receivers_can_check() -> None:
    found = looked_up(RIGHT)
    assert {one.level for one in found.values()} == {Level.OK}
    assert found["DKIM"].seen == "agentur.de has a DKIM key under s1"


def test_a_domain_without_any_record() -> None:
    found = looked_up({("agentur.de", "TXT"): ['"something-else=1"']})
    assert {name: one.level for name, one in found.items()} == {
        "SPF": Level.WARNING,
        "DKIM": Level.UNCHECKED,
        "DMARC": Level.WARNING,
        "MX": Level.WARNING,
    }
    assert "v=spf1" in found["SPF"].advice
    assert "--dkim-selector" in found["DKIM"].seen
    assert "_dmarc.agentur.de" in found["DMARC"].advice


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (['"v=spf1 -all"', '"v=spf1 ~all"'], "has 2 SPF records, which counts as none"),
        (['"v=spf1 a +all"'], "lets everybody send for it"),
    ],
)
def test_spf_records_that_do_not_help(records: list[str], told: str) -> None:
    found = looked_up(RIGHT | {("agentur.de", "TXT"): records})["SPF"]
    assert found.level is Level.ERROR
    assert told in found.seen


def test_a_selector_that_is_named_must_have_a_key() -> None:
    revoked = RIGHT | {("old._domainkey.agentur.de", "TXT"): ['"v=DKIM1; p="']}
    assert looked_up(revoked, dkim_selectors=("s1",))["DKIM"].level is Level.OK
    for selector in ("old", "other"):
        found = looked_up(revoked, dkim_selectors=(selector,))["DKIM"]
        assert found.level is Level.WARNING
        assert f"{selector}._domainkey.agentur.de" in found.advice


def test_where_no_dns_answers_nothing_is_said_to_be_wrong() -> None:
    names = Names({})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        names.port = free.getsockname()[1]
    findings = look(
        settings("smtp://127.0.0.1:1", WEBSITE_MAIL_FROM="website@agentur.de"),
        *OF_DOMAINS,
        resolver=names.resolver,
    )
    assert {finding.level for finding in findings} == {Level.UNCHECKED}
    assert findings[0].seen.startswith("no DNS answers here")


# Webhooks


def test_a_receiver_gets_a_message_only_when_it_is_asked_for() -> None:
    receiver = Receiver()
    with receiver.running():
        environ = {"WEBSITE_WEBHOOK_URL": receiver.url, "WEBSITE_WEBHOOK_SECRET": KEY}
        reached = only(look(environ, "webhook"))
        assert receiver.requests == []
        took = only(look(environ, "webhook", send_test_webhook=True))
    assert (reached.level, reached.seen) == (Level.OK, "the receiver at 127.0.0.1 is reached")
    assert (took.level, took.seen) == (
        Level.OK,
        "the receiver at 127.0.0.1 took a signed test message",
    )
    [message] = receiver.taken
    signed = {name.lower(): value for name, value in message.headers.items()}
    Webhook(KEY).verify(message.content, signed)
    assert json.loads(message.content)["type"] == "website.test"


def test_a_receiver_that_refuses_or_is_gone_and_no_word_of_its_address() -> None:
    receiver = Receiver()
    receiver.answers = [401]
    with receiver.running():
        environ = {"WEBSITE_WEBHOOK_URL": receiver.url, "WEBSITE_WEBHOOK_SECRET": KEY}
        refused = only(look(environ, "webhook", send_test_webhook=True))
    gone = only(look(environ, "webhook"))
    for found, told in ((refused, "answered 401"), (gone, "cannot be reached")):
        assert found.level is Level.ERROR
        assert told in found.seen
        assert "secret-in-the-address" not in found.seen + found.advice
