"""The site in a process group of its own, so that all of it can be killed at once."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from support.processes import Flask, Process, run_flask
from support.site import free_port
from website.config import Settings

START = 30.0
"""Seconds in which the site must be there, or gone."""


class Site:
    """The site as ``make run`` serves it, in a process group of its own.

    :param run: what starts the command.
    """

    def __init__(
        self, folder: Path, database_url: str = "", *, run: Callable[..., Process] = Flask
    ) -> None:
        self._run = run
        self.port = free_port()
        self.environ = os.environ | {
            "WEBSITE_BASE_URL": f"http://127.0.0.1:{self.port}",
            "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
            "WEBSITE_DATABASE_URL": database_url,
            "WEBSITE_SECRET_KEY": "known to everybody who can read this",
            "WEBSITE_TRUSTED_PROXIES": "127.0.0.1",
        }
        self.settings = Settings.from_environment(self.environ)
        self.log = folder / "log"
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        """The one that serves; it leads the group."""
        assert self._process is not None
        return self._process

    def start(self, *options: str) -> None:
        """Start it, and wait until it can store requests."""
        words = ("serve", "--port", str(self.port), *options)
        with self.log.open("ab") as log:
            self._process = self._run(self.environ, *words, err=log, leads_group=True)
        until = time.monotonic() + START
        while not self._is_ready():
            assert self.process.poll() is None, self._last_words()
            assert time.monotonic() < until, self._last_words()
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill every process of the group without a word."""
        self.signal(signal.SIGKILL)
        self.process.wait(START)

    def stop(self) -> None:
        """End it as a supervisor does."""
        self.process.terminate()
        try:
            self.process.wait(START)
        finally:
            with contextlib.suppress(ProcessLookupError):
                self.kill()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of the group."""
        os.killpg(self.process.pid, number)

    def flask(self, *words: str) -> str:
        """Run a command as an operator beside the site."""
        return run_flask(self.environ, *words, check=True).stdout

    def mails(self) -> list[str]:
        """Name the leads that mails tell of, each as often as there are mails."""
        files = (self.settings.instance_dir / "mail").glob("*.eml")
        return [file.name.partition("-")[2].partition(".")[0] for file in files]

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except OSError:
            return False

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


@contextlib.contextmanager
def running(site: Site, *options: str) -> Iterator[Site]:
    """Run a site until the block ends."""
    site.start(*options)
    try:
        yield site
    finally:
        site.stop()
