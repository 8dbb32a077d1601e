"""The address at which an instance is being served, for commands in another shell.

The server holds a lock on the file with its address, so that a file left behind by a killed process
is ignored.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from website.config import Settings
from website.infra import locks

FILE = "address"


@contextlib.contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Publish the address of an instance on this machine until the block ends.

    Instances for others have it in their settings. An unwritable folder does not prevent serving.
    """
    with contextlib.ExitStack() as held:
        if not settings.is_for_others:
            with contextlib.suppress(OSError):
                folder = settings.instance_dir
                draft = folder / f".{FILE}.{os.getpid()}"
                file = held.enter_context(draft.open("w", encoding="ascii"))
                file.write(settings.base_url)
                file.flush()
                locks.take(file)
                draft.replace(folder / FILE)
        yield


def address(folder: Path) -> str:
    """Return the address at which the instance in a folder is being served; empty if it is not."""
    try:
        with (folder / FILE).open(encoding="ascii") as file:
            return file.read() if locks.is_held(file) else ""
    except (OSError, UnicodeDecodeError):
        return ""


def known(settings: Settings, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return settings with the address of the running instance, unless they set one."""
    if environ.get("WEBSITE_BASE_URL", "").strip():
        return settings
    found = address(settings.instance_dir)
    return replace(settings, base_url=found) if found else settings
