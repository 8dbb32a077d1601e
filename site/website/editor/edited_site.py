"""The content as editors see it: with drafts, and with unsaved changes in one file.

Unsaved changes are read from memory in place of the file, never written to disk, and rendered by
the templates of the site.
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from website.checking import Readability
from website.checking.text_reports import TextReport, TextReports, by_severity
from website.content.images import Variant
from website.content.kinds import OTHER_PAGES
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem
from website.editorial.workspace import state_of
from website.infra import clock
from website.web.services import Edition, services

KEPT_IMAGES = 5_000
"""Maximum number of images of drafts to remember."""

_WARMING, WARM = threading.Event(), threading.Event()
"""Whether loading the dictionaries has begun, and has ended; once per process."""

_ELSEWHERE = {"404": "/404.html", "danke": "/danke/", "bestaetigen": "/bestaetigen/"}
"""Preview addresses of pages without a public address."""
_SCRIPT = re.compile(r"<script (?!type=\"application/ld\+json\")[^>]*></script>")
_IMAGES = re.compile(r"""(?<=[\s"',])[^\s"',<>]*/bilder/(?=[\w.-]+)""")


@dataclass(frozen=True)
class EditedText:
    """The content with unsaved changes in one file."""

    library: Library
    label: str
    item: Item | None
    """None if the text is unreadable."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems found while reading the file."""
        return tuple(each for each in self.library.every_problem if each.path == self.label)


class EditedSite:
    """The official content, reloaded when it has changed. Thread-safe.

    :param folder: the folder to which publications export the content.
    """

    def __init__(
        self,
        folder: Path,
        read: Callable[[Library | None], Library],
        make_pages: Callable[[Library], Flask],
        editions: Callable[[Library], dict[str, Edition]],
    ) -> None:
        self._folder = folder
        self._read = read
        self._make_pages = make_pages
        self._editions = editions
        # Texts are rendered, checked and shown one at a time: they share what was rendered before.
        self._lock = threading.RLock()
        self._library: Library | None = None
        self._read_at: object = None
        self._pages: Flask | None = None
        self._reports = TextReports()
        self._images: dict[str, Variant] = {}

    @property
    def library(self) -> Library:
        """The official content, including unpublished texts."""
        with self._lock:
            now = state_of(self._folder), clock.today()
            if self._library is None or now != self._read_at:
                self._library, self._read_at = self._read(self._library), now
            return self._library

    def with_text(self, file: str, data: bytes, *, shown: str = "") -> EditedText:
        """Return the content with the bytes of one file replaced.

        :param shown: the text to preview, by default the file itself.
        """
        library = self.library.with_text(file, data)
        item = library.item_in(shown or file)
        return EditedText(library, library.label(file), item)

    def report(self, text: EditedText) -> TextReport:
        """Return the problems and the readability of a text."""
        if text.item is None:
            return TextReport(by_severity(text.problems), Readability())
        with self._lock:
            return TextReports().of(text.library, text.item)

    def quick_report(self, text: EditedText) -> tuple[TextReport, bool]:
        """Return a report that may be incomplete, and whether it is complete.

        It is incomplete while the dictionaries are loaded, which takes seconds after the start.
        """
        if WARM.is_set():
            return self.report(text), True
        self._begin_to_warm_up()
        return TextReport(by_severity(text.problems), Readability()), False

    def known_report(self, item: Item, until: float) -> TextReport | None:
        """Return the report of an official text; None if it is not available in time.

        :param until: deadline on the monotonic clock after which only cached reports are returned.
        """
        library = self.library
        if not WARM.is_set():
            self._begin_to_warm_up()
            return None
        with self._lock:
            if time.monotonic() < until:
                return self._reports.of(library, item)
            return self._reports.known(library, item)

    def _warm_up(self) -> None:
        """Load the dictionaries, which takes seconds."""
        for edition in self.library.every_edition:
            for item in edition.items[:1]:
                TextReports().of(edition, item)
        WARM.set()

    def _begin_to_warm_up(self) -> None:
        if not _WARMING.is_set():
            _WARMING.set()
            threading.Thread(target=self._warm_up, daemon=True).start()

    def page(self, text: EditedText) -> str | None:
        """Render the page that visitors would see; return None if there is none."""
        item, library = text.item, text.library
        if item is None or not item.can_be_shown or not library.is_readable:
            return None
        elsewhere = _ELSEWHERE.get(item.name) if item.kind is OTHER_PAGES else None
        edition = library.edition_of(item)
        path = edition.addresses.at(elsewhere) if elsewhere else item.address
        with self._lock:
            pages = self._pages = self._pages or self._make_pages(library)
            shown = services(pages)
            shown.editions = self._editions(library)
            below = "/" + path.removeprefix(shown.settings.site_root)
            with pages.test_request_context(below, base_url=shown.settings.base_url):
                response = pages.full_dispatch_request()
            if len(self._images) > KEPT_IMAGES:
                self._images.clear()
            self._images |= {variant.name: variant for variant in edition.variants_of(item)}
        return response.get_data(as_text=True)

    def image(self, name: str) -> Variant | None:
        """Return an image of the official content, or of a previewed text."""
        return self.library.image_names.get(name) or self._images.get(name)


def framed(html: str, images: str) -> str:
    """Return a page for use in a frame: without scripts, and with other image URLs.

    :param images: URL prefix of content images, including unpublished ones.
    """
    return _IMAGES.sub(lambda _: images, _SCRIPT.sub("", html))
