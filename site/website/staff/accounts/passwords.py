"""Passwords: rules for new ones, hashing and verification.

The rules follow NIST SP 800-63B-4, 3.1.1.2 (length instead of character classes, nothing that names
the person or the service, no scheduled changes), with a minimum length between its 8 (with a second
factor) and 15 (without).

Argon2id with 9 MiB, four passes and one lane is one of the equivalent minimum settings of OWASP's
Password Storage Cheat Sheet. Anybody can trigger hashing: with RFC 9106's second choice (64 MiB,
four lanes), sixteen simultaneous attempts would exhaust a small machine.
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
"""Characters that are normalised: the normal form may be that much shorter."""
DISTINCT = 5
"""Minimum number of different characters."""
AT_ONCE = 2
"""Hashes computed at the same time in one process."""
PATIENCE = 1.0
"""Seconds to wait for a free thread."""

_TOO_KNOWN = ("passwort", "password", "123456", "qwertz", "qwerty", "interim", "profis")
_GUESSED = (
    "Das würden andere zuerst versuchen. Nehmen Sie Wörter, die nichts mit Ihnen zu tun haben"
)
_HASHER = PasswordHasher(time_cost=4, memory_cost=9 * 1024, parallelism=1)
_HASHING = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
"""Separate threads, because glibc keeps the memory that a thread has once allocated."""


def normal(password: str) -> str:
    """Return a password in NFKC, so that keyboards do not matter (similar to RFC 8265)."""
    return text.normalised("NFKC", password)


def problem(password: str, *, about: tuple[str, ...]) -> str:
    """Return a German message on what is wrong with a new password; empty if nothing is.

    :param about: name and address of the person, which attackers try first.
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
    """Return the hash of a password. Takes about 15 ms and 9 MiB.

    :raises TooBusy: if too many passwords are being hashed.
    """
    return _in_turn(lambda: _HASHER.hash(normal(password)))


def matches(kept: str | None, password: str) -> bool:
    """Verify a password; takes the same time if there is no hash.

    :raises TooBusy: if too many passwords are being hashed.
    """
    try:
        is_one = _in_turn(lambda: _HASHER.verify(kept or _nobodys(), normal(password)))
    except (VerificationError, InvalidHashError):
        return False
    return is_one and kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a hash was computed with other parameters than the current ones."""
    return _HASHER.check_needs_rehash(kept)


def _rest(password: str, about: tuple[str, ...]) -> int:
    """Return the length of a password without parts that are easily guessed."""
    named = [part for each in about for part in _parts(each.casefold())]
    for guessed in sorted([*named, *_TOO_KNOWN], key=len, reverse=True):
        password = password.replace(guessed, "")
    return len(password)


def _parts(words: str) -> list[str]:
    cleaned = "".join(sign if sign.isalnum() else " " for sign in words)
    return [part for part in cleaned.split() if len(part) > 2]  # noqa: PLR2004 - not „de“, „am“


def _in_turn(work: Callable[[], T]) -> T:
    """Run expensive work in a limited number of threads.

    :raises TooBusy: if none becomes free in time.
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
