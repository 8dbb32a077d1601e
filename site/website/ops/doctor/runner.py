"""Runs all checks side by side: none waits for another, hides another or holds everything up."""

from __future__ import annotations

import dataclasses
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.exceptions import WebsiteError
from website.ops.doctor.results import CheckResult, NotChecked, error, unchecked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from website.ops.doctor.context import DoctorContext

LIMIT = 30.0
"""Seconds for each check, and as they run side by side also for all of them."""
OMITTED = "…"


@dataclass(frozen=True)
class Check:
    """Looks at one thing."""

    name: str
    run: Callable[[DoctorContext], Iterable[CheckResult]]
    """Yields what it finds; raises NotChecked if it cannot look, and any WebsiteError as one."""
    limit: float = LIMIT


def run_checks(context: DoctorContext, checks: Sequence[Check]) -> list[CheckResult]:
    """Run the checks, and give what they found, in their order."""
    began = time.monotonic()
    looks = [_Look(check, context) for check in checks]
    return [
        _without(context.secrets, finding)
        for look in looks
        for finding in look.findings(began + look.check.limit)
    ]


class _Look:
    """One check under way, in a thread that is left behind if it does not end."""

    def __init__(self, check: Check, context: DoctorContext) -> None:
        self.check = check
        self._found: list[CheckResult] = []
        self._thread = threading.Thread(
            target=self._run, args=(context,), name=check.name, daemon=True
        )
        self._thread.start()

    def findings(self, until: float) -> list[CheckResult]:
        self._thread.join(max(0.0, until - time.monotonic()))
        found = list(self._found)
        if self._thread.is_alive():
            found.append(
                error(
                    f"no end after {self.check.limit:g} seconds",
                    "What it talks to neither answers nor refuses, as behind a firewall.",
                )
            )
        return [dataclasses.replace(finding, check=self.check.name) for finding in found]

    def _run(self, context: DoctorContext) -> None:
        try:
            for finding in self.check.run(context):
                self._found.append(finding)
        except NotChecked as reason:
            self._found.append(unchecked(str(reason)))
        except WebsiteError as problem:
            self._found.append(error(str(problem), ""))
        except Exception as problem:  # noqa: BLE001 - one that breaks hides none of the others
            # Its words may hold anything.
            self._found.append(
                error(
                    f"this check itself failed ({type(problem).__name__})",
                    "Go by the other findings, and report this one to the developers.",
                )
            )


def _without(secrets: Iterable[str], finding: CheckResult) -> CheckResult:
    """Leave out what must never be shown, whoever's words hold it."""
    seen, advice = finding.seen, finding.advice
    for secret in secrets:
        seen, advice = seen.replace(secret, OMITTED), advice.replace(secret, OMITTED)
    return dataclasses.replace(finding, seen=seen, advice=advice)
