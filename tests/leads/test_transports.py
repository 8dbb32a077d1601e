from __future__ import annotations

import base64
import contextlib
import hmac
import socket
import ssl
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from urllib.parse import quote

import pytest

from support.leads import NOON
from support.mailserver import DROP, STALL, MailServer
from website.config import Settings
from website.exceptions import ConfigurationError, DeliveryError
from website.infra import mail_transport, network
from website.infra.mail_transport import (
    MECHANISMS,
    NUL,
    FileTransport,
    SmtpTransport,
    Transport,
    transport_for,
)
from website.leads import outbox


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "website@agentur.example"
    message["To"] = "vertrieb@agentur.example"
    message["Subject"] = "Grüße"
    message["Date"] = NOON
    message["Message-ID"] = "<B5KM-29QX.0a1b2c3d@agentur.example>"
    message.set_content("From Köln\n.\nEnde\n", cte="quoted-printable")
    return message


def send(transport: Transport, message: EmailMessage, recipient: str = "a@agentur.example") -> None:
    transport.send(lambda _utf8: message, sender="website@agentur.example", recipient=recipient)


def refusal(server: MailServer, message: EmailMessage) -> DeliveryError:
    with server.running(), pytest.raises(DeliveryError) as caught:
        send(SmtpTransport(server.url), message)
    return caught.value


def test_a_mail_arrives_as_it_was_written(mail_server: MailServer, message: EmailMessage) -> None:
    with mail_server.running():
        send(SmtpTransport(mail_server.url), message)
    assert mail_server.mails[0].get_content() == "From Köln\r\n.\r\nEnde\r\n"
    assert mail_server.mails[0]["Subject"] == "Grüße"
    assert mail_server.recipients == ["a@agentur.example"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_tells_its_codes_and_none_of_the_servers_words(
    mail_server: MailServer, message: EmailMessage, step: str
) -> None:
    mail_server.answers[step] = ["550 5.7.1 <a@agentur.example> refuses the subject Zaubertrank"]
    error = refusal(mail_server, message)
    assert str(error) == f"The mail server answered {step} with 550 5.7.1"
    assert error.permanent
    assert mail_server.bodies == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_not_permanent(
    mail_server: MailServer, message: EmailMessage, step: str
) -> None:
    mail_server.answers[step] = ["451 greylisted"]
    error = refusal(mail_server, message)
    assert str(error) == f"The mail server answered {step} with 451"
    assert not error.permanent


def test_a_server_that_is_down_is_tried_again(
    mail_server: MailServer, message: EmailMessage
) -> None:
    with pytest.raises(DeliveryError, match="cannot be reached: Connection refused") as caught:
        send(SmtpTransport(mail_server.url), message)
    assert not caught.value.permanent


def test_a_server_that_says_nothing_does_not_hold_us_up(message: EmailMessage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(DeliveryError, match=r"cannot be reached: .*timed out"):
            send(SmtpTransport(url, timeout=0.2), message)


@pytest.mark.parametrize("step", [STALL, DROP])
def test_a_server_that_falls_silent_after_the_data_is_tried_again(
    mail_server: MailServer, message: EmailMessage, step: str
) -> None:
    mail_server.answers["DATA"] = [step]
    with mail_server.running():
        with pytest.raises(DeliveryError, match="cannot be reached: Connection") as caught:
            send(SmtpTransport(mail_server.url, timeout=0.3), message)
        assert not caught.value.permanent
        assert mail_server.bodies == []
        send(SmtpTransport(mail_server.url), message)
    assert len(mail_server.bodies) == 1


def test_a_server_that_drips_its_answers_is_given_up_in_time(message: EmailMessage) -> None:
    """Each wait is short enough; all of them together are not."""
    with dripping() as url:
        began = time.monotonic()
        with pytest.raises(DeliveryError, match=r"no end after 0\.5 seconds"):
            send(SmtpTransport(url, timeout=2, attempt=0.5), message)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("drips", [b"220-", b"220-hello\r\n"])
@pytest.mark.parametrize("implicit", [False, True])
def test_a_server_that_drips_its_greeting_is_given_up_in_time(
    message: EmailMessage, drips: bytes, implicit: bool
) -> None:
    with dripping(b"", drips) as url:
        address = url.replace("smtp://", "smtps://") if implicit else url
        began = time.monotonic()
        with pytest.raises(DeliveryError, match="cannot be reached"):
            send(SmtpTransport(address, timeout=2, attempt=0.5), message)
    assert time.monotonic() - began < 2


def test_a_server_that_drips_while_encryption_begins_is_given_up_in_time(
    message: EmailMessage,
) -> None:
    ready = b"220 hello\r\n250-hello\r\n250 STARTTLS\r\n220 go\r\n"
    with dripping(ready, b"\x16\x03\x03\x40\x00") as url:
        began = time.monotonic()
        with pytest.raises(DeliveryError, match="cannot be reached"):
            send(SmtpTransport(f"{url}?starttls=yes", timeout=2, attempt=0.5), message)
    assert time.monotonic() - began < 2


def test_a_name_that_nobody_resolves_in_time_holds_nobody_up(
    message: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    began = time.monotonic()
    with pytest.raises(DeliveryError, match=r"no end after 0\.3 seconds"):
        send(SmtpTransport("smtp://mail.agentur.example", attempt=0.3), message)
    assert time.monotonic() - began < 5
    over.set()


def test_a_silent_address_leaves_time_for_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        # Of the range for documentation (RFC 5737): nobody answers there, if it is not refused.
        addresses = ["192.0.2.1", "127.0.0.1"]
        with network.opened(
            "mail.example", port, network.Deadline(2), resolve=lambda *_: addresses
        ) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)


def test_no_attempt_outlasts_its_lease() -> None:
    assert outbox.LEASE.total_seconds() > mail_transport.ATTEMPT + mail_transport.TIMEOUT


@contextlib.contextmanager
def dripping(first: bytes = b"220 hello\r\n", then: bytes = b"2") -> Iterator[str]:
    """Run a server that says one thing, and then goes on and on."""
    over = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(first)
            while not over.wait(0.05):
                connection.sendall(then)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("greeting", "told"), [(b"554 no\r\n", "the greeting with 554"), (b"", "cannot be reached")]
)
def test_a_server_that_hangs_up_is_tried_again(
    message: EmailMessage, greeting: bytes, told: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(greeting)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DeliveryError, match=told) as caught:
            send(SmtpTransport(f"smtp://127.0.0.1:{server.getsockname()[1]}"), message)
        thread.join()
    assert not caught.value.permanent


def test_a_recipient_with_an_umlaut_needs_a_server_that_takes_it(
    mail_server: MailServer, message: EmailMessage
) -> None:
    with mail_server.running(utf8=False), pytest.raises(DeliveryError, match="SMTPUTF8"):
        send(SmtpTransport(mail_server.url), message, "jörg@müller.de")
    with mail_server.running(utf8=True):
        send(SmtpTransport(mail_server.url), message, "jörg@müller.de")
    assert mail_server.recipients == ["jörg@xn--mller-kva.de"]


def test_whoever_composes_is_told_what_the_server_takes(
    mail_server: MailServer, message: EmailMessage
) -> None:
    told: list[bool] = []

    def compose(utf8: bool) -> EmailMessage:
        told.append(utf8)
        return message

    for offered in (False, True):
        with mail_server.running(utf8=offered):
            SmtpTransport(mail_server.url).send(compose, sender="", recipient="a@agentur.example")
    assert told == [False, True]
    assert mail_server.options == [[f"SIZE={len(message.as_bytes())}"]] * 2, "nothing needs it"
    assert mail_server.senders == ["<>", "<>"], "nobody is told when it comes back"


def test_a_header_that_is_not_ascii_is_announced(mail_server: MailServer) -> None:
    message = EmailMessage(policy=SMTPUTF8)
    message["Reply-To"] = Address(username="jörg", domain="firma.example")
    message.set_content("Text\n", cte="quoted-printable")
    with mail_server.running(utf8=True):
        send(SmtpTransport(mail_server.url), message)
    assert {"SMTPUTF8", "BODY=8BITMIME"} <= set(mail_server.options[0])
    assert b"Reply-To: j\xc3\xb6rg@firma.example" in mail_server.bodies[0]


def test_encryption_is_demanded_before_anything_is_sent(
    mail_server: MailServer, message: EmailMessage
) -> None:
    with mail_server.running(), pytest.raises(DeliveryError, match="lacks something: STARTTLS"):
        send(SmtpTransport(f"{mail_server.url}?starttls=yes"), message)
    assert mail_server.bodies == []


def test_only_a_server_that_proves_its_name_gets_mails(
    mail_server: MailServer,
    message: EmailMessage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    command += " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    encryption = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    encryption.load_cert_chain(certificate, key)
    url = f"{mail_server.url}?starttls=yes"
    with mail_server.running(encryption=encryption):
        with pytest.raises(DeliveryError, match="cannot be reached"):
            send(SmtpTransport(url), message)
        assert mail_server.bodies == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        send(SmtpTransport(url), message)
    assert len(mail_server.bodies) == 1


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mail.example.org", "should look like"),
        ("http://mail.example.org", "should look like"),
        ("smtp://", "should look like"),
        ("smtp://mail.example.org:port", "should look like"),
        ("smtp://mail.example.org:0", "should look like"),
        ("smtp://mail.example.org?starttls=maybe", "one option"),
        ("smtp://mail.example.org?tls=yes", "one option"),
        ("smtp://user:secret@mail.example.org?starttls=no", "without encryption"),
    ],
)
def test_an_address_that_makes_no_sense_or_is_unsafe_is_refused(url: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what) as caught:
        SmtpTransport(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://user:p%40ss@mail.example.org:587",
        "smtps://user:secret@mail.example.org",
        "smtp://relay.intern:25?starttls=no",
        "smtp://user:secret@localhost:25",
        "smtp://[::1]:25",
    ],
)
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    SmtpTransport(url)


def test_a_file_is_written_whole_and_for_its_owner_only(
    tmp_path: Path, message: EmailMessage
) -> None:
    transport = FileTransport(tmp_path / "mail")
    send(transport, message)
    send(transport, message)
    files = list((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == ["20261123T120000Z-B5KM-29QX.0a1b2c3d.eml"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert b"From K=C3=B6ln" in files[0].read_bytes()


def test_a_folder_that_cannot_be_written_is_tried_again(
    tmp_path: Path, message: EmailMessage
) -> None:
    (tmp_path / "mail").touch()
    with pytest.raises(DeliveryError, match="mail folder cannot be written"):
        send(FileTransport(tmp_path / "mail"), message)


def test_mails_become_files_until_a_server_is_set(tmp_path: Path) -> None:
    assert isinstance(transport_for(Settings(instance_dir=tmp_path)), FileTransport)
    assert isinstance(transport_for(Settings(smtp_url="smtp://localhost:25")), SmtpTransport)


# Proving who sends

PASSWORDS = ("secret", "günter§", "5 €/Tag: \N{CIRCUS TENT}", "Пароль", "a:b@c%d")
"""What people choose."""


@contextlib.contextmanager
def asking(mechanism: str, user: str, password: str) -> Iterator[str]:
    """Run a server that takes a mail from whoever proves by one mechanism who he is."""
    challenge = b"<1896.697170952@agentur.example>"
    expected = {
        "PLAIN": [],
        "LOGIN": [user.encode(), password.encode()],
        "CRAM-MD5": [
            user.encode()
            + b" "
            + hmac.new(password.encode(), challenge, "md5").hexdigest().encode()
        ],
    }[mechanism]
    first = f" {_base64(NUL + user + NUL + password)}" if mechanism == "PLAIN" else ""
    asks = [f"334 {base64.b64encode(challenge).decode()}".encode()] * len(expected)

    def talk() -> None:
        server.settimeout(10)
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):

            def say(text: bytes) -> bytes:
                connection.sendall(text + b"\r\n")
                return lines.readline().rstrip(b"\r\n")

            heard.append(say(b"220 hello"))
            signing = say(f"250-hello\r\n250 AUTH XOAUTH2 {mechanism}".encode())
            right = signing == f"AUTH {mechanism}{first}".encode()
            for ask, answer in zip(asks, expected, strict=True):
                right &= base64.b64decode(say(ask)) == answer
            say(b"235 2.7.0 welcome" if right else b"535 5.7.8 no")

    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=talk)
        thread.start()
        try:
            told = f"{quote(user)}:{quote(password, safe='')}"
            yield f"smtp://{told}@127.0.0.1:{server.getsockname()[1]}"
        finally:
            thread.join()
    assert heard == [b"ehlo [127.0.0.1]"]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_of_any_signs_is_told_in_utf8(
    message: EmailMessage, mechanism: str, password: str
) -> None:
    with (
        asking(mechanism, "jörg", password) as url,
        pytest.raises(DeliveryError, match="cannot be reached: Connection unexpectedly closed"),
    ):
        send(SmtpTransport(url), message)  # it ends after having let us in


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_wrong_password_is_told_as_such(message: EmailMessage, mechanism: str) -> None:
    with asking(mechanism, "web", "right") as url:
        wrong = url.replace("right", "wr%C3%B6ng")
        with pytest.raises(DeliveryError, match=r"answered AUTH with 535 5\.7\.8"):
            send(SmtpTransport(wrong), message)


def test_a_server_that_asks_for_another_proof_is_told_as_such(message: EmailMessage) -> None:
    with (
        dripping(b"220 hello\r\n250-hello\r\n250 AUTH XOAUTH2\r\n221 bye\r\n", b"") as url,
        pytest.raises(DeliveryError, match="lacks something: AUTH by one of CRAM-MD5, PLAIN"),
    ):
        send(SmtpTransport(url.replace("//", "//web:secret@")), message)


@pytest.mark.parametrize("told", ["g%FCnter", "a%00b", "a%0Ab", "a%7Fb"])
@pytest.mark.parametrize("url", ["smtp://{}:x@localhost", "smtps://x:{}@mail.example.org"])
def test_a_user_or_password_that_is_no_text_is_refused(url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_SMTP_URL holds a user or a password"):
        SmtpTransport(url.format(told))


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://www.agentur.example", "www.agentur.example"),
        ("https://müller.example:8443/auf/tritt", "xn--mller-kva.example"),
        ("https://192.0.2.7", "[192.0.2.7]"),
        ("https://[2001:db8::7]", "[IPv6:2001:db8::7]"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://localhost:8000", "[127.0.0.1]"),
    ],
)
def test_we_greet_by_the_name_of_the_site(
    mail_server: MailServer, message: EmailMessage, base_url: str, name: str
) -> None:
    with mail_server.running():
        send(transport_for(Settings(base_url=base_url, smtp_url=mail_server.url)), message)
    assert mail_server.greetings == [name]


def test_a_recipient_with_an_umlaut_is_rehearsed_as_it_is_sent_to(mail_server: MailServer) -> None:
    asked = ["jörg@müller.de", "eva@müller.de"]
    with mail_server.running(utf8=False):
        done = SmtpTransport(mail_server.url).dry_run(sender="a@agentur.example", recipients=asked)
    assert ["SMTPUTF8" in str(one) for one in done.refusals.values()] == [True]
    assert list(done.refusals) == asked[:1]
    with mail_server.running(utf8=True):
        done = SmtpTransport(mail_server.url).dry_run(sender="a@agentur.example", recipients=asked)
    assert not done.refusals
