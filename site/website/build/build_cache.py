"""What a build leaves behind for the next: what each page was made from, and which file it became.

It may be lost or spoilt at any time: then everything is made again. It is as trusted as the code,
for whoever can write it can write the code, too.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from website.exceptions import FreezeError
from website.infra import disk, locks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from website.build.dependencies import Question
    from website.build.dirsync import Signature
    from website.build.targets import BuildTarget
    from website.content.library import Before

_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Made:
    """One file of a build."""

    path: str
    """Within the folder."""
    signature: Signature
    questions: tuple[Question, ...] = ()
    key: str = ""
    """Of all the page was made from; empty where its name tells that already."""
    searched: str = ""
    """Names what is searched of the page; empty where it is not searched."""


@dataclass
class Memory:
    """Everything kept from one build for the next."""

    code: str
    """A digest; what was left by other code is worth nothing."""
    common: str = ""
    """A digest of what all pages were made from."""
    before: Before | None = None
    made: dict[str, Made] = field(default_factory=dict)
    """By address."""
    templates: dict[str, bytes] = field(default_factory=dict)
    """Compiled, by Jinja's key."""


@dataclass
class Beside:
    """What a build has put beside its pages; kept apart, for it is known later."""

    code: str
    """As in :class:`Memory`."""
    finished: dict[str, Signature] = field(default_factory=dict)
    """What was made from all pages together, by its path."""
    index: dict[int, str] = field(default_factory=dict)
    """The parts of the search's index; see :mod:`website.build.search_index`."""


Kind = TypeVar("Kind", Memory, Beside)


def load(path: Path, code: str, kind: type[Kind]) -> Kind:
    """Read what the last build left; nothing of what other code or a fault has left."""
    try:
        stored = path.read_bytes()
    except OSError:
        return kind(code)
    digest, content = stored[:_DIGEST], memoryview(stored)[_DIGEST:]
    if hashlib.sha256(code.encode() + hashlib.sha256(content).digest()).digest() != digest:
        return kind(code)
    # To look for garbage among a hundred thousand new objects finds none and takes long; after
    # that they are never looked at again, neither here nor in copies of this process.
    gc.disable()
    try:
        memory: Kind = pickle.loads(content)  # noqa: S301 - its digest has just been compared
    finally:
        gc.freeze()
        gc.enable()
    return memory


def save(path: Path, memory: Memory | Beside) -> None:
    """Write what the next build may use, as a whole or not at all."""
    with disk.replacing(path) as file:
        file.write(bytes(_DIGEST))
        digesting = _Digesting(file)
        pickle.dump(memory, digesting, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        inner = digesting.digest.digest()
        file.write(hashlib.sha256(memory.code.encode() + inner).digest())


class _Digesting:
    """Writes through: the whole of it would fill as much memory as all the rest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        return self._file.write(piece)


@contextlib.contextmanager
def locked(place: BuildTarget) -> Iterator[None]:
    """Hold a place for one build at a time, until this process ends, however it ends.

    :raises FreezeError: if another build has it.
    """
    place.workshop.mkdir(parents=True, exist_ok=True)
    lock = place.workshop / "lock"
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(locks.held(lock))
        except locks.LockedElsewhere as error:
            raise FreezeError(
                f"Für {place.destination} läuft schon ein Build "
                f"(Prozess {lock.read_text('utf-8') or 'unbekannt'}). Warten Sie, bis er fertig "
                "ist, und starten Sie dann neu."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
