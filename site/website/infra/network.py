"""Outgoing connections with a deadline: name resolution, TCP, TLS, and reasons of failures."""

import contextlib
import datetime
import errno
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from ipaddress import IPv6Address
from typing import TypeVar

Resolve = Callable[[str, int], Sequence[str]]
"""Return the addresses of a host, in the order in which to try them; raise OSError."""


T = TypeVar("T")


def is_literal(host: str) -> bool:
    """Return whether a host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Return whether an IP address is public, not private, reserved or multicast."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.is_site_local):
        return False  # these lead on to addresses that would have to be looked at in turn
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which to try them.

    :raises OSError: if there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline:
    """The deadline of a whole operation; the timeout of a socket applies to each single wait."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        :raises TimeoutError: if there are none.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise self._over()
        return left

    def result(self, call: Callable[[], T], *, abandon: Callable[[T], object] | None = None) -> T:
        """Return the result of a call that has no deadline of its own, such as a DNS query.

        A call that is late goes on in its thread, and nobody waits for it.

        :param abandon: releases what a late call returns after all.
        :raises TimeoutError: if it does not return in time; otherwise whatever the call raises.
        """
        found: Future[T] = Future()

        def run() -> None:
            try:
                found.set_result(call())
            except BaseException as error:  # noqa: BLE001 - whoever waits raises it
                found.set_exception(error)

        threading.Thread(target=run, daemon=True, name="bounded").start()
        try:
            return found.result(self.left())
        except TimeoutError:
            if found.done():
                raise
            if abandon:
                found.add_done_callback(lambda late: late.exception() or abandon(late.result()))
            raise self._over() from None

    @contextlib.contextmanager
    def ends(self, connection: socket.socket) -> Iterator[None]:
        """Shut a connection down at the deadline, whatever the block is waiting for.

        :param connection: not yet encrypted; it may become so within the block.
        :raises TimeoutError: if the block failed after that.
        """
        over = threading.Event()
        # Encrypting takes the connection away from its object, but not from a second one.
        handle = connection.dup()

        def end() -> None:
            over.set()
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

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
            handle.close()

    def _over(self) -> TimeoutError:
        return TimeoutError(errno.ETIMEDOUT, f"no end after {self._seconds:g} seconds")


@contextlib.contextmanager
def opened(
    host: str,
    port: int,
    deadline: Deadline,
    *,
    encryption: ssl.SSLContext | None = None,
    resolve: Resolve = resolve,
    wait: float | None = None,
) -> Iterator[socket.socket]:
    """Open a connection that ends at the deadline, which includes DNS, TCP, TLS and use.

    :param encryption: TLS settings; None for an unencrypted connection.
    :param wait: seconds for each single wait, if less than what is left.
    :raises OSError: if the connection fails.
    """
    addresses = deadline.result(lambda: resolve(host, port))
    with contextlib.closing(_connected(addresses, port, deadline)) as bare, deadline.ends(bare):
        bare.settimeout(min(wait or deadline.left(), deadline.left()))
        if encryption is None:
            yield bare
            return
        wrapped = encryption.wrap_socket(bare, server_hostname=host, do_handshake_on_connect=False)
        with contextlib.closing(wrapped):
            wrapped.do_handshake()
            yield wrapped


def _connected(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first address that answers; a silent one leaves time for the rest."""
    failure: OSError | None = None
    for number, address in enumerate(addresses):
        share = deadline.left() / (len(addresses) - number)
        try:
            return socket.create_connection((address, port), share)
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


def certificate_end(connection: socket.socket | None) -> datetime.datetime | None:
    """Return when the server's certificate expires; None if the connection is not encrypted."""
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    if not shown:
        return None
    seconds = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def reason(error: Exception) -> str:
    """Return why a connection failed, in words of this machine, never of the server."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "timed out" if isinstance(error, TimeoutError) else type(error).__name__
