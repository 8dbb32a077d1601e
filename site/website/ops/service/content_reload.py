"""Reloading of the content in a running service, after other content was published.

Responses of the endpoint itself (the form with its errors, the thank-you page) then match the
pages. Nobody waits for it: until it is done, requests get the previous content.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from website.editorial.workspace import state_of

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two checks, where no request triggers them."""


class ContentReload:
    """Checks whether content was published since it was loaded.

    :param folder: the content, to which publications are exported.
    :param read: loads the content and replaces the previous one.
    """

    def __init__(self, folder: Path, read: Callable[[], None]) -> None:
        self._folder = folder
        self._read = read
        self._state = state_of(folder)
        self._is_reading = threading.Lock()

    def look(self) -> None:
        """Start reloading the content if it has changed. Costs a look at one file."""
        now = state_of(self._folder)
        if now == self._state or not self._is_reading.acquire(blocking=False):
            return
        self._state = now
        threading.Thread(target=self._read_again, name="content", daemon=True).start()

    def _read_again(self) -> None:
        try:
            self._read()
        except Exception:  # whatever it is, the content before is better than none
            log.exception("The published content cannot be read")
        finally:
            self._is_reading.release()


@contextlib.contextmanager
def watched(folder: Path, read: Callable[[], None]) -> Iterator[None]:
    """Reload the content whenever other content was published, until the block ends.

    :param folder: the content, to which publications are exported.
    :param read: loads the content and replaces the previous one.
    """
    reload, stop = ContentReload(folder, read), threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY):
            reload.look()

    threading.Thread(target=watch, name="published content", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
