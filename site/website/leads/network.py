"""What holds for every connection that leaves the house: to whom, for how long, why it failed."""

from __future__ import annotations

import contextlib
import datetime
import errno
import ipaddress
import socket
import ssl
import threading
import time
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def is_literal(host: str) -> bool:
    """Whether a host is written as an address, not as a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet, not to a network of our own or to nobody."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.is_site_local):
        return False  # these lead on to addresses that would have to be looked at in turn
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Ask for the addresses of a host, in the order in which to try them.

    :raises OSError: if there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline:
    """The end of a whole attempt: a socket's timeout holds for one wait, and waits add up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Tell how many seconds are left.

        :raises TimeoutError: if none are.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise self._over()
        return left

    @contextlib.contextmanager
    def ends(self, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
        """End the connection that is open at the deadline, whatever the block is waiting for.

        :raises TimeoutError: if the block failed after that.
        """
        over = threading.Event()

        def end() -> None:
            over.set()
            with contextlib.suppress(OSError):
                if open_now := connection():
                    open_now.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.left(), end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if over.is_set():
                raise self._over() from error
            raise
        finally:
            timer.cancel()

    def _over(self) -> TimeoutError:
        return TimeoutError(errno.ETIMEDOUT, f"no end after {self._seconds:g} seconds")


def certificate_end(connection: socket.socket | None) -> datetime.datetime | None:
    """Tell until when the other side's certificate holds; nothing where it has shown none."""
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    if not shown:
        return None
    seconds = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def reason(error: Exception) -> str:
    """Say why a connection failed, in words of this machine, never of the other side."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "timed out" if isinstance(error, TimeoutError) else type(error).__name__
