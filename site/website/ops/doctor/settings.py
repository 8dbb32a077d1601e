"""Settings: those that are wrong, and those that do not exist."""

from collections.abc import Iterator

from website.config import Settings
from website.exceptions import ConfigurationError
from website.infra.mail_transport import transport_for
from website.leads import webhooks
from website.ops.doctor import startup
from website.ops.doctor.context import KNOWN, DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.monitoring.alert_channels import channels_for


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that every setting can be used."""
    problems = [*context.problems, *_of_parts(context.settings)]
    for problem in problems:
        yield result("settings.wrong", problem=problem)
    for problem in context.misspelt:
        yield result("settings.misspelt", problem=problem)
    if not (problems or context.misspelt):
        yield result("settings.fine", base_url=context.settings.base_url)


def safety(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that nothing keeps a website for others from starting."""
    context.needs(*KNOWN)
    if not context.settings.is_for_others:
        raise NotChecked("the site is for this machine only")
    yield from [*startup.unsafe(context.settings)] or [result("safety.fine")]


def _of_parts(settings: Settings) -> Iterator[str]:
    """Yield errors of settings that are parsed only where they are used."""
    for part in (transport_for, webhooks.endpoint_of, channels_for):
        try:
            part(settings)
        except ConfigurationError as problem:
            yield str(problem)
