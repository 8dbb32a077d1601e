"""Detection of builds that would change nothing, before Flask is imported or any content is parsed.

Equal inputs give equal builds. If every input is as it was at the last build, and the published
files are as that build left them, another build would produce the same.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from website.infra import disk

if TYPE_CHECKING:
    from website.build.incremental.inputs import Inputs
    from website.build.targets import BuildTarget
    from website.infra.dirsync import TreeState

FILE = "outcome"


@dataclass(frozen=True)
class Outcome:
    """Result of a build."""

    files: int
    made: int
    """Number of files that are new or were rendered again."""
    open_facts: int
    """Number of facts that are still placeholders."""
    left_out: int = 0
    """Number of files in the content folder that are not published, probably by mistake."""


def if_unchanged(target: BuildTarget, inputs: Inputs, live: TreeState) -> Outcome | None:
    """Return the outcome of the last build if another one would change nothing."""
    try:
        seal, kept = (target.work_folder / FILE).read_text("utf-8").split("\n")
    except (OSError, ValueError):
        return None
    if not target.is_set_up or seal != _seal(kept, inputs, live):
        return None
    return replace(Outcome(**json.loads(kept)), made=0)


def keep(target: BuildTarget, inputs: Inputs, live: TreeState, outcome: Outcome) -> None:
    """Store the outcome of a build for :func:`if_unchanged`.

    :param live: the files that are now at the target.
    """
    kept = json.dumps(asdict(outcome))
    text = f"{_seal(kept, inputs, live)}\n{kept}"
    disk.replace(target.work_folder / FILE, text.encode())


def _seal(text: str, inputs: Inputs, live: TreeState) -> str:
    files = "\n".join(f"{path}\0{live.files[path]}" for path in sorted(live.files))
    return hashlib.sha256(f"{text}\0{inputs.digest}\0{files}".encode()).hexdigest()
