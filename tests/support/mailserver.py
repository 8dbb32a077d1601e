"""A real mail server on this machine that answers as a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from support.site import free_port

STALL = "stall"
"""Instead of an answer: say nothing until the other side gives up."""
DROP = "drop"
"""Instead of an answer: hang up."""
LOSE = "lose"
"""Take the mail, but hang up before the answer."""


class MailServer:
    """Takes every mail, unless told otherwise.

    ``answers["RCPT"]`` holds what is answered to the next ``RCPT TO`` instead, one after the
    other; so do ``MAIL`` and ``DATA``. After ``DATA`` it may also stall, drop or lose.
    """

    def __init__(self) -> None:
        self.answers: defaultdict[str, list[str]] = defaultdict(list)
        self.bodies: list[bytes] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.options: list[list[str]] = []
        """Of each mail, what was said with its sender."""
        self.greetings: list[str] = []
        self.stalled = threading.Event()
        """Set as soon as a mail was held up."""
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """Parse what was taken."""
        return [email.message_from_bytes(body, policy=email.policy.default) for body in self.bodies]

    @contextlib.contextmanager
    def running(
        self,
        *,
        utf8: bool = False,
        encryption: ssl.SSLContext | None = None,
        password: str | None = None,
    ) -> Iterator[MailServer]:
        """Run until the block ends; afterwards nobody answers at the port.

        :param password: which one must tell, encrypted, to send; the user does not matter.
        """
        controller = Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=self.port,
            enable_SMTPUTF8=utf8,
            tls_context=encryption,
            auth_required=password is not None,
            authenticator=lambda *told: AuthResult(
                success=_given(told[-1]) == password, handled=False
            ),
        )
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def _given(login: LoginPassword) -> str:
    return login.password.decode()


class _Handler:
    """What aiosmtpd calls. Apart from the server: aiosmtpd reads every property of a handler."""

    def __init__(self, server: MailServer) -> None:
        self._of = server

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self._of.answers["MAIL"]:
            return self._of.answers["MAIL"].pop(0)
        envelope.mail_from = address
        self._of.greetings.append(str(session.host_name))
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[Any]
    ) -> str:
        if self._of.answers["RCPT"]:
            return self._of.answers["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self._of.answers["DATA"].pop(0) if self._of.answers["DATA"] else "250 OK"
        if answer == STALL:
            self._of.stalled.set()
            await asyncio.sleep(60)
        if answer == DROP:
            await _hang_up(server)
        if answer not in {LOSE, "250 OK"}:
            return answer
        content = envelope.content
        assert content is not None
        self._of.bodies.append(content if isinstance(content, bytes) else content.encode())
        self._of.senders.append(envelope.mail_from or "")
        self._of.recipients += envelope.rcpt_tos
        self._of.options.append(envelope.mail_options)
        if answer == LOSE:
            await _hang_up(server)
        return answer


async def _hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.abort()
    await asyncio.sleep(60)  # ended by the loss of the connection
