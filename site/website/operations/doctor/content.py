"""The content: whether the service can start with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import require_checkout
from website.content.library import load
from website.exceptions import ConfigurationError, ContentError
from website.leads.questions import question
from website.operations.doctor.findings import error, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.operations.doctor.case import Case
    from website.operations.doctor.findings import Finding


def check(case: Case) -> Iterator[Finding]:
    """Read it as the service does when it starts."""
    case.needs("WEBSITE_CONTENT_DIR", "WEBSITE_BASE_URL")
    try:
        require_checkout()
        library = load(
            case.settings.content_dir,
            request_topics=[key for key, _ in question("topic").choices],
            today=case.clock().date(),
            root=case.settings.site_root,
        )
    except ConfigurationError as problem:
        yield error(str(problem), "")
    except ContentError as problem:
        yield error(
            f"the content cannot be read, {len(problem.problems)} problems: the service cannot "
            f"start. {problem.problems[0]}",
            "Mend the files. With the content as it is, a running service goes on until a restart.",
        )
    else:
        yield ok(f"{len(library.articles)} published articles can be read")
