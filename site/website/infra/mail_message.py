"""Composition of mails: headers, addresses, and text that arrives unchanged.

Python's own folding splits a header into encoded words (RFC 2047) at its spaces, and loses a space
where two of them meet: white space between encoded words is ignored (RFC 2047, 6.2). So a header
that is not ASCII is encoded as a whole, its spaces within the encoded words.
"""

import datetime
from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address, BaseHeader
from email.message import EmailMessage
from email.policy import EmailPolicy

from website.infra import email_addresses
from website.infra.text import clean_line
from website.mailboxes import Mailbox

_READABLE = Charset("utf-8")
_READABLE.header_encoding = QP  # mostly letters, which quoted-printable leaves as they are

LINE = 76
"""Longest line that contains an encoded word, in characters (RFC 2047, 2)."""
SUBJECT_LENGTH = 69
"""Characters that fit on one line of 78 (RFC 5322, 2.1.1) with the name of the header."""


def sender_address(sender: Mailbox, name: str) -> Address:
    """Return the sender's address, with ``name`` if the setting has none."""
    return address(email_addresses.deliverable_form(sender.address), sender.name or name)


def address(text: str, name: str = "") -> Address:
    """Return an address for a header."""
    if text.isascii():
        return Address(name, addr_spec=text)
    local_part, _, domain = text.rpartition("@")  # Python parses addresses in ASCII only
    return Address(name, username=local_part, domain=domain)


def typed_address(typed: str, *, utf8: bool) -> str | None:
    """Return an address that somebody typed as headers may contain it; None if they may not.

    :param utf8: whether the header may contain an umlaut before the @.
    """
    parsed = email_addresses.parse(typed)
    if parsed is None or "=?" in parsed:  # would be read as an encoded word (RFC 2047)
        return None
    return email_addresses.ascii_form(parsed) or (
        email_addresses.deliverable_form(parsed) if utf8 else None
    )


def begin(
    sender: Address, to: str, date: datetime.datetime, identifier: str, *, utf8: bool = False
) -> EmailMessage:
    """Return a mail with the headers of every automatic mail.

    :param utf8: whether headers are written in UTF-8, which all servers on the way must support;
        otherwise they are encoded as ASCII.
    """
    message = EmailMessage(policy=UTF8 if utf8 else ASCII)
    message["From"] = sender
    message["To"] = address(to)
    message["Date"] = date
    message["Message-ID"] = identifier
    message["X-Auto-Response-Suppress"] = "All"
    return message


def header_text(text: str, length: int = SUBJECT_LENGTH) -> str:
    """Return a text that is safe in a header, shortened to a length.

    Python decodes encoded words (RFC 2047) in its input, and one of them may contain a line end
    followed by another header (CVE-2024-6923). So their marks are broken up.
    """
    line = clean_line(text)
    while "=?" in line:
        line = line.replace("=?", "= ?")
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def set_text(message: EmailMessage, text: str) -> None:
    """Set the plain text of a mail."""
    # Quoted-printable comes through every server unchanged, also lines that begin with "From".
    message.set_content(text, cte="quoted-printable")


class Lossless(EmailPolicy):
    """E-mail policy that preserves every character of headers, see ``ASCII`` and ``UTF8``."""

    def fold(self, name: str, value: str) -> str:
        """Return a header with its name and its line ends."""
        if self.utf8 or not isinstance(value, BaseHeader) or str(value).isascii():
            written: str = super().fold(name, value)
            return written
        if addresses := getattr(value, "addresses", None):
            encoded = [self._address(name, address) for address in addresses]
            return f"{name}: {f',{self.linesep} '.join(encoded)}{self.linesep}"
        return f"{name}: {self._encoded(name, str(value))}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")

    def _address(self, name: str, address: Address) -> str:
        if address.display_name.isascii():
            return str(address)
        words, place = self._encoded(name, address.display_name), f"<{address.addr_spec}>"
        fits = len(words.rpartition("\n")[2]) + len(f"{name}: {place}") < LINE
        return f"{words} {place}" if fits else f"{words}{self.linesep} {place}"

    def _encoded(self, name: str, text: str) -> str:
        header = Header(text, charset=_READABLE, header_name=name, maxlinelen=LINE)
        return header.encode(linesep=self.linesep)


ASCII = Lossless(linesep="\r\n")
"""For every mail server."""
UTF8 = Lossless(linesep="\r\n", utf8=True)
"""For those that accept headers in UTF-8 (SMTPUTF8, RFC 6531)."""
