"""Work that other processes do."""

from __future__ import annotations

import os
import time

import pytest

from website.build.workers import Ahead


@pytest.mark.parametrize(("jobs", "is_here"), [(1, True), (2, False)])
def test_what_is_done_ahead_is_done_in_another_process_where_there_may_be_two(
    jobs: int, *, is_here: bool
) -> None:
    ahead = Ahead([os.getpid, lambda: 7], jobs)
    assert [ahead.result(1), ahead.result(0) == os.getpid()] == [7, is_here]
    ahead.close()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_fails_ahead_says_why_when_it_is_asked_for(jobs: int) -> None:
    ahead = Ahead([lambda: 1, lambda: 1 // 0], jobs)
    assert ahead.result(0) == 1
    with pytest.raises(ZeroDivisionError):
        ahead.result(1)
    ahead.close()


def test_what_nobody_asks_for_holds_nobody_up() -> None:
    ahead = Ahead([lambda: time.sleep(60)], 2)
    began = time.monotonic()
    ahead.close()
    assert time.monotonic() - began < 10
