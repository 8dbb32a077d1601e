"""``flask --app website doctor``: checks the live website, and advises what to do about failures.

In reading order: ``results`` (results of checks, in the words of ``messages.toml``), ``context``
(what checks need), ``runner`` (runs them in parallel, with a time limit), ``checks.toml`` (their
list); then one module for each subject, whose checks are small functions that yield results.
"""

import functools
import pkgutil

from website.infra import toml_tables
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level
from website.ops.doctor.runner import Check, run_checks

__all__ = ["CheckResult", "DoctorContext", "Level", "checks", "run_checks"]


@functools.cache
def checks() -> tuple[Check, ...]:
    """Return all checks, in the order in which they are reported.

    Their modules are imported now: a server starts without them.
    """
    return tuple(
        Check(
            name,
            pkgutil.resolve_name(f"website.ops.doctor.{row['run']}"),
            needs=tuple(f"WEBSITE_{setting}" for setting in row.get("needs", ())),
        )
        for name, row in toml_tables.beside(__file__, "checks.toml").items()
    )
