"""Mailboxes as settings hold them: ``Vertrieb <vertrieb@firma.de>; chef@firma.de``."""

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
"""Domains of this machine or network alone (RFC 6761, RFC 6762), which a checker of the internet's
addresses refuses."""
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Mailbox:
    """Where mails go to, or come from."""

    address: str
    name: str = ""
    """Of the person or the department; empty if none was told."""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def read_all(text: str) -> tuple[Mailbox, ...]:
    """Read mailboxes, separated by commas, semicolons or line ends; each counts once.

    :raises MailboxError: naming the part that is none.
    """
    found = map(read, _parts(text))
    return tuple({mailbox.address: mailbox for mailbox in reversed([*found])}.values())[::-1]


def read(text: str) -> Mailbox:
    """Read one mailbox, with or without a name. What only this network knows is taken, too.

    :raises MailboxError: if it is none, or several.
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
    # Imported here: a freeze without mail needs none of it, and would take a fifth longer to find
    # out that nothing has changed.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    local, _, domain = address.rpartition("@")
    is_private = bool(_PRIVATE.fullmatch(domain))
    tried = f"{local}@example.org" if is_private else address
    try:
        checked = validate_email(tried, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise MailboxError(written) from None
    return f"{checked.local_part}@{domain}" if is_private else checked.normalized
