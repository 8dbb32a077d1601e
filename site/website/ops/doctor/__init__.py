"""``flask --app website doctor``: live checks of everything, and what to do if one fails.

In reading order: ``results`` (what checks yield, in the words of ``messages.toml``), ``context``
(what they need), ``runner`` (all of them in parallel and within a time limit), ``checks.toml``
(their list); then one module for each subject, whose checks are small functions that yield results.
"""

from website.ops.doctor.checks import CHECKS
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level
from website.ops.doctor.runner import run_checks

__all__ = ["CHECKS", "CheckResult", "DoctorContext", "Level", "run_checks"]
