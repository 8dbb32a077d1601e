"""What the parts of the preview share, beside the services of every room."""

from dataclasses import dataclass, field

from flask import Flask, current_app

from website.authoring.file_watcher import ChangeFeed, FolderWatcher
from website.checking.text_reports import TextReports

_KEY = "website.authoring"


@dataclass
class PreviewState:
    """What is known of the files that authors edit."""

    changes: ChangeFeed
    watch: FolderWatcher
    findings: TextReports = field(default_factory=TextReports)
    hosts: frozenset[str] = frozenset()
    """What browsers may call the preview; any name where it is empty."""

    def attach(self, app: Flask) -> None:
        """Attach this state to an application."""
        app.extensions[_KEY] = self


def preview_state(app: Flask | None = None) -> PreviewState:
    """Return the state of a preview; by default of the one that answers now."""
    found: PreviewState = (app or current_app).extensions[_KEY]
    return found
