"""Waiting for what other processes and threads do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(find: Callable[[], T], what: str, seconds: float = 120) -> T:
    """Call a function until it returns something true, and return that.

    :param what: what does not happen if it never does.
    """
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until, f"never {what}"
        time.sleep(0.05)
    return found
