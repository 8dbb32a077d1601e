"""References: the numbers by which visitors and staff refer to a request, like ``B7KM-29QX``.

Written the same in addresses, mails and the inbox. A reference grants no access to a request.

The alphabet leaves out one of each pair that is easily confused (0 O, 1 I L J, 2 Z, 5 S, 6 G, 8 B),
vowels, Y, and 3 and 4, which are read as such, so that no words arise; J, S, Z and 8 also because
of codes that German number plates avoid.
"""

import re
import secrets
from collections.abc import Callable

ALPHABET = "BCDFGHKMNPQRTVWX2579"
"""20 characters: 25.6 billion references."""

_LENGTH = 8
_PART = 4
_MISTAKEN = str.maketrans("SZ", "52")
_PARTING = re.compile(r"[\s\u2010-\u2015_.-]+")


def new(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a random reference. The database's unique constraint decides whether it is free."""
    return _written("".join(choose(ALPHABET) for _ in range(_LENGTH)))


def normalise(text: str) -> str | None:
    """Return a typed reference in its normal form, or None.

    Accepts lower case, spaces, any dash or none, and S and Z in place of 5 and 2.
    """
    signs = _PARTING.sub("", text).upper().translate(_MISTAKEN)
    if len(signs) != _LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return _written(signs)


def _written(signs: str) -> str:
    return f"{signs[:_PART]}-{signs[_PART:]}"
