"""Processes of their own that are there at once, forked from one that has imported the website.

And which others a process has started.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

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
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        code = run(_flask, words, dict(environ), cwd or Path.cwd(), out, err)
        done = subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())
    if check:
        done.check_returncode()
    return done


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


def _flask(
    words: tuple[str, ...], environ: dict[str, str], cwd: Path, out: Path, err: Path
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    for number, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.argv = ["flask", "--app", "website", *words]
    flask.cli.main()
