"""Passwords: what may be one, and how it is kept.

Source of the rules: NIST SP 800-63B-4, 3.1.1.2 (length instead of kinds of characters, nothing
that names the person or the service, no change on a schedule), with a length between its 8 (second
factor) and 15 (alone). Argon2id with argon2-cffi's parameters, which are RFC 9106's second choice.
"""

from __future__ import annotations

import functools
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
DISTINCT = 5
"""Different characters that a password has at the least."""

_TOO_KNOWN = ("passwort", "password", "123456", "qwertz", "qwerty", "interim", "profis")
_GUESSED = (
    "Das würden andere zuerst versuchen. Nehmen Sie Wörter, die nichts mit Ihnen zu tun haben"
)
_HASHER = PasswordHasher()


def normal(password: str) -> str:
    """Give a password as every keyboard types it (NFKC; RFC 8265 asks for much the same)."""
    return unicodedata.normalize("NFKC", password)


def problem(password: str, *, about: tuple[str, ...]) -> str:
    """Say in German what is wrong with a new password, or nothing.

    :param about: the person's name and address, which everybody would try first.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        return f"Nehmen Sie mindestens {SHORTEST} Zeichen, zum Beispiel vier Wörter"
    if len(password) > LONGEST:
        return f"Nehmen Sie höchstens {LONGEST} Zeichen"
    if len(set(password)) < DISTINCT:
        return "Wiederholen Sie nicht immer dieselben Zeichen"
    if _rest(password.casefold(), about) < SHORTEST // 2:
        return _GUESSED
    return ""


def hashed(password: str) -> str:
    """Give what is kept of a password. Takes some 50 ms and 64 MB on purpose."""
    return _HASHER.hash(normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Say whether a password is the one that was kept; takes as long where none is kept."""
    try:
        return _HASHER.verify(kept or _nobodys(), normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Say whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _rest(password: str, about: tuple[str, ...]) -> int:
    """Count what is left of a password without what anybody would guess."""
    named = [part for text in about for part in _parts(text.casefold())]
    for guessed in sorted([*named, *_TOO_KNOWN], key=len, reverse=True):
        password = password.replace(guessed, "")
    return len(password)


def _parts(text: str) -> list[str]:
    cleaned = "".join(sign if sign.isalnum() else " " for sign in text)
    return [part for part in cleaned.split() if len(part) > 2]  # noqa: PLR2004 - not „de“, „am“


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash("of an account that is not there")
