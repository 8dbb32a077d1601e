"""Mail transports: to a mail server (SMTP), or into a folder while none is configured."""

from __future__ import annotations

import base64
import contextlib
import datetime
import hmac
import re
import secrets
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from website.config import Settings, is_this_machine
from website.exceptions import ConfigurationError, DeliveryError
from website.infra import disk, email_addresses, mail_message, network, system_errors
from website.infra.toml_tables import msg

TIMEOUT = 30.0
"""Seconds for each response of the mail server."""
ATTEMPT = 240.0
"""Seconds for a whole attempt, including the DNS query. Less than outbox.LEASE, or another process
would send the same mail meanwhile."""

ACCEPTED = range(200, 300)
PERMANENT = range(500, 600)
"""Responses that refuse for good (RFC 5321, 4.2.1)."""

MORE = 334
"""The server asks for the next step of the authentication (RFC 4954, 4)."""
MECHANISMS = ("CRAM-MD5", "PLAIN", "LOGIN")
"""Authentication mechanisms, the best first."""
NUL = "\0"
SIGNED_IN = {235, 503}
"""Authenticated now, or already before."""

ON_THIS_MACHINE = "[127.0.0.1]"
"""EHLO name of a machine without a public name (RFC 5321, 4.1.3)."""

PROBE = 16 * 1024
"""Bytes of the file that a dry run writes: about as many as a mail has."""

LOGIN_REFUSED = "The mail server answered AUTH with "
"""Begins the message on a rejected password; the server's code follows."""

IN_GERMAN = "Der Mailserver weist die Anmeldung ab"
"""The same for alerts."""

NEEDING_UTF8 = ("SMTPUTF8", "BODY=8BITMIME")
"""Parameters for a mail whose headers or addresses are not ASCII (RFC 6531, 3.4 and 3.6)."""

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9.-]+")
_ENHANCED_CODE = re.compile(r"\A[245]\.\d{1,3}\.\d{1,3}\b")


class FileTransport:
    """Writes mails into a folder, for development and tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(
        self,
        compose: Callable[[bool], EmailMessage],
        *,
        sender: str,  # noqa: ARG002 - of the envelope, which a file has not
        recipient: str,  # noqa: ARG002
    ) -> None:
        """Write one file atomically; sending the same message again overwrites the same file."""
        message = compose(True)
        path = self._folder / _file_name(message)
        with _errors_of(self._folder):
            disk.make_private(self._folder)
            content = message.as_bytes(policy=mail_message.UTF8)
            disk.replace(path, content, durable=True, mode=disk.PRIVATE)

    def dry_run(self, *, sender: str, recipients: Sequence[str]) -> DryRunResult:  # noqa: ARG002
        """Write a file, and delete it again.

        An instance folder that does not exist yet is not created: its nearest existing parent is
        tried instead.
        """
        with _errors_of(self._folder):
            folder = next(place for place in self._folder.parents if place.exists())
            if folder == self._folder.parent:
                folder = self._folder
                folder.mkdir(mode=0o700, exist_ok=True)
            probe = folder / f"dry-run-{secrets.token_hex(8)}.tmp"
            disk.replace(probe, b"x" * PROBE, durable=True, mode=disk.PRIVATE)
            probe.unlink()
        return DryRunResult(None, {})


@dataclass(frozen=True)
class DryRunResult:
    """The result of a dry run."""

    certificate_ends: datetime.datetime | None
    """None if the connection is not encrypted."""
    refusals: Mapping[str, DeliveryError]
    """By recipient."""


class SmtpTransport:
    """Sends mails to a mail server, encrypted unless that is this machine itself.

    ``smtp://user:password@host:587`` requires STARTTLS, ``smtps://…`` is encrypted from the start.
    To ``localhost``, and with ``?starttls=no`` for a relay in a private network, mails are sent in
    clear; a password is sent in clear to this machine only.

    :raises ConfigurationError: if the URL is invalid.
    """

    def __init__(
        self,
        url: str,
        *,
        variable: str = "WEBSITE_SMTP_URL",
        greeting: str = ON_THIS_MACHINE,
        timeout: float = TIMEOUT,
        attempt: float = ATTEMPT,
    ) -> None:
        """Parse the URL, which is the value of an environment variable.

        :param greeting: the EHLO name, see :func:`greeting`.
        """
        parts = urlsplit(url)
        self._greeting = greeting
        self._host, self._port = _host_and_port(parts, variable)
        self._user = _unquoted(parts.username, variable)
        self._password = _unquoted(parts.password, variable)
        self._timeout, self._attempt = timeout, attempt
        self._implicit_tls = parts.scheme == "smtps"
        self._starttls = not self._implicit_tls and _wants_starttls(parts, self._host, variable)
        self._encryption = ssl.create_default_context()
        in_clear = not (self._implicit_tls or self._starttls)
        if self._user and in_clear and not is_this_machine(self._host):
            raise ConfigurationError(msg("mail.unencrypted", variable=variable))

    def send(self, compose: Callable[[bool], EmailMessage], *, sender: str, recipient: str) -> None:
        """Return when the server has accepted the mail (RFC 5321, 4.2.5).

        :param compose: makes the mail, when it is known whether it may need SMTPUTF8. Its parts
            must be encoded: only headers may contain more than ASCII.
        :param sender: gets the bounce if the mail cannot be delivered further on; empty for nobody.
        :raises DeliveryError: if it has not; the text contains no personal data.
        """
        sender, recipient = map(email_addresses.deliverable_form, (sender, recipient))
        with _delivery_errors(), self._connected() as (server, takes_utf8):
            in_ascii = (sender + recipient).isascii()
            if not (takes_utf8 or in_ascii):
                raise _needs_utf8()
            content = compose(takes_utf8).as_bytes()
            options = () if in_ascii and content.isascii() else NEEDING_UTF8
            server.sendmail(sender, [recipient], content, options)

    def dry_run(self, *, sender: str, recipients: Sequence[str]) -> DryRunResult:
        """Run the dialogue of a mail, and reset it before there is one (RFC 5321, 4.1.1.5).

        :raises DeliveryError: if no recipient can get a mail.
        """
        addresses = [email_addresses.deliverable_form(one) for one in (sender, *recipients)]
        refusals = {}
        with _delivery_errors(), self._connected() as (server, takes_utf8):
            ends = network.certificate_end(server.sock)
            code, text = server.mail(addresses[0], NEEDING_UTF8 if takes_utf8 else ())
            if code not in ACCEPTED:
                raise smtplib.SMTPSenderRefused(code, text, sender)
            for recipient, address in zip(recipients, addresses[1:], strict=True):
                if not (takes_utf8 or (addresses[0] + address).isascii()):
                    refusals[recipient] = _needs_utf8()
                    continue
                code, text = server.rcpt(address)
                if code not in ACCEPTED:
                    refusals[recipient] = _refusal("RCPT", code, text, final=True)
            server.rset()
        return DryRunResult(ends, refusals)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[tuple[Client, bool]]:
        """Open a connection, and tell whether the server takes UTF-8 in headers (RFC 6531)."""
        encryption = self._encryption if self._implicit_tls else None
        with network.opened(
            self._host,
            self._port,
            network.Deadline(self._attempt),
            encryption=encryption,
            wait=self._timeout,
        ) as connection:
            server = Client(connection, self._host, self._port, self._greeting)
            try:
                if self._starttls:
                    server.starttls(context=self._encryption)
                if self._user:
                    server.login(self._user, self._password)
                server.ehlo_or_helo_if_needed()
                yield server, server.has_extn("smtputf8")
            finally:
                # The mail is taken over or not by now; how the farewell goes changes nothing.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()


Transport = FileTransport | SmtpTransport
"""Accepts mails for delivery."""


class Client(smtplib.SMTP):
    """SMTP client on a connection that was opened, and is limited, elsewhere."""

    def __init__(self, connection: socket.socket, host: str, port: int, greeting: str) -> None:
        self._given = connection
        super().__init__(host, port, local_hostname=greeting)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return self._given

    def login(
        self,
        user: str,
        password: str,
        *,
        initial_response_ok: bool = True,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Authenticate in UTF-8 (RFC 4616), where smtplib supports ASCII only.

        :raises SMTPAuthenticationError: if the server rejects user or password.
        :raises SMTPNotSupportedError: if it offers none of the mechanisms.
        """
        self.ehlo_or_helo_if_needed()
        offered = self.esmtp_features.get("auth", "").upper().split()
        known = [mechanism for mechanism in MECHANISMS if mechanism in offered]
        if not known:
            raise smtplib.SMTPNotSupportedError(f"AUTH by one of {', '.join(MECHANISMS)}")
        for mechanism in known:  # some servers name what they do not take
            code, answer = self._prove(mechanism, user, password)
            if code in SIGNED_IN:
                return code, answer
        raise smtplib.SMTPAuthenticationError(code, answer)

    def _prove(self, mechanism: str, user: str, password: str) -> tuple[int, bytes]:
        if mechanism == "PLAIN":
            return self.docmd("AUTH", f"PLAIN {_base64(f'{NUL}{user}{NUL}{password}')}")
        code, answer = self.docmd("AUTH", mechanism)
        if mechanism == "CRAM-MD5":  # RFC 2195
            challenge = base64.b64decode(answer) if code == MORE else b""
            proof = hmac.new(password.encode(), challenge, "md5").hexdigest()
            return self.docmd(_base64(f"{user} {proof}")) if code == MORE else (code, answer)
        for credential in (user, password):
            if code == MORE:
                code, answer = self.docmd(_base64(credential))
        return code, answer


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def greeting(settings: Settings) -> str:
    """Return the EHLO name: the host name of the site (RFC 5321, 2.3.5 and 4.1.3).

    A name that only this machine knows proves nothing, so its address is sent instead.
    """
    host = settings.host
    if not settings.is_for_others:
        return ON_THIS_MACHINE
    if network.is_literal(host):
        return f"[IPv6:{host}]" if ":" in host else f"[{host}]"
    return host.encode("idna").decode()


def transport_for(
    settings: Settings, *, timeout: float = TIMEOUT, attempt: float = ATTEMPT
) -> Transport:
    """Return the transport to the mail server if one is set, else to the folder ``mail``.

    :raises ConfigurationError: if the server's URL is invalid.
    """
    if settings.smtp_url:
        name = greeting(settings)
        return SmtpTransport(settings.smtp_url, greeting=name, timeout=timeout, attempt=attempt)
    return FileTransport(settings.mails)


@contextlib.contextmanager
def _errors_of(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        told = system_errors.told(OSError(error.errno, error.strerror), folder)
        raise DeliveryError(f"The mail folder cannot be written: {told}") from error


@contextlib.contextmanager
def _delivery_errors() -> Iterator[None]:
    """Turn errors of smtplib into DeliveryError, with codes instead of the server's words.

    Servers tend to repeat addresses and subjects in their responses.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _refusal("RCPT", code, text, final=True) from error
    except smtplib.SMTPResponseException as error:
        step, final = _STEPS.get(type(error), ("the greeting", False))
        raise _refusal(step, error.smtp_code, error.smtp_error, final=final) from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(f"The mail server lacks something: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        is_told = isinstance(error, smtplib.SMTPServerDisconnected)
        reason = str(error) if is_told else network.reason(error)
        raise DeliveryError(f"The mail server cannot be reached: {reason}") from error


_STEPS: dict[type[smtplib.SMTPException], tuple[str, bool]] = {
    smtplib.SMTPSenderRefused: ("MAIL", True),
    smtplib.SMTPDataError: ("DATA", True),
    smtplib.SMTPAuthenticationError: ("AUTH", False),
}
"""What was refused, and whether a permanent answer to it is final."""


def _refusal(step: str, code: int, text: bytes | str, *, final: bool) -> DeliveryError:
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    enhanced = _ENHANCED_CODE.match(words)
    status = f"{code} {enhanced[0]}" if enhanced else str(code)
    return DeliveryError(
        f"The mail server answered {step} with {status}", permanent=final and code in PERMANENT
    )


def _needs_utf8() -> DeliveryError:
    return DeliveryError(
        "The mail server takes no address with an umlaut (SMTPUTF8)", permanent=True
    )


def _file_name(message: EmailMessage) -> str:
    identifier = str(message["Message-ID"]).strip("<>").rpartition("@")[0]
    received = message["Date"].datetime.strftime("%Y%m%dT%H%M%SZ")
    return f"{received}-{_UNSAFE_IN_NAME.sub('-', identifier)}.eml"


def _host_and_port(parts: SplitResult, variable: str) -> tuple[str, int]:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise ConfigurationError(msg("mail.url", variable=variable))
    return parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _unquoted(text: str | None, variable: str) -> str:
    try:
        found = unquote(text or "", errors="strict")
    except UnicodeDecodeError:
        found = "\0"
    if not found.isprintable():
        raise ConfigurationError(msg("mail.user", variable=variable))
    return found


def _wants_starttls(parts: SplitResult, host: str, variable: str) -> bool:
    options = parse_qs(parts.query, keep_blank_values=True)
    asked = options.pop("starttls", ["no" if is_this_machine(host) else "yes"])
    if options or asked not in (["yes"], ["no"]):
        raise ConfigurationError(msg("mail.option", variable=variable))
    return asked == ["yes"]
