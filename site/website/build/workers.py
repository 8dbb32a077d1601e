"""Work in several processes, which begin as copies of this one."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

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
    """Do some work on shares of the items, and return the size and the result of each share.

    What the work raises is raised here.
    """
    jobs = min(jobs, len(items) // FEWEST)
    if jobs <= 1 or not hasattr(os, "fork"):
        if items:
            yield len(items), work(items)
        return
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


def _end_with(parent: int) -> None:
    """End this process soon after the one that started it, which may have been killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _do(share: Sequence[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    return _work[-1](share)
