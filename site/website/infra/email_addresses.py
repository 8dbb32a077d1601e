"""E-mail addresses, as people type them and as mail servers want them."""

import re
import unicodedata
from urllib.parse import quote

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from website.infra.text import (
    HYPHENS,
    clean_line,
    folded,
    is_one_slip_apart,
    normalised,
    visible,
)

MAX_LENGTH = 254
"""Characters of an address that mail servers carry (RFC 5321, 4.5.3.1.3)."""
LONGEST_TYPED = 4 * MAX_LENGTH
"""Characters with all that is typed and pasted around an address."""

COMMON_DOMAINS = (
    "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de",
    "outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.de", "icloud.com", "yahoo.com",
    "yahoo.de", "freenet.de", "aol.com", "mail.de", "mail.com", "me.com", "gmx.com", "live.com",
    "posteo.de", "mailbox.org", "bluewin.ch",
)  # fmt: skip
"""Where many people have their mailbox, so that a slip of the finger can be told from a domain."""

_GMAIL = ("gmail.com", "googlemail.com")
"""One service under two names, to which a dot before the @ says nothing."""
_MACHINES = re.compile(
    r"(mailer-daemon|postmaster|abuse|bounces?|no-?reply|do-?not-?reply|nicht-?antworten)([.+_-]|\Z)"
)
_IN_BRACKETS = re.compile(r"<([^<>]+)>\s*\Z")
_AROUND_AT = re.compile(r"\s*@\s*")
_PASTED_AROUND = " .,;<>"
_AS_TYPED = str.maketrans(
    dict.fromkeys(HYPHENS, "-")
    | dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4", "'")
    | dict.fromkeys("\u3002\uff61\ufe52", ".")
    | {"\ufe6b": "@"}
    | {chr(sign + 0xFEE0): chr(sign) for sign in range(ord("!"), ord("~") + 1)}
)
"""Signs that typesetting, smart keyboards and other alphabets put in the place of ASCII's: hyphens
and dashes, apostrophes, full stops, everything of full width. No mailbox has them in its name."""


def parse(text: str) -> str | None:
    """Return the address that somebody typed or pasted, or nothing if it cannot be one.

    Lenient, because a visitor sent away is a lead lost: umlauts are welcome on both sides of the
    @, ``Max <max@firma.de>`` and ``mailto:max@firma.de`` are understood, what cannot be seen is
    left out, and typographic signs are read as those on a keyboard. But an address that looks
    right and that nobody can answer is none. Never asks the DNS.
    """
    if len(text) > LONGEST_TYPED:
        return None
    text = visible(clean_line(text)).translate(_AS_TYPED)
    found = _IN_BRACKETS.search(text)
    address = (found[1] if found else text).strip(_PASTED_AROUND).removeprefix("mailto:")
    checked = _checked(_AROUND_AT.sub("@", address))
    return checked.normalized if checked and _is_spelled_out(checked.local_part) else None


def link(text: str) -> str:
    """Return the address that writes to a mailbox (RFC 6068); nothing where no mail can be sent."""
    address = parse(text)
    return f"mailto:{quote(address, safe='@')}" if address else ""


def odd_sign(text: str) -> str:
    """Return the first sign that no address has, and that only looks like one that it may have."""
    typed = visible(clean_line(text[:LONGEST_TYPED])).translate(_AS_TYPED)
    return next((sign for sign in typed if not _is_spelled_out(sign)), "")


def ascii_form(address: str) -> str | None:
    """Return an address as every mail server takes it: the domain in punycode (RFC 5891).

    Nothing if it has no such form (an umlaut before the @ needs SMTPUTF8), or if it would be
    read as an encoded word (RFC 2047) in a header.
    """
    checked = _checked(address)
    if checked is None or checked.ascii_email is None or "=?" in checked.ascii_email:
        return None
    return checked.ascii_email


def deliverable_form(address: str) -> str:
    """Return an address of our own with its domain in punycode, and what is before the @ as it is.

    What only this machine or network knows (``website@localhost``) stays as it is.
    """
    checked = _checked(address)
    if checked is None:
        return address
    return f"{checked.local_part}@{checked.ascii_domain}"


def suggestion(address: str) -> str | None:
    """Return the address that was probably meant, if the domain is one slip from a common one.

    One slip is a letter too much, too few, wrong, or swapped with its neighbour. Never a reason to
    refuse: there are domains like that.
    """
    local, _, domain = address.rpartition("@")
    domain = domain.casefold()
    if not local or domain in COMMON_DOMAINS:
        return None
    meant = [common for common in COMMON_DOMAINS if is_one_slip_apart(domain, common)]
    return f"{local}@{meant[0]}" if len(meant) == 1 else None


def one_mailbox(address: str) -> str:
    """Return what all addresses of one mailbox have in common, as far as their spelling tells.

    Case does not count, nor what follows a plus sign (RFC 5233), nor the dots of Gmail. Only to be
    compared: nothing need arrive there.
    """
    local, _, domain = folded(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@{_GMAIL[0]}"
    return f"{local}@{domain}"


def is_machine(address: str) -> bool:
    """Whether nobody reads there, or a machine might answer: it gets no mail of ours."""
    return bool(_MACHINES.match(address.rpartition("@")[0].casefold()))


def _checked(address: str) -> ValidatedEmail | None:
    try:
        return validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None


def _is_spelled_out(local_part: str) -> bool:
    """Whether all of it is ASCII, or letters and digits that are what they look like."""
    return local_part.isascii() or (
        normalised("NFKC", local_part) == local_part
        and all(sign.isascii() or unicodedata.category(sign)[0] in "LMN" for sign in local_part)
    )
