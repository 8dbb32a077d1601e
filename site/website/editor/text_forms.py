"""Create the form of a file from its stored state and the request, and save it."""

import re
from dataclasses import dataclass
from typing import Any

from flask import abort, request

from website.content import kinds, questionnaire_file
from website.editor.blueprint import actor, editor_state
from website.editor.file_form import FileForm
from website.editor.question_form import QuestionForm
from website.editor.typed_text import TextForm
from website.editorial.merge import Conflict, Merged, merge
from website.editorial.models import WorkingCopy
from website.web import params

DATA_FORMS = {questionnaire_file.NAME: QuestionForm}
"""Form classes of data files, where they are special."""
LONGEST_TAB = 40
_COMMIT = re.compile("[0-9a-f]{40,64}")
"""A commit ID as submitted by forms."""


@dataclass(frozen=True)
class Stored:
    """The stored state of a file."""

    file: str
    data: bytes
    commit: str
    """The official commit."""
    official: bytes | None
    """Its official bytes; None for a new text."""
    copy: WorkingCopy | None

    @property
    def version(self) -> int:
        """Version of the working copy; 0 if there is none."""
        return self.copy.version if self.copy else 0


@dataclass(frozen=True)
class Clash:
    """A conflict with changes of somebody else."""

    whose: str
    """Owner of the other version, continuing „Fassung“."""
    title: str
    parts: tuple[Conflict, ...]
    settles: str = ""
    """The commit of the other version, if it is official."""


@dataclass(frozen=True)
class Shown:
    """The version and commit of a displayed form, and its conflict."""

    version: int
    commit: str
    clash: Clash | None = None


def merged_with(official: bytes | None, copy: WorkingCopy) -> Merged | None:
    """Merge a copy with the official version; return None if that has not changed."""
    if official is None or official in {copy.official, copy.data}:
        return None
    return merge(copy.data, copy.official or b"", official)


def mine(merged: Merged) -> bytes:
    """Return a merged text with the own version of conflicting lines."""
    return b"".join(part if isinstance(part, bytes) else part.mine for part in merged.parts)


def stored(file: str) -> Stored | None:
    """Return the stored state of a file; None if it does not exist."""
    state = editor_state()
    copy = state.copies.get(file)
    commit, official = state.official(file)
    data = copy.data if copy else official
    return None if data is None else Stored(file, data, commit, official, copy)


def stored_or_404(file: str) -> Stored:
    """Return the stored state of a file, or abort with 404."""
    return stored(file) or abort(404)


def seen_version() -> int:
    """Return the version that the submitted form was based on."""
    return params.number(request.form.get("fassung", "")) or 0


def was_seen(now: Stored) -> bool:
    """Return whether the submitted form shows the current version, or the same tab saved it.

    Nobody may approve or publish what they have not seen.
    """
    tab = request.form.get("fenster", "")
    is_own = now.copy is not None and bool(tab) and now.copy.saved.tab == tab
    return now.version == seen_version() or is_own


def seen_commit() -> str:
    """Return the commit ID that the submitted form was based on; empty if invalid."""
    typed = request.form.get("stand", "")
    return typed if _COMMIT.fullmatch(typed) else ""


def known_commit() -> str:
    """Return the commit that the submitted form was based on; empty if unknown."""
    named = seen_commit()
    return editor_state().repository.find(named) if named else ""


def form_shown(now: Stored, *, as_source: bool = False) -> FileForm:
    """Return the form of a file with its stored values."""
    return form_of(now.file, now.data, as_source=as_source)


def form_sent(now: Stored) -> FileForm:
    """Return the form of a file with submitted values, on the displayed bytes."""
    return form_of(now.file, base_shown(now), sent=request.form)


def form_of(file: str, base: bytes, **shown: Any) -> FileForm:  # noqa: ANN401
    """Return the form of a file with some bytes."""
    if found := kinds.of_content_file(file):
        library = editor_state().site.library.in_edition(file)[0]
        return TextForm(file=file, kind=found[0], library=library, base=base, **shown)
    return DATA_FORMS.get(file, FileForm)(file=file, base=base, **shown)


def save(now: Stored, form: FileForm, *, auto: bool = False) -> WorkingCopy | None:
    """Save a form.

    :param auto: whether it is an autosave.
    :returns: the working copy; None if nothing differs from the official version.
    :raises AuthoringError: if a value cannot be set safely.
    :raises CopyConflict: if somebody else has changed the same lines.
    """
    copies, seen = editor_state().copies, seen_version()
    if now.copy is not None and request.form.get("klaeren") == now.commit:
        return copies.rebase(
            now.file, seen, form.data, actor(), official=now.official, commit=now.commit
        )
    return copies.save(
        now.file,
        seen,
        form.data,
        actor(),
        official=now.official if seen else form.base,
        commit=now.commit if seen else seen_commit() or now.commit,
        auto=auto,
        tab=params.line(request.form.get("fenster", ""), longest=LONGEST_TAB),
    )


def base_shown(now: Stored) -> bytes:
    """Return the displayed bytes, or the official ones if those are no longer kept."""
    state = editor_state()
    seen = seen_version()
    base = state.copies.at(now.file, seen) if seen else None
    if not seen:
        _, base = state.official(now.file, seen_commit())
    if base is None:
        base = now.copy.official if now.copy else now.official
    return now.data if base is None else base
