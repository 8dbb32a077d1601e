"""Parsing, normalising and comparing of e-mail addresses."""

import re
import unicodedata
from urllib.parse import quote

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from website.infra.text import HYPHENS, clean_line, folded, is_one_slip_apart, normalised, visible

MAX_LENGTH = 254
"""Longest address that mail servers accept, in characters (RFC 5321, 4.5.3.1.3)."""
LONGEST_TYPED = 4 * MAX_LENGTH
"""The same with everything that is typed or pasted around an address."""

COMMON_DOMAINS = (
    "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de",
    "outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.de", "icloud.com", "yahoo.com",
    "yahoo.de", "freenet.de", "aol.com", "mail.de", "mail.com", "me.com", "gmx.com", "live.com",
    "posteo.de", "mailbox.org", "bluewin.ch",
)  # fmt: skip
"""Domains of large mail providers, for recognising typing errors."""

_GMAIL = ("gmail.com", "googlemail.com")
"""One service under two names, which ignores dots before the @."""
_MACHINES = re.compile(
    r"(mailer-daemon|postmaster|abuse|bounces?|no-?reply|do-?not-?reply|nicht-?antworten)([.+_-]|\Z)"
)
_IN_BRACKETS = re.compile(r"<([^<>]+)>\s*\Z")
_AROUND_AT = re.compile(r"\s*@\s*")
_BETWEEN = re.compile(r"[\s,;/|&<>()]+")
_PASTED_AROUND = " .,;<>"
_AS_TYPED = str.maketrans(
    dict.fromkeys(HYPHENS, "-")
    | dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4", "'")
    | dict.fromkeys("\u3002\uff61\ufe52", ".")
    | {"\ufe6b": "@"}
    | {chr(sign + 0xFEE0): chr(sign) for sign in range(ord("!"), ord("~") + 1)}
)
"""Characters that typesetting, smart keyboards and other alphabets use instead of ASCII's: hyphens
and dashes, apostrophes, full stops, everything of full width. No mailbox has them in its name."""


def parse(text: str) -> str | None:
    """Return the address that somebody typed or pasted, or None if it cannot be one.

    Lenient, because a visitor turned away is a lead lost: umlauts are accepted on both sides of the
    @, ``Max <max@firma.de>`` and ``mailto:max@firma.de`` are understood, invisible characters are
    dropped, and typographic characters are read as those on a keyboard. An address that looks right
    but cannot be answered is rejected. The DNS is not queried.
    """
    if len(text) > LONGEST_TYPED:
        return None
    text = visible(clean_line(text)).translate(_AS_TYPED)
    found = _IN_BRACKETS.search(text)
    address = (found[1] if found else text).strip(_PASTED_AROUND).removeprefix("mailto:")
    checked = _checked(_AROUND_AT.sub("@", address))
    return checked.normalized if checked and _is_spelled_out(checked.local_part) else None


def are_several(text: str) -> bool:
    """Return whether somebody typed more than one address, whatever stands between them."""
    parts = _BETWEEN.split(clean_line(text[:LONGEST_TYPED]))
    return len({folded(parse(part) or "") for part in parts} - {""}) > 1


def link(text: str) -> str:
    """Return the ``mailto:`` URL of an address (RFC 6068); empty if it cannot receive mail."""
    address = parse(text)
    return f"mailto:{quote(address, safe='@')}" if address else ""


def odd_sign(text: str) -> str:
    """Return the first character that looks valid, but that no address may contain."""
    typed = visible(clean_line(text[:LONGEST_TYPED])).translate(_AS_TYPED)
    return next((sign for sign in typed if not _is_spelled_out(sign)), "")


def ascii_form(address: str) -> str | None:
    """Return an address as every mail server accepts it, its domain in Punycode (RFC 5891).

    None if it has no such form (an umlaut before the @ needs SMTPUTF8), or if a header would read
    it as an encoded word (RFC 2047).
    """
    checked = _checked(address)
    if checked is None or checked.ascii_email is None or "=?" in checked.ascii_email:
        return None
    return checked.ascii_email


def deliverable_form(address: str) -> str:
    """Return an address with its domain in Punycode and its local part unchanged.

    Names that only this machine or network knows (``website@localhost``) are returned unchanged.
    """
    checked = _checked(address)
    if checked is None:
        return address
    return f"{checked.local_part}@{checked.ascii_domain}"


def suggestion(address: str) -> str | None:
    """Return the address that was probably meant, if its domain is one error from a common one.

    An error is an extra, missing, wrong or transposed letter. Never a reason to refuse an address:
    such domains exist.
    """
    local, _, domain = address.rpartition("@")
    domain = domain.casefold()
    if not local or domain in COMMON_DOMAINS:
        return None
    meant = [common for common in COMMON_DOMAINS if is_one_slip_apart(domain, common)]
    return f"{local}@{meant[0]}" if len(meant) == 1 else None


def one_mailbox(address: str) -> str:
    """Return a key that is the same for all spellings of one mailbox, as far as can be told.

    Ignores case, anything after a plus sign (RFC 5233), and the dots of Gmail. The key is for
    comparison only, and not deliverable.
    """
    local, _, domain = folded(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@{_GMAIL[0]}"
    return f"{local}@{domain}"


def is_machine(address: str) -> bool:
    """Return whether nobody reads an address, or a machine might answer: we send it no mail."""
    return bool(_MACHINES.match(address.rpartition("@")[0].casefold()))


def _checked(address: str) -> ValidatedEmail | None:
    try:
        return validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None


def _is_spelled_out(local_part: str) -> bool:
    """Return whether a text is ASCII, or consists of letters and digits in their canonical form."""
    return local_part.isascii() or (
        normalised("NFKC", local_part) == local_part
        and all(sign.isascii() or unicodedata.category(sign)[0] in "LMN" for sign in local_part)
    )
