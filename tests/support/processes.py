"""Processes of their own that are there at once, forked from one that has imported the website.

And which others a process has started.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

import flask.cli

PATIENCE = 120
"""Seconds."""

_forks = multiprocessing.get_context("forkserver")
# The last is found where tests are run from the checkout: the server gets no path of modules.
_forks.set_forkserver_preload(["website.cli", "website.factory", "tests.support.preloaded"])


def run_flask(
    environ: Mapping[str, str], *words: str, cwd: Path | None = None, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run ``flask --app website …`` to its end, with these environment variables and no others.

    :raises CalledProcessError: if it fails, where that is not expected.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = Flask(environ, *words, cwd=cwd, out=out, err=err)
        try:
            code = process.wait(PATIENCE)
        finally:
            process.kill()
        for file in (out, err):
            file.seek(0)
        done = subprocess.CompletedProcess(words, code, out.read(), err.read())
    if check:
        done.check_returncode()
    return done


class Flask:
    """``flask --app website …``, which runs until it ends or is ended, as a Popen does.

    It has nothing to import, which takes a second of processor time. The processes that it starts
    itself have all of it to do.

    :param environ: its environment variables; it has no others.
    :param cwd: by default that of the tests.
    :param out: where it writes; by default where the tests do.
    :param err: where it writes errors and log; by default to ``out``, or where the tests do.
    :param leads_group: whether it is in a process group of its own, with all that it starts.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *words: str,
        cwd: Path | None = None,
        out: IO[Any] | None = None,
        err: IO[Any] | None = None,
        umask: int = -1,
        leads_group: bool = False,
    ) -> None:
        surroundings = _Surroundings(
            environ=dict(environ),
            cwd=cwd or Path.cwd(),
            streams={1: _Stream(out or 1), 2: _Stream(err or out or 2)},
            umask=umask,
            leads_group=leads_group,
            ignores_interrupts=signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
        )
        self._process = _forks.Process(target=_flask, args=(words, surroundings))
        self._process.start()
        assert self._process.pid
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Return its exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Wait until it has ended, and return its exit code.

        :raises TimeoutExpired: if it has not ended after so many seconds.
        """
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("flask", timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it without a word."""
        self.send_signal(signal.SIGKILL)


Process = Flask | subprocess.Popen[bytes]


class _Stream:
    """An open file, or its number; in a process that it is sent to, the number of a copy."""

    def __init__(self, file: IO[Any] | int) -> None:
        self._number = file if isinstance(file, int) else file.fileno()

    def __reduce__(self) -> tuple[Callable[..., int], tuple[Any]]:
        return _opened, (reduction.DupFd(self._number),)  # type: ignore[attr-defined]


def _opened(duplicate: Any) -> int:
    number: int = duplicate.detach()
    return number


@dataclass(frozen=True, kw_only=True)
class _Surroundings:
    """What a process finds when it starts."""

    environ: dict[str, str]
    cwd: Path
    streams: Mapping[int, Any]
    umask: int
    leads_group: bool
    ignores_interrupts: bool

    def enter(self) -> None:
        os.environ.clear()
        os.environ.update(self.environ)
        os.chdir(self.cwd)
        for number, stream in self.streams.items():
            os.dup2(stream, number)
            os.close(stream)
        if self.umask >= 0:
            os.umask(self.umask)
        if self.leads_group:
            os.setsid()
        if self.ignores_interrupts:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def run(target: Callable[..., object], *arguments: Any) -> int:
    """Run a function of a module below ``support`` to its end, and return the exit code."""
    process = _forks.Process(target=target, args=arguments)
    process.start()
    process.join(PATIENCE)
    try:
        assert process.exitcode is not None, "the process does not end"
        return process.exitcode
    finally:
        process.kill()
        process.join()
        process.close()


@contextlib.contextmanager
def running(target: Callable[..., object], *arguments: Any) -> Iterator[Connection]:
    """Run a function of a module below ``support`` until the block ends, when it is killed.

    Its first argument is a connection; the other end is what the block gets.
    """
    ours, theirs = _forks.Pipe()
    process = _forks.Process(target=target, args=(theirs, *arguments))
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def children(process: int) -> list[int]:
    """List the processes that a process has started."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _flask(words: tuple[str, ...], surroundings: _Surroundings) -> None:
    surroundings.enter()
    sys.argv = ["flask", "--app", "website", *words]
    flask.cli.main()
