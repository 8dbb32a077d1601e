"""The content: whether the service can show its pages with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.config import require_checkout
from website.content.library import REQUIRED_PAGES
from website.exceptions import ConfigurationError
from website.ops.doctor.results import error, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Read it as the service does when it starts."""
    context.needs("WEBSITE_CONTENT_DIR", "WEBSITE_BASE_URL")
    try:
        require_checkout()
    except ConfigurationError as problem:
        yield error(str(problem), "")
        return
    library = context.library
    missing = [name for name in REQUIRED_PAGES if name not in library.pages]
    wrong = [problem for problem in library.problems if problem.blocks]
    if missing:
        yield error(
            f"pages that the service shows are missing or broken: {', '.join(missing)}",
            f"Is {context.settings.content_dir} the right folder (WEBSITE_CONTENT_DIR)? "
            "'flask --app website check' names what is wrong in it.",
        )
    elif wrong:
        yield warning(
            f"{len(wrong)} errors in the content, the first: {wrong[0]}",
            "'flask --app website check' names all. What is online stays as it is.",
        )
    else:
        yield ok(f"{len(library.articles)} published articles can be read")
