"""The number by which a visitor and the staff speak of the same request.

Written in one form everywhere, in the address bar, the mail and the inbox: ``B7KM-29QX``. It
opens nothing: the page behind it shows no word of the request.

The alphabet leaves out what is mistaken for a neighbour (0 O, 1 I L J, 2 Z, 5 S, 6 G, 8 B: one of
a pair at most), the vowels, Y, and 3 and 4 that are read as such, so that no words arise, and with
J, S, Z and 8 also the codes that German number plates avoid.
"""

import re
import secrets
from collections.abc import Callable

ALPHABET = "BCDFGHKMNPQRTVWX2579"
"""20 signs, so 25 thousand million numbers."""

_LENGTH = 8
_PART = 4
_MISTAKEN = str.maketrans("SZ", "52")
_PARTING = re.compile(r"[\s\u2010-\u2015_.-]+")


def new(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a random reference. The database's unique constraint decides whether it is free."""
    return _written("".join(choose(ALPHABET) for _ in range(_LENGTH)))


def normalise(text: str) -> str | None:
    """Return the number that somebody meant, or nothing if it cannot be one.

    Takes lower case, spaces, any dash or none, and the two letters that digits are mistaken for.
    """
    signs = _PARTING.sub("", text).upper().translate(_MISTAKEN)
    if len(signs) != _LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return _written(signs)


def _written(signs: str) -> str:
    return f"{signs[:_PART]}-{signs[_PART:]}"
