"""Running of checks in parallel: none delays or hides another, or blocks all."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from website.exceptions import WebsiteError
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level, NotChecked, result

LIMIT = 30.0
"""Seconds for each check; they run in parallel, so also for all."""
OMITTED = "…"


@dataclass(frozen=True)
class Check:
    """A check and its name."""

    name: str
    run: Callable[[DoctorContext], Iterable[CheckResult]]
    """Yields results. NotChecked and every WebsiteError are turned into results, too."""
    limit: float = LIMIT
    needs: tuple[str, ...] = ()
    """Settings that it depends on; it is skipped if one of them cannot be parsed."""


def run_checks(context: DoctorContext, checks: Sequence[Check]) -> list[CheckResult]:
    """Run checks, and return their results in order."""
    began = time.monotonic()
    running = [_RunningCheck(check, context) for check in checks]
    return [
        _redacted(context.secrets, each)
        for one in running
        for each in one.results(began + one.check.limit)
    ]


class _RunningCheck:
    """A check in a thread, which is abandoned if it does not end."""

    def __init__(self, check: Check, context: DoctorContext) -> None:
        self.check = check
        self._found: list[CheckResult] = []
        self._thread = threading.Thread(
            target=self._run, args=(context,), name=check.name, daemon=True
        )
        self._thread.start()

    def results(self, until: float) -> list[CheckResult]:
        self._thread.join(max(0.0, until - time.monotonic()))
        found = list(self._found)
        if self._thread.is_alive():
            found.append(result("check.no-end", limit=self.check.limit))
        return [dataclasses.replace(each, check=self.check.name) for each in found]

    def _run(self, context: DoctorContext) -> None:
        try:
            context.needs(*self.check.needs)
            for each in self.check.run(context):
                self._found.append(each)
        except NotChecked as reason:
            self._found.append(CheckResult(Level.UNCHECKED, str(reason)))
        except WebsiteError as problem:
            self._found.append(CheckResult(Level.ERROR, str(problem)))
        except PermissionError as problem:
            self._found.append(result("check.not-allowed", path=problem.filename))
        except Exception as problem:  # noqa: BLE001 - one that breaks hides none of the others
            # Its words may hold anything.
            self._found.append(result("check.failed", kind=type(problem).__name__))


def _redacted(secrets: Iterable[str], finding: CheckResult) -> CheckResult:
    """Return a result without secrets."""
    seen, advice = finding.seen, finding.advice
    for secret in secrets:
        seen, advice = seen.replace(secret, OMITTED), advice.replace(secret, OMITTED)
    return dataclasses.replace(finding, seen=seen, advice=advice)
