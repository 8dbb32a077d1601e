"""Retention periods of leads, read from the site's content."""

from website.content.library import Library
from website.exceptions import ContentError
from website.leads.models import LeadStatus
from website.leads.retention import Period, Retention


def retention(library: Library) -> Retention:
    """Return the configured retention periods.

    :raises ContentError: if ``website.toml`` has errors: leads must not be deleted by defaults.
    """
    broken = [problem for problem in library.problems if problem.path.endswith("/website.toml")]
    if broken:
        raise ContentError(broken)
    kept = library.site.privacy.retention
    return Retention(
        {
            LeadStatus.NEW: Period(months=kept.new_months),
            LeadStatus.IN_PROGRESS: Period(months=kept.in_progress_months),
            LeadStatus.QUALIFIED: Period(months=kept.qualified_months),
            LeadStatus.WON: Period(years_from_end_of_year=kept.won_years),
            LeadStatus.LOST: Period(months=kept.lost_months),
        },
        suspected=Period(days=kept.suspected_spam_days),
    )
