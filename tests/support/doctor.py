"""Looks at a website as ``doctor`` does, with the settings that a test gives."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from support.processes import run_flask
from website.ops.doctor import CheckResult, DoctorContext, checks, run_checks

MAILS = "vertrieb@agentur.example"
"""Who gets the requests."""


def look(environ: Mapping[str, str], *names: str, **options: Any) -> list[CheckResult]:
    """Run some checks of the command in this process; all if none is named."""
    assert set(names) <= {check.name for check in checks()}
    context = DoctorContext.from_environment(environ, **options)
    try:
        return run_checks(
            context, [check for check in checks() if not names or check.name in names]
        )
    finally:
        context.close()


def command(
    environ: Mapping[str, str], *words: str, within: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does, with these settings and no others."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith("WEBSITE_")
    }
    if not within:
        return run_flask(surroundings | dict(environ), "doctor", *words)
    return subprocess.run(
        [*within, sys.executable, "-m", "flask", "--app", "website", "doctor", *words],
        env=surroundings | dict(environ),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
