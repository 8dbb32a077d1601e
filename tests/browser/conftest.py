"""The whole site running as ``make run`` runs it, and Debian's Chromium to look at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from conftest import freeze

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@dataclass(frozen=True)
class Running:
    """A running site."""

    url: str
    build: Path
    instance: Path
    environ: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def addresses(self) -> list[str]:
        """List every page of the build."""
        paths = (path.relative_to(self.build).as_posix() for path in self.build.rglob("*.html"))
        return sorted("/" + path.removesuffix("index.html") for path in paths)

    def flask(self, *words: str) -> str:
        """Run a command as an operator beside the running site."""
        command = [sys.executable, "-m", "flask", "--app", "website", *words]
        result = subprocess.run(
            command, env=self.environ, check=True, capture_output=True, text=True
        )
        return result.stdout

    def mails(self, count: int = 1) -> list[Path]:
        """Wait until so many mails have been written."""
        until = time.monotonic() + 15
        while time.monotonic() < until:
            found = sorted((self.instance / "mail").glob("*.eml"))
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise AssertionError(f"fewer than {count} mails")


@contextlib.contextmanager
def running_site(folder: Path) -> Iterator[Running]:
    """Freeze and serve the real site with a database and mails of its own."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    freeze("--output", folder / "build", "--base-url", url)
    environ = os.environ | {
        "WEBSITE_BASE_URL": url,
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
    }
    command = [sys.executable, "-m", "flask", "--app", "website", "serve"]
    command += ["--port", str(port), "--build", str(folder / "build")]
    process = subprocess.Popen(command, env=environ)
    try:
        _wait_for(f"{url}/readyz", process)
        yield Running(url, folder / "build", folder / "instance", environ, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Freeze and serve the real site, with a database and mails of its own."""
    with running_site(tmp_path_factory.mktemp("running")) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    if CHROMIUM is None:
        pytest.fail("Chromium is missing: run 'make test', which installs Debian's package.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request: pytest.FixtureRequest, chromium: Browser, running: Running) -> Iterator[Page]:
    """Open a page at the running site, once with and once without JavaScript."""
    context = chromium.new_context(base_url=running.url, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the site ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")
