"""The form of one file, made from what is stored and what was sent; and how that is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask_login import current_user

from website.content import kinds, questionnaire_file
from website.editor.blueprint import editor_state
from website.editor.file_form import FileForm
from website.editor.question_form import QuestionForm
from website.editor.typed_text import TextForm
from website.editorial.merge import Conflict, Merged, merge
from website.editorial.models import WorkingCopy
from website.infra import clock
from website.web import params

DATA_FORMS = {questionnaire_file.NAME: QuestionForm}
"""The forms of files of data that have one of their own."""
LONGEST_TAB = 40
_COMMIT = re.compile("[0-9a-f]{40,64}")
"""The name of a commit, as forms hold it."""


@dataclass(frozen=True)
class Stored:
    """A text as it is stored now."""

    file: str
    data: bytes
    commit: str
    """What is official now."""
    official: bytes | None
    """Its bytes there; nothing where the text is new."""
    copy: WorkingCopy | None

    @property
    def version(self) -> int:
        """Of the working copy; 0 where there is none."""
        return self.copy.version if self.copy else 0


@dataclass(frozen=True)
class Shown:
    """What the page of a file shows beside its form."""

    version: int
    commit: str
    clash: Clash | None = None


@dataclass(frozen=True)
class Clash:
    """Lines that somebody else has changed, too."""

    whose: str
    """Whose the other version is, after „Fassung“."""
    title: str
    parts: tuple[Conflict, ...]
    settles: str = ""
    """The commit with the other version, where that is official."""


def merged_with(official: bytes | None, copy: WorkingCopy) -> Merged | None:
    """Merge a copy with what is official now; nothing where that has not changed."""
    if official is None or official in {copy.official, copy.data}:
        return None
    return merge(copy.data, copy.official or b"", official)


def mine(merged: Merged) -> bytes:
    """Return a merged text with the own version of what is in conflict."""
    return b"".join(part if isinstance(part, bytes) else part.mine for part in merged.parts)


def stored(file: str) -> Stored | None:
    """Return a text as it is stored now; nothing if there is none."""
    state = editor_state()
    copy = state.copies.get(file)
    commit, official = state.official(file)
    data = copy.data if copy else official
    return None if data is None else Stored(file, data, commit, official, copy)


def stored_or_404(file: str) -> Stored:
    """Return a text as it is stored now."""
    return stored(file) or abort(404)


def seen_version() -> int:
    """Return the version that somebody had before them, as the form says."""
    return params.number(request.form.get("fassung", "")) or 0


def was_seen(now: Stored) -> bool:
    """Return whether somebody had before them what is stored, or their own page has saved it.

    Nobody approves or publishes what they have not seen.
    """
    tab = request.form.get("fenster", "")
    is_own = now.copy is not None and bool(tab) and now.copy.saved.tab == tab
    return now.version == seen_version() or is_own


def seen_commit() -> str:
    """Return the commit whose text somebody had before them; nothing if the form names none."""
    typed = request.form.get("stand", "")
    return typed if _COMMIT.fullmatch(typed) else ""


def known_commit() -> str:
    """Return the commit that somebody had before them; nothing if the form names none we have."""
    named = seen_commit()
    return editor_state().repository.find(named) if named else ""


def form_shown(now: Stored, *, as_source: bool = False) -> FileForm:
    """Return the form of a file with what is stored."""
    return _form(now, base=now.data, as_source=as_source)


def form_sent(now: Stored) -> FileForm:
    """Return the form of a file with what was sent, over the bytes that were shown."""
    return _form(now, base=base_shown(now), sent=request.form)


def _form(now: Stored, **shown: Any) -> FileForm:  # noqa: ANN401
    if found := kinds.of_content_file(now.file):
        library = editor_state().site.library.in_edition(now.file)[0]
        return TextForm(file=now.file, kind=found[0], library=library, **shown)
    return DATA_FORMS.get(now.file, FileForm)(file=now.file, **shown)


def save(now: Stored, form: FileForm, *, auto: bool = False) -> WorkingCopy | None:
    """Save what was typed.

    :param auto: whether nobody asked for it.
    :returns: the working copy; nothing if nothing is edited.
    :raises AuthoringError: if a value cannot be set safely.
    :raises CopyConflict: if somebody else has changed the same lines.
    """
    seen = seen_version()
    if now.copy is not None and request.form.get("klaeren") == now.commit:
        return editor_state().copies.rebase(
            now.file,
            seen,
            form.data,
            official=now.official,
            commit=now.commit,
            staff=current_user.id,
            now=clock.now(),
        )
    return editor_state().copies.save(
        now.file,
        seen,
        form.data,
        official=now.official if seen else form.base,
        commit=now.commit if seen else seen_commit() or now.commit,
        staff=current_user.id,
        now=clock.now(),
        auto=auto,
        tab=params.line(request.form.get("fenster", ""), longest=LONGEST_TAB),
    )


def base_shown(now: Stored) -> bytes:
    """Return the bytes that were shown; if nobody keeps them any more, those that are official."""
    state = editor_state()
    seen = seen_version()
    base = state.copies.at(now.file, seen) if seen else None
    if not seen:
        _, base = state.official(now.file, seen_commit())
    if base is None:
        base = now.copy.official if now.copy else now.official
    return now.data if base is None else base
