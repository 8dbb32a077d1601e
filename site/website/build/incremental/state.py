"""Persistent state of a build for the next one: the file of each address, and its dependencies.

It may be lost or damaged at any time; then everything is rendered again. It is unpickled: anybody
who can write to it can write to the code, too.
"""

import hashlib
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from website.build.incremental.dependencies import Question
from website.content.loading import Before
from website.infra import disk
from website.infra.disk import State as FileState

_DIGEST = hashlib.sha256().digest_size


class CompiledTemplates(BytecodeCache):
    """Bytecode of compiled templates; Jinja compares the checksum of each template's source.

    Without it, compiling takes half of the time to render a few pages.
    """

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the bytecode of a template if its source has not changed."""
        if found := self.kept.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the bytecode of a template that has just been compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


@dataclass(frozen=True)
class FrozenFile:
    """A file with an address, and its dependencies."""

    path: str
    """Relative to the folder of the build."""
    questions: tuple[Question, ...]
    answers: str
    """A digest of the answers to them."""
    searched: str
    """Digest of its searchable text; empty if there is none."""


@dataclass
class State:
    """Everything kept from one build for the next."""

    code: str
    """Digest of the code; the state of other code is not used."""
    common: str = ""
    """Digest of what all pages were rendered from."""
    content: Before | None = None
    files: dict[str, FrozenFile] = field(default_factory=dict)
    """By address."""
    tree: dict[str, FileState] = field(default_factory=dict)
    """Signature of every file of the build, by path."""
    search: dict[str, str] = field(default_factory=dict)
    """Digest of the pages in each part of the search indexes, by folder."""
    templates: CompiledTemplates = field(default_factory=CompiledTemplates)


def load(path: Path, code: str) -> State:
    """Return the stored state; an empty one if it is damaged or was written by other code."""
    try:
        stored = path.read_bytes()
    except OSError:
        return State(code)
    seal, content = stored[:_DIGEST], memoryview(stored)[_DIGEST:]
    if seal != _seal(code, content):
        return State(code)
    file = io.BytesIO(stored)
    file.seek(_DIGEST)
    state: State = pickle.load(file)  # noqa: S301 - its digest has just been compared
    state.tree, state.search = pickle.load(file)  # noqa: S301
    return state


def packed(state: State) -> bytes:
    """Return a state in its stored form, without what is known only once the build is complete."""
    return pickle.dumps(replace(state, tree={}, search={}), pickle.HIGHEST_PROTOCOL)


def save(
    path: Path, code: str, packed: bytes, tree: Mapping[str, FileState], search: Mapping[str, str]
) -> None:
    """Write a state atomically.

    :param packed: the state as :func:`packed` returns it.
    :param tree: signature of every file of the build, by path.
    :param search: digest of the pages in each part of the search indexes, by folder.
    """
    rest = pickle.dumps((tree, search), pickle.HIGHEST_PROTOCOL)
    with disk.replacing(path) as file:
        for piece in (_seal(code, packed, rest), packed, rest):
            file.write(piece)


def _seal(code: str, *content: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(code.encode())
    for piece in content:
        digest.update(piece)
    return digest.digest()
