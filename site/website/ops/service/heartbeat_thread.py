"""The watch of a process that runs for long: begun with it, ended with it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from website.ops.monitoring.alert_channels import channels_for
from website.ops.monitoring.heartbeat import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.config import Settings
    from website.infra.database import Database


@contextlib.contextmanager
def watched(database: Database, settings: Settings, role: str) -> Iterator[None]:
    """Look after everything in a thread while the block runs, if somebody wants to be told.

    :param role: ``web`` or ``worker``.
    :raises ConfigurationError: if a way of telling is unusable.
    """
    channels = channels_for(settings)
    if not channels:
        yield
        return
    stop = threading.Event()
    watch = Heartbeat(database, settings.instance_dir, channels, role=role, site=host(settings))
    # A look under way may wait for a dead mail server: nobody waits for that.
    threading.Thread(target=watch.run_forever, args=(stop,), name="watch", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def host(settings: Settings) -> str:
    """Name the website in messages."""
    return urlsplit(settings.base_url).hostname or settings.base_url
