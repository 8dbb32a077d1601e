"""``flask --app website doctor``: whether everything is right, seen live, and what to do if not.

In reading order: ``findings`` (what is told), ``case`` (what is looked at), ``examination`` (all
checks, side by side and within bounds), ``checks`` (their list); then one module for each subject,
whose checks are small functions that yield findings.
"""

from website.operations.doctor.case import Case
from website.operations.doctor.checks import CHECKS
from website.operations.doctor.examination import examine
from website.operations.doctor.findings import Finding, Level

__all__ = ["CHECKS", "Case", "Finding", "Level", "examine"]
