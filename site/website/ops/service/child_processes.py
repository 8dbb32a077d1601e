"""Processes of ours beside the one that starts them: delivery, publishing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GRACE = 20.0
"""Seconds for running requests and sends to end after SIGTERM."""


def start(*words: str, build: Path) -> subprocess.Popen[bytes]:
    """Start a module of Python that ends with this process.

    :param words: the module and its arguments; it takes ``--parent`` and ``--build``, too.
    :param build: the frozen pages.
    """
    command = [sys.executable, "-m", *words, "--parent", str(os.getpid()), "--build", str(build)]
    # One address gives metrics once; what this process could see, the server's own gives.
    environ = {name: value for name, value in os.environ.items() if name != "WEBSITE_METRICS"}
    return subprocess.Popen(command, env=environ)  # noqa: S603 - our own command


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process; it gets a while to finish what it is at."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
