"""Settings: those that are wrong, and those that do not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from website.config import SECRETS, Settings
from website.exceptions import ConfigurationError
from website.infra import running_instance
from website.infra.mail_transport import transport_for
from website.leads import webhooks
from website.ops.doctor import startup
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.monitoring.alert_channels import channels_for

if TYPE_CHECKING:
    from website.ops.doctor.context import DoctorContext

PREFIX = "WEBSITE_"
KNOWN = (
    *(f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__),
    *(f"{PREFIX}{name.upper()}_FILE" for name in SECRETS),
)


def read(environ: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Parse the settings one by one, so that one mistake hides no other.

    :returns: what could be parsed, and the error of each variable that could not.
    """
    taken: dict[str, str] = {}
    left = {name: environ[name] for name in KNOWN if environ.get(name, "").strip()}
    while True:
        wrong: dict[str, str] = {}
        for name, value in left.items():
            try:
                Settings.from_environment(taken | {name: value})
            except ConfigurationError as problem:
                wrong[name] = str(problem)
            else:
                taken[name] = value
        if len(wrong) == len(left):  # some need others, which are tried first the next time
            return running_instance.known(Settings.from_environment(taken), taken), wrong
        left = {name: left[name] for name in wrong}


def unknown(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield variables that look like settings and are none."""
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, 1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            yield f"{name} is set, but there is no such setting{meant}"


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
    yield from startup.unsafe(context.settings) or [result("safety.fine")]


def _of_parts(settings: Settings) -> Iterator[str]:
    """Yield errors of settings that are parsed only where they are used."""
    for part in (transport_for, webhooks.endpoint_of, channels_for):
        try:
            part(settings)
        except ConfigurationError as problem:
            yield str(problem)
