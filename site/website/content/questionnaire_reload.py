"""The current questionnaire for long-running processes, read again after a change."""

import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from website.content import questionnaire_file, translated_questionnaire
from website.content.languages import GERMAN, Language
from website.content.questionnaire_file import NAME
from website.questionnaire import Questionnaire

log = logging.getLogger(__name__)


class QuestionnaireFile:
    """Callable that returns the questionnaire, and reads its file again after a change.

    The endpoint must know every question as soon as a page asks it, and pages are published without
    a restart. Safe to call from several threads.
    """

    def __init__(self, folder: Path, language: Language = GERMAN) -> None:
        """Read the questionnaire of an edition.

        :param folder: of the whole content.
        :param language: of the edition.
        """
        self._folder = folder
        self._language = language
        self._state: tuple[tuple[int, ...], ...] = ()
        self._read: Questionnaire | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Questionnaire:
        """Return the questionnaire; the last readable one while the file cannot be read.

        Where there never was one, it asks no more than the code relies on: requests are worth more
        than what else they could tell.
        """
        with self._lock:
            state = tuple(map(_state, self._files))
            if self._read is None or state != self._state:
                self._read = self._anew()
                self._state = state
            return self._read

    @property
    def _files(self) -> Iterator[Path]:
        yield self._folder / NAME
        if self._language != GERMAN:
            yield self._folder / self._language.code / NAME

    def _anew(self) -> Questionnaire:
        found, problems = questionnaire_file.read(self._folder)
        if self._language != GERMAN:
            edition = self._folder / self._language.code
            found, more = translated_questionnaire.read(edition, found, self._language)
            problems += more
        if found.is_readable:
            return found
        log.error("The questions of the form cannot be read: %s", "; ".join(map(str, problems)))
        return self._read or found


def _state(path: Path) -> tuple[int, ...]:
    try:
        found: os.stat_result = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
