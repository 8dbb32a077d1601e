"""A real mail server on this machine that answers as a test tells it to."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Takes every mail, unless told otherwise.

    ``answers["RCPT"]`` holds what is answered to the next ``RCPT TO`` instead, one after the
    other; so do ``MAIL`` and ``DATA``.
    """

    def __init__(self) -> None:
        self.answers: defaultdict[str, list[str]] = defaultdict(list)
        self.bodies: list[bytes] = []
        self.recipients: list[str] = []
        self.port = _free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """Parse what was taken."""
        return [email.message_from_bytes(body, policy=email.policy.default) for body in self.bodies]

    @contextlib.contextmanager
    def running(
        self, *, utf8: bool = False, encryption: ssl.SSLContext | None = None
    ) -> Iterator[MailServer]:
        """Run until the block ends; afterwards nobody answers at the port."""
        controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            enable_SMTPUTF8=utf8,
            tls_context=encryption,
        )
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.answers["MAIL"]:
            return self.answers["MAIL"].pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[Any]
    ) -> str:
        if self.answers["RCPT"]:
            return self.answers["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answers["DATA"]:
            return self.answers["DATA"].pop(0)
        content = envelope.content
        assert content is not None
        self.bodies.append(content if isinstance(content, bytes) else content.encode())
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
