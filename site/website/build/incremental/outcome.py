"""Whether there is anything to do, found out before Flask or the content is imported.

A build follows from what it is made from. Where every byte of that is as it was at the last build,
and the files of that build stand as it left them, the next would make the same.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from website.infra import disk

if TYPE_CHECKING:
    from website.build.dirsync import TreeState
    from website.build.incremental.inputs import Inputs
    from website.build.targets import BuildTarget

FILE = "outcome"


@dataclass(frozen=True)
class Outcome:
    """What became of a build."""

    files: int
    made: int
    """Of these, the ones that are new or were made again."""
    open_facts: int
    """Facts that are still placeholders."""
    left_out: int = 0
    """Files of the content that are not published, most likely by mistake."""


def if_unchanged(target: BuildTarget, inputs: Inputs, live: TreeState) -> Outcome | None:
    """Return the outcome of the last build if another would leave everything as it is."""
    try:
        seal, kept = (target.work_folder / FILE).read_text("utf-8").split("\n")
    except (OSError, ValueError):
        return None
    if not target.is_set_up or seal != _seal(kept, inputs, live):
        return None
    return replace(Outcome(**json.loads(kept)), made=0)


def keep(target: BuildTarget, inputs: Inputs, live: TreeState, outcome: Outcome) -> None:
    """Store how a build came out, for :func:`if_unchanged`.

    :param live: what it left at its target.
    """
    kept = json.dumps(asdict(outcome))
    text = f"{_seal(kept, inputs, live)}\n{kept}"
    disk.replace(target.work_folder / FILE, text.encode())


def _seal(text: str, inputs: Inputs, live: TreeState) -> str:
    files = "\n".join(f"{path}\0{live.files[path]}" for path in sorted(live.files))
    return hashlib.sha256(f"{text}\0{inputs.digest}\0{files}".encode()).hexdigest()
