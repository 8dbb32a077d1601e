"""Parsing of mailboxes in settings, like ``Vertrieb <vertrieb@firma.de>; chef@firma.de``."""

import re
from dataclasses import dataclass

from website.exceptions import MailboxError

_BETWEEN = re.compile(r"""[^,;\n<>"]+|"(?:[^"\\]|\\.)*"|<[^<>]*>|(?P<end>[,;\n])|.""")
_NAMED = re.compile(
    r"""(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"<>@]*))\s*<(?P<place>[^<>]*)>"""
)
_PRIVATE = re.compile(
    r"([a-z0-9-]+\.)*(localhost|local|localdomain|test|invalid|lan)|[a-z0-9-]+", re.IGNORECASE
)
"""Domains of this machine or local network (RFC 6761, RFC 6762), which email-validator refuses."""
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Mailbox:
    """An e-mail address with an optional name."""

    address: str
    name: str = ""
    """Name of the person or department; may be empty."""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def read_all(text: str) -> tuple[Mailbox, ...]:
    """Parse mailboxes, separated by commas, semicolons or line ends, without duplicates.

    :raises MailboxError: with the invalid part.
    """
    found = map(read, _parts(text))
    return tuple({mailbox.address: mailbox for mailbox in reversed([*found])}.values())[::-1]


def read(text: str) -> Mailbox:
    """Parse a mailbox, with or without a name. Local domains are accepted.

    :raises MailboxError: if it is not exactly one.
    """
    text = text.strip()
    named = _NAMED.fullmatch(text)
    if named is None:
        return Mailbox(_address(text, text))
    name = _ESCAPED.sub(r"\1", named["quoted"] or "") or (named["plain"] or "")
    return Mailbox(_address(named["place"].strip(), text), " ".join(name.split()))


def _parts(text: str) -> list[str]:
    """Split a list at its separators outside quotes and angle brackets."""
    parts = [""]
    for sign in _BETWEEN.finditer(text):
        if sign["end"]:
            parts.append("")
        else:
            parts[-1] += sign[0]
    return [part for part in parts if part.strip()]


def _address(address: str, written: str) -> str:
    # Imported here: without mail settings, a freeze that changes nothing takes a tenth less time.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    local, _, domain = address.rpartition("@")
    is_private = bool(_PRIVATE.fullmatch(domain))
    tried = f"{local}@example.org" if is_private else address
    try:
        checked = validate_email(tried, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise MailboxError(written) from None
    return f"{checked.local_part}@{domain}" if is_private else checked.normalized
