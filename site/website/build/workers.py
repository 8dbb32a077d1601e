"""Parallel work in forked processes, which start as copies of this one."""

import contextlib
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
"""Number of items per process below which starting it does not pay."""
SHARES = 8
"""Shares per process: more balance the load better, fewer cost less communication."""

_work: list[Callable[[Any], Any]] = []
"""The work of forked processes. They inherit it, since closures cannot be pickled."""


def spread(
    items: Sequence[Item], jobs: int, work: Callable[[Sequence[Item]], Result]
) -> Iterator[tuple[int, Result]]:
    """Process items in shares, and yield the size and the result of each share.

    Exceptions of ``work`` propagate.
    """
    jobs = min(jobs, len(items) // FEWEST)
    if jobs <= 1 or not hasattr(os, "fork"):
        if items:
            yield len(items), work(items)
        return
    size = -(-len(items) // (jobs * SHARES))
    shares = [items[start : start + size] for start in range(0, len(items), size)]
    with _pool(jobs, work) as pool:
        doing = {pool.submit(_do, share): len(share) for share in shares}
        for done in as_completed(doing):
            yield doing.pop(done), done.result()


@contextlib.contextmanager
def _pool(jobs: int, work: Callable[[Any], object]) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes for some work, which :func:`_do` does there."""
    context = multiprocessing.get_context("fork")
    _work.append(work)
    try:
        with ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_end_with, initargs=(os.getpid(),)
        ) as pool:
            yield pool
    finally:
        _work.pop()


def _end_with(parent: int) -> None:
    """End this process soon after its parent, which may have been killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _do(share: Any) -> Any:  # noqa: ANN401 - whatever the work takes and gives
    return _work[-1](share)
