"""The real site, frozen and running as ``make run`` runs it."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from click import Command
from click.testing import CliRunner
from flask import Flask

from support import processes, terminal
from support.waiting import wait_until
from website import create_app
from website.build import builder, targets
from website.config import Role, Settings
from website.content.loading import Before

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ("--base-url", "https://www.example.org")
"""What a release is asked for."""


def freeze(*options: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run ``freeze.py`` in this process: starting another takes longer than most builds.

    :raises CalledProcessError: if it fails, where that is not expected.
    """
    words = list(map(str, options))
    umask = os.umask(0)
    os.umask(umask)
    try:
        result = CliRunner().invoke(
            _freeze_command(), words if "--jobs" in words else [*words, "--jobs", "1"]
        )
    finally:
        os.umask(umask)
        gc.enable()
        atexit.unregister(gc.freeze)
    return terminal.completed(words, result, check=check)


def freeze_in_a_process(
    *options: str | Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run ``freeze.py`` as its users do."""
    return subprocess.run(
        [sys.executable, ROOT / "freeze.py", *options], check=check, capture_output=True, text=True
    )


@functools.cache
def _freeze_command() -> Command:
    spec = importlib.util.spec_from_file_location("freeze", ROOT / "freeze.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    command: Command = module.main
    return command


def release(content: Path, output: Path, base_url: str = Settings.base_url) -> None:
    """Make what a release makes, of content that need not be fit for one."""
    settings = Settings(content_dir=content, instance_dir=output.parent / "i", base_url=base_url)
    target = targets.target_of(output, release=True)

    def make_app(before: Before | None) -> Flask:
        return create_app(settings, role=Role.FREEZE, before=before)

    builder.build(target, settings, make_app, lambda *_: None)


def pages(build: Path) -> list[Path]:
    """List the files that visitors read; not those that only lead on from an old address."""
    found = sorted(build.rglob("*.html"))
    return [path for path in found if 'http-equiv="refresh"' not in path.read_text()]


@dataclass(frozen=True)
class Running:
    """A running site."""

    url: str
    build: Path
    instance: Path
    environ: dict[str, str]
    process: processes.Flask

    def children(self) -> list[int]:
        """List the processes that the server has started and that still run."""
        return [child for child in processes.children(self.process.pid) if self.is_running(child)]

    @staticmethod
    def is_running(process: int) -> bool:
        """Return whether a process is there and no zombie."""
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    @staticmethod
    def kill(process: int) -> None:
        """Kill a process without a word."""
        os.kill(process, signal.SIGKILL)

    @property
    def addresses(self) -> list[str]:
        """List every page of the build."""
        paths = (path.relative_to(self.build).as_posix() for path in pages(self.build))
        return sorted("/" + path.removesuffix("index.html") for path in paths)

    def flask(self, *words: str) -> str:
        """Run a command as an operator beside the running site."""
        return terminal.flask(self.environ, *words).stdout

    def mails(self, count: int = 1) -> list[Path]:
        """Wait until so many mails have been written."""
        folder = self.instance / "mail"
        wait_until(lambda: len([*folder.glob("*.eml")]) >= count, f"{count} mails")
        return sorted(folder.glob("*.eml"))


@contextlib.contextmanager
def running_site(
    folder: Path,
    *,
    frozen: bool = True,
    delivering: bool = True,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Running]:
    """Serve the real site with a database and mails of its own.

    :param frozen: freeze it first.
    :param delivering: deliver, too, in a second process.
    :param settings: more of them, as environment variables.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    if frozen:
        freeze("--output", folder / "build", "--base-url", url)
    environ = os.environ | {
        "WEBSITE_BASE_URL": url,
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
        # So tests can be different visitors; one who sends that much would be suspected.
        "WEBSITE_TRUSTED_PROXIES": "127.0.0.1",
        **settings,
    }
    words = ["serve", "--port", str(port), "--build", str(folder / "build")]
    process = processes.Flask(environ, *words, *([] if delivering else ["--no-deliver"]))
    try:
        wait_for(f"{url}/readyz", process)
        yield Running(url, folder / "build", folder / "instance", environ, process)
    finally:
        process.terminate()
        try:
            process.wait(90)
        finally:
            process.kill()


def free_port() -> int:
    """Find a port that nothing listens on, another each time: who got one may not listen yet."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in _RETURNED:
            _RETURNED.add(port)
            return port


_RETURNED: set[int] = set()


def wait_for(url: str, process: processes.Process) -> None:
    def answers() -> bool:
        assert process.poll() is None, "the site ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=20):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    wait_until(answers, f"an answer of {url}")
