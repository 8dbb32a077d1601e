"""``flask --app website doctor``: whether everything is right, seen live, and what to do if not.

In reading order: ``results`` (what is told), ``context`` (what is looked at), ``runner`` (all
checks, side by side and within bounds), ``checks`` (their list); then one module for each subject,
whose checks are small functions that yield findings.
"""

from website.ops.doctor.checks import CHECKS
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level
from website.ops.doctor.runner import run_checks

__all__ = ["CHECKS", "CheckResult", "DoctorContext", "Level", "run_checks"]
