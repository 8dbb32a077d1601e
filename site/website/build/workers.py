"""Work for several processes, which begin as copies of this one."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

FEWEST = 24
"""Items for which another process is worth its start."""
SHARES = 8
"""For each process: more are better balanced, fewer are sent around less often."""

_work: list[Callable[[Sequence[Any]], Any]] = []
"""What the copies are to do. They have it from this process; it could not be sent to them."""


def spread(
    items: Sequence[Item], jobs: int, work: Callable[[Sequence[Item]], Result]
) -> Iterator[tuple[int, Result]]:
    """Do some work on shares of the items; give the number of items done and each result.

    What the work raises is raised here.
    """
    if not _several(jobs := min(jobs, len(items) // FEWEST)):
        if items:
            yield len(items), work(items)
        return
    # Imported where it is needed: most builds make few pages, and start no process.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415

    size = -(-len(items) // (jobs * SHARES))
    shares = [items[start : start + size] for start in range(0, len(items), size)]
    _work.append(work)
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_end_with, initargs=(os.getpid(),)
        ) as pool:
            doing = {pool.submit(_do, share): len(share) for share in shares}
            for done in as_completed(doing):
                yield doing.pop(done), done.result()
    finally:
        _work.pop()


class Ahead(Generic[Result]):
    """Some pieces of work, done by another process, in their order, while this one goes on.

    Where there is only one process, each is done when it is asked for.
    """

    def __init__(self, work: Sequence[Callable[[], Result]], jobs: int) -> None:
        self._work = work
        self._done: list[Result] = []
        self._process = 0
        self._pipe: BinaryIO | None = None
        if _several(jobs):
            self._begin()

    def result(self, number: int) -> Result:
        """Give one result, as soon as it is there; what the work raises is raised here."""
        if self._pipe is None:
            return self._work[number]()
        while len(self._done) <= number:
            self._done.append(self._received(self._pipe))
        return self._done[number]

    def close(self) -> None:
        """Stop what nobody has asked for."""
        if self._pipe is not None:
            self._pipe.close()
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._pipe = None

    def _begin(self) -> None:
        parent = os.getpid()
        receiving, sending = os.pipe()
        self._process = os.fork()
        if self._process:
            os.close(sending)
            self._pipe = os.fdopen(receiving, "rb")
            return
        try:
            _end_with(parent)
            with os.fdopen(sending, "wb") as pipe:
                for work in self._work:
                    pickle.dump(work(), pipe, pickle.HIGHEST_PROTOCOL)
                    pipe.flush()
        finally:
            os._exit(0)

    def _received(self, pipe: BinaryIO) -> Result:
        try:
            found: Result = pickle.load(pipe)  # noqa: S301 - from a copy of this process
        except (EOFError, pickle.UnpicklingError):
            # It has failed there. Here it fails, too, and says why.
            return self._work[len(self._done)]()
        return found


def _several(jobs: int) -> bool:
    return jobs > 1 and hasattr(os, "fork")


def _end_with(parent: int) -> None:
    """End this process soon after the one that started it, which may have been killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _do(share: Sequence[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    return _work[-1](share)
