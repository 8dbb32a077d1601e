"""The settings of the environment: those that can be used, those that cannot, and unknown ones."""

import difflib
from collections.abc import Iterator, Mapping

from website.config import SECRETS, Settings
from website.exceptions import ConfigurationError
from website.infra import running_instance

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
