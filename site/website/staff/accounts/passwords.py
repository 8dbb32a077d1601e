"""Passwords: what may be one, and how it is kept.

Source of the rules: NIST SP 800-63B-4, 3.1.1.2 (length instead of kinds of characters, nothing
that names the person or the service, no change on a schedule), with a length between its 8 (second
factor) and 15 (alone).

Argon2id with 9 MiB, four passes and one lane, one of the equally strong minimum settings of OWASP's
Password Storage Cheat Sheet. Strangers make us hash: RFC 9106's second choice (64 MiB, four lanes)
would let sixteen of them at once take a small machine's memory, and every visitor's time.
"""

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from website.exceptions import TooBusy
from website.infra import text

T = TypeVar("T")

SHORTEST = 12
LONGEST = 200
LONGEST_TYPED = 4 * LONGEST
"""Characters that are looked at: Unicode's normal form may be that much shorter."""
DISTINCT = 5
"""Different characters that a password has at the least."""
AT_ONCE = 2
"""Hashes made at the same time in one process."""
PATIENCE = 1.0
"""Seconds to wait for one's turn."""

_TOO_KNOWN = ("passwort", "password", "123456", "qwertz", "qwerty", "interim", "profis")
_GUESSED = (
    "Das würden andere zuerst versuchen. Nehmen Sie Wörter, die nichts mit Ihnen zu tun haben"
)
_HASHER = PasswordHasher(time_cost=4, memory_cost=9 * 1024, parallelism=1)
_HASHING = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
"""Threads of their own: glibc keeps what each thread has once taken."""


def normal(password: str) -> str:
    """Return a password as every keyboard types it (NFKC; RFC 8265 asks for much the same)."""
    return text.normalised("NFKC", password)


def problem(password: str, *, about: tuple[str, ...]) -> str:
    """Return what is wrong with a new password, in German, or nothing.

    :param about: the person's name and address, which everybody would try first.
    """
    # The length first: to normalise a long text takes very long (UAX #15).
    password = normal(password) if len(password) <= LONGEST_TYPED else password
    if len(password) > LONGEST:
        return f"Nehmen Sie höchstens {LONGEST} Zeichen"
    if len(password) < SHORTEST:
        return f"Nehmen Sie mindestens {SHORTEST} Zeichen, zum Beispiel vier Wörter"
    if len(set(password)) < DISTINCT:
        return "Wiederholen Sie nicht immer dieselben Zeichen"
    if _rest(password.casefold(), about) < SHORTEST // 2:
        return _GUESSED
    return ""


def hashed(password: str) -> str:
    """Return what is kept of a password. Takes some 15 ms and 9 MiB on purpose.

    :raises TooBusy: if too many others are at it.
    """
    return _in_turn(lambda: _HASHER.hash(normal(password)))


def matches(kept: str | None, password: str) -> bool:
    """Return whether a password is the one that was kept; takes as long where none is kept.

    :raises TooBusy: if too many others are at it.
    """
    try:
        is_one = _in_turn(lambda: _HASHER.verify(kept or _nobodys(), normal(password)))
    except (VerificationError, InvalidHashError):
        return False
    return is_one and kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _rest(password: str, about: tuple[str, ...]) -> int:
    """Count what is left of a password without what anybody would guess."""
    named = [part for each in about for part in _parts(each.casefold())]
    for guessed in sorted([*named, *_TOO_KNOWN], key=len, reverse=True):
        password = password.replace(guessed, "")
    return len(password)


def _parts(words: str) -> list[str]:
    cleaned = "".join(sign if sign.isalnum() else " " for sign in words)
    return [part for part in cleaned.split() if len(part) > 2]  # noqa: PLR2004 - not „de“, „am“


def _in_turn(work: Callable[[], T]) -> T:
    """Do something that takes much memory and time, when it is its turn.

    :raises TooBusy: if that does not come soon.
    """
    asked = _HASHING.submit(work)
    try:
        return asked.result(PATIENCE)
    except FutureTimeout:
        if asked.cancel():
            raise TooBusy from None
        return asked.result()  # has begun


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash("of an account that is not there")
