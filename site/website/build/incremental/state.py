"""What a build keeps for the next one: what each page was made from, and which file it became.

It may be lost or spoilt at any time: then everything is made again. It is as trusted as the code,
for whoever can write it can write the code, too.
"""

import hashlib
import pickle
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from website.build.dirsync import Signature
from website.build.incremental.dependencies import Question
from website.content.loading import Before
from website.infra import disk

_DIGEST = hashlib.sha256().digest_size


class CompiledTemplates(BytecodeCache):
    """Templates as Jinja has compiled them, each with a digest of its source (Jinja compares it).

    They are half of what it takes to make a few pages again.
    """

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was kept of a template, if it is still as it was."""
        if found := self.kept.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that has just been compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


@dataclass(frozen=True)
class FrozenFile:
    """A file of a build that has an address of its own, and what it was made from."""

    path: str
    """Within the folder."""
    questions: tuple[Question, ...]
    answers: str
    """A digest of the answers to them."""
    searched: str
    """A digest of what is searched of it, empty where that is nothing."""


@dataclass
class State:
    """Everything kept from one build for the next."""

    code: str
    """A digest; what other code left is not used."""
    common: str = ""
    """A digest of what all pages were made from."""
    content: Before | None = None
    files: dict[str, FrozenFile] = field(default_factory=dict)
    """By address."""
    tree: dict[str, Signature] = field(default_factory=dict)
    """Every file of the build as it was written, by path."""
    search: dict[str, str] = field(default_factory=dict)
    """A digest of the pages in each part of the search indexes, by its folder."""
    templates: CompiledTemplates = field(default_factory=CompiledTemplates)


def load(path: Path, code: str) -> State:
    """Return what the last build kept; an empty state if other code or a fault left it."""
    try:
        stored = path.read_bytes()
    except OSError:
        return State(code)
    seal, content = stored[:_DIGEST], memoryview(stored)[_DIGEST:]
    if seal != _seal(code, content):
        return State(code)
    state: State = pickle.loads(content)  # noqa: S301 - its digest has just been compared
    return state


def save(path: Path, state: State) -> None:
    """Store what the next build may use, as a whole or not at all."""
    content = pickle.dumps(state, pickle.HIGHEST_PROTOCOL)
    with disk.replacing(path) as file:
        file.write(_seal(state.code, content))
        file.write(content)


def _seal(code: str, content: bytes | memoryview) -> bytes:
    return hashlib.sha256(code.encode() + hashlib.sha256(content).digest()).digest()
