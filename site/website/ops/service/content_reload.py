"""The content of a running service, read again once other content has been published.

What visitors get from the endpoint itself (the form with what is wrong in it, the thanks) then says
what the pages say. Nobody waits for the reading: until it is done, requests get the content before.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from website.editorial.export import state_of

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks, where no request causes them."""


class ContentReload:
    """Looks whether content has been published since it was read.

    :param folder: of the content, to which publications are exported.
    :param read: reads the content and puts it in the place of that before.
    """

    def __init__(self, folder: Path, read: Callable[[], None]) -> None:
        self._folder = folder
        self._read = read
        self._state = state_of(folder)
        self._is_reading = threading.Lock()

    def look(self) -> None:
        """Begin to read the content again if it is not what it was. Costs a look at one file."""
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
    """Read the content again whenever other content has been published, until the block ends.

    :param folder: of the content, to which publications are exported.
    :param read: reads the content and puts it in the place of that before.
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
