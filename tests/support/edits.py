"""Values that tests set in files as people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import assume, event

from website.exceptions import AuthoringError

Place = TypeVar("Place")


def unless_refused(
    set_value: Callable[[bytes, Place, Any], bytes], data: bytes, place: Place, value: Any
) -> bytes:
    """Set a value; what is refused is set aside, and counted."""
    try:
        after = set_value(data, place, value)
    except AuthoringError:
        event("refused")
        assume(False)
        raise
    event("changed")
    return after
