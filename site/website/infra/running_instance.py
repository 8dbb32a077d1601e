"""Where the instance in a folder is being served, for commands that are typed in another shell.

Whoever serves holds a lock on the file that holds its address, so that a file which a killed
process has left behind counts for nothing.
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
    """Announce the address of an instance on this machine until the block ends.

    Those that others reach have it in their settings. A folder that cannot be written to is no
    reason not to serve.
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
    """Return where the instance in a folder is being served now; nothing if it is not."""
    try:
        with (folder / FILE).open(encoding="ascii") as file:
            return file.read() if locks.is_held(file) else ""
    except (OSError, UnicodeDecodeError):
        return ""


def known(settings: Settings, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return settings with the address of the instance that is running, unless they name one."""
    if environ.get("WEBSITE_BASE_URL", "").strip():
        return settings
    found = address(settings.instance_dir)
    return replace(settings, base_url=found) if found else settings
