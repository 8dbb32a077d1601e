from __future__ import annotations

import contextlib
import socket
import ssl
import stat
import subprocess
import threading
import time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import TYPE_CHECKING

import pytest

from support.leads import NOON
from support.mailserver import DROP, STALL
from website.config import Settings
from website.exceptions import ConfigurationError, DeliveryError
from website.leads import outbox, transports
from website.leads.transports import FileTransport, SmtpTransport, transport_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.mailserver import MailServer
    from website.leads.transports import Transport


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


def test_no_attempt_outlasts_its_lease() -> None:
    assert outbox.LEASE.total_seconds() > transports.ATTEMPT + transports.TIMEOUT


@contextlib.contextmanager
def dripping() -> Iterator[str]:
    """Run a server that greets, and then answers one sign at a time."""
    over = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"220 hello\r\n")
            while not over.wait(0.05):
                connection.sendall(b"2")

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
