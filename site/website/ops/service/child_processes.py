"""Child processes beside the server: delivery, publishing."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from website.exceptions import StorageError

log = logging.getLogger(__name__)

GRACE = 20.0
"""Seconds for running requests and deliveries to finish after SIGTERM."""
POLL = 0.3
"""Seconds between two checks whether the process runs, and whether it is needed."""


class ChildProcess:
    """A Python module that runs while it is needed, and is restarted when it has ended.

    :param name: for the log.
    :param words: the module and its arguments; it also gets ``--parent`` and ``--build``, and must
        end with this process.
    :param build: the frozen pages.
    :param again: seconds until it is restarted after a failure.
    :param is_needed: called while it is not running. Without it, the process is always needed, and
        any end of it is a failure.
    """

    def __init__(
        self,
        name: str,
        *words: str,
        build: Path,
        again: float,
        is_needed: Callable[[], bool] | None = None,
    ) -> None:
        parent = ("--parent", str(os.getpid()), "--build", str(build))
        self._command = [sys.executable, "-m", *words, *parent]
        self._name = name
        self._again = again
        self._is_needed = is_needed
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name=name)
        self._thread.start()

    def stop(self) -> None:
        """Terminate it, after some time to finish its work."""
        self._stopping.set()
        self._thread.join()
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._start_if_needed()
            except StorageError as error:
                log.error("%s waits: %s", self._name, error)  # noqa: TRY400 - it says it all
                self._stopping.wait(self._again)
            self._stopping.wait(POLL)

    def _start_if_needed(self) -> None:
        if self._process and (code := self._process.poll()) is not None:
            self._process = None
            if code or self._is_needed is None:
                log.error("%s ended with code %s; starting it again", self._name, code)
                self._stopping.wait(self._again)
        if self._process or self._stopping.is_set():
            return
        if self._is_needed is None or self._is_needed():
            # One address gives metrics once; what this process could see, the server's own gives.
            environ = {name: os.environ[name] for name in os.environ if name != "WEBSITE_METRICS"}
            self._process = subprocess.Popen(self._command, env=environ)  # noqa: S603 - our own
