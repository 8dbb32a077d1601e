"""How long leads are kept, as the site's data say: the bridge from content to retention."""

from website.content.library import Library
from website.exceptions import ContentError
from website.leads.models import LeadStatus
from website.leads.retention import Period, Retention


def retention(library: Library) -> Retention:
    """Read the periods.

    :raises ContentError: if the file has mistakes. What it then leaves are defaults, by which
        nothing may be deleted.
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
