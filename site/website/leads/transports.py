"""How a mail leaves the house: through a mail server, or into a folder while none is set."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from website.config import is_this_machine
from website.exceptions import ConfigurationError, DeliveryError
from website.leads import headers, mailboxes, network

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from email.message import EmailMessage
    from pathlib import Path
    from urllib.parse import SplitResult

    from website.config import Settings

TIMEOUT = 30.0
"""Seconds for each answer of the mail server."""
ATTEMPT = 240.0
"""Seconds for all of them together. Well within outbox.LEASE, or another process would send the
same mail meanwhile."""

ACCEPTED = range(200, 300)
PERMANENT = range(500, 600)
"""Answers by which a server refuses for good (RFC 5321, 4.2.1)."""

PROBE = 16 * 1024
"""Bytes of a file that is written on trial: as many as a mail has."""

NEEDING_UTF8 = ("SMTPUTF8", "BODY=8BITMIME")
"""Said of a mail whose headers or addresses are not in ASCII (RFC 6531, 3.4 and 3.6)."""

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9.-]+")
_ENHANCED_CODE = re.compile(r"\A[245]\.\d{1,3}\.\d{1,3}\b")


class Transport(Protocol):
    """Takes a mail over."""

    def send(self, compose: Callable[[bool], EmailMessage], *, sender: str, recipient: str) -> None:
        """Return when the mail is in other hands.

        :param compose: makes the mail, when it is known whether it may need SMTPUTF8. Its parts
            must be encoded: only headers may hold more than ASCII.
        :param sender: who is told when it cannot be delivered further on; empty for nobody.
        :raises DeliveryError: if it is not; its text holds no personal data.
        """

    def rehearse(self, *, sender: str, recipients: Sequence[str]) -> Rehearsal:
        """See whether mails would be taken over, and send none.

        :raises DeliveryError: if no recipient can get one.
        """


class FileTransport:
    """Writes mails into a folder, for trying out and for reading in tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(
        self,
        compose: Callable[[bool], EmailMessage],
        *,
        sender: str,  # noqa: ARG002 - of the envelope, which a file has not
        recipient: str,  # noqa: ARG002
    ) -> None:
        """Write one file, whole or not at all; the same message again writes the same file."""
        message = compose(True)
        path = self._folder / _file_name(message)
        with _folder_errors():
            half = self._write(path.stem, message.as_bytes(policy=headers.UTF8))
            half.replace(path)

    def rehearse(self, *, sender: str, recipients: Sequence[str]) -> Rehearsal:  # noqa: ARG002
        """Write a file, and take it away again."""
        with _folder_errors():
            self._write(f"rehearsal-{secrets.token_hex(8)}", b"x" * PROBE).unlink()
        return Rehearsal(None, {})

    def _write(self, name: str, content: bytes) -> Path:
        """Write a file that is not yet a mail."""
        half = self._folder / f"{name}.tmp"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half.touch(mode=0o600)
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return half


@dataclass(frozen=True)
class Rehearsal:
    """How far a mail would get."""

    certificate_ends: datetime.datetime | None
    """None where the connection is not encrypted."""
    refusals: Mapping[str, DeliveryError]
    """By recipient."""


class SmtpTransport:
    """Hands mails to a mail server, encrypted unless the server is this machine itself.

    ``smtp://user:password@host:587`` demands STARTTLS, ``smtps://…`` is encrypted from the start.
    Towards ``localhost``, and with ``?starttls=no`` for a relay in a network of one's own, mails
    and passwords go as they are; a password then goes to this machine only.

    :raises ConfigurationError: if the address makes no sense.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT, attempt: float = ATTEMPT) -> None:
        parts = urlsplit(url)
        self._host, self._port = _host_and_port(parts)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout, self._attempt = timeout, attempt
        self._implicit_tls = parts.scheme == "smtps"
        self._starttls = not self._implicit_tls and _wants_starttls(parts, self._host)
        self._encryption = ssl.create_default_context()
        in_clear = not (self._implicit_tls or self._starttls)
        if self._user and in_clear and not is_this_machine(self._host):
            raise ConfigurationError(
                "WEBSITE_SMTP_URL sends a password without encryption: leave out ?starttls=no"
            )

    def send(self, compose: Callable[[bool], EmailMessage], *, sender: str, recipient: str) -> None:
        """Return when the server has taken the mail over (RFC 5321, 4.2.5)."""
        sender, recipient = map(mailboxes.deliverable_form, (sender, recipient))
        with _delivery_errors(), self._connected() as server:
            server.ehlo_or_helo_if_needed()
            takes_utf8 = server.has_extn("smtputf8")
            in_ascii = (sender + recipient).isascii()
            if not (takes_utf8 or in_ascii):
                raise DeliveryError(
                    "The mail server takes no address with an umlaut (SMTPUTF8)", permanent=True
                )
            content = compose(takes_utf8).as_bytes()
            options = () if in_ascii and content.isascii() else NEEDING_UTF8
            server.sendmail(sender, [recipient], content, options)

    def rehearse(self, *, sender: str, recipients: Sequence[str]) -> Rehearsal:
        """Go all the way of a mail, and take it back before there is one (RFC 5321, 4.1.1.5).

        :raises DeliveryError: if no recipient can get a mail.
        """
        sender = mailboxes.deliverable_form(sender)
        refusals = {}
        with _delivery_errors(), self._connected() as server:
            server.ehlo_or_helo_if_needed()
            ends = network.certificate_end(server.sock)
            code, text = server.mail(sender)
            if code not in ACCEPTED:
                raise smtplib.SMTPSenderRefused(code, text, sender)
            for recipient in recipients:
                code, text = server.rcpt(mailboxes.deliverable_form(recipient))
                if code not in ACCEPTED:
                    refusals[recipient] = _refusal("RCPT", code, text, final=True)
            server.rset()
        return Rehearsal(ends, refusals)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        deadline = network.Deadline(self._attempt)
        with (
            contextlib.closing(self._connect()) as server,
            deadline.ends(lambda: server.sock),
        ):
            try:
                if self._starttls:
                    server.starttls(context=self._encryption)
                if self._user:
                    server.login(self._user, self._password)
                yield server
            finally:
                # The mail is taken over or not by now; how the farewell goes changes nothing.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()

    def _connect(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=self._encryption
            )
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)


def transport_for(settings: Settings) -> Transport:
    """Choose the mail server if one is set, else the folder ``mail`` beside the database."""
    if settings.smtp_url:
        return SmtpTransport(settings.smtp_url)
    return FileTransport(settings.mails)


@contextlib.contextmanager
def _folder_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeliveryError(f"The mail folder cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def _delivery_errors() -> Iterator[None]:
    """Turn what smtplib raises into DeliveryError, with codes instead of the server's words.

    Servers like to repeat addresses and subjects in what they say.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _refusal("RCPT", code, text, final=True) from error
    except smtplib.SMTPSenderRefused as error:
        raise _refusal("MAIL", error.smtp_code, error.smtp_error, final=True) from error
    except smtplib.SMTPDataError as error:
        raise _refusal("DATA", error.smtp_code, error.smtp_error, final=True) from error
    except smtplib.SMTPAuthenticationError as error:
        raise _refusal("AUTH", error.smtp_code, error.smtp_error, final=False) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal("the greeting", error.smtp_code, error.smtp_error, final=False) from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(f"The mail server lacks something: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"The mail server cannot be reached: {_reason(error)}") from error


def _refusal(step: str, code: int, text: bytes | str, *, final: bool) -> DeliveryError:
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    enhanced = _ENHANCED_CODE.match(words)
    told = f"{code} {enhanced[0]}" if enhanced else str(code)
    return DeliveryError(
        f"The mail server answered {step} with {told}", permanent=final and code in PERMANENT
    )


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return str(error)
    return network.reason(error)


def _file_name(message: EmailMessage) -> str:
    identifier = str(message["Message-ID"]).strip("<>").rpartition("@")[0]
    received = message["Date"].datetime.strftime("%Y%m%dT%H%M%SZ")
    return f"{received}-{_UNSAFE_IN_NAME.sub('-', identifier)}.eml"


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise ConfigurationError(
            "WEBSITE_SMTP_URL should look like smtp://user:password@mail.example.org:587 "
            "or smtps://user:password@mail.example.org"
        )
    return parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _wants_starttls(parts: SplitResult, host: str) -> bool:
    options = parse_qs(parts.query, keep_blank_values=True)
    asked = options.pop("starttls", ["no" if is_this_machine(host) else "yes"])
    if options or asked not in (["yes"], ["no"]):
        raise ConfigurationError("WEBSITE_SMTP_URL knows one option: ?starttls=yes or ?starttls=no")
    return asked == ["yes"]
