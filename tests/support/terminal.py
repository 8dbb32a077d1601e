"""What operators type, run in the tests' own process."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

import pytest
from click.testing import Result

from support.applications import real_content
from website import create_app
from website.web.services import services


def flask(
    environ: Mapping[str, str], *words: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run ``flask --app website …`` with these settings, in this process.

    Starting another takes longer than most commands.

    :raises CalledProcessError: if it fails, where that is not expected.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        app = create_app(before=real_content())
        try:
            result = app.test_cli_runner().invoke(args=words)
        finally:
            services(app).leads.close()
    return completed(words, result, check=check)


def completed(
    words: Sequence[str], result: Result, *, check: bool
) -> subprocess.CompletedProcess[str]:
    """Return how a command has ended, as if it had been a process.

    :raises CalledProcessError: if it fails, where that is not expected.
    """
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    done = subprocess.CompletedProcess(words, result.exit_code, result.stdout, result.stderr)
    if check:
        done.check_returncode()
    return done
