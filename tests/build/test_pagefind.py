"""What we say to Pagefind, and what it answers."""

from __future__ import annotations

import os
import subprocess

import pytest

from website.build import pagefind
from website.build.pagefind import Pagefind
from website.exceptions import FreezeError

PAGES = {
    f"artikel/{number}/index.html": "<!doctype html><html lang=de><title>T</title><body><main>"
    f"<p>Beschwerde, Größe und Wort{number}.</p></main></body></html>"
    for number in range(2 * pagefind.MOST_UNANSWERED)
}


def _index() -> dict[str, bytes]:
    with Pagefind() as process:
        for path, html in PAGES.items():
            process.add(path, html)
        return dict(process.files())


def test_the_same_pages_in_the_same_order_become_the_same_index() -> None:
    index = _index()
    assert sum(path.endswith(".pf_fragment") for path in index) == len(PAGES)
    assert _index() == index


def test_what_pagefind_refuses_is_said() -> None:
    with Pagefind() as process:
        process.add("index.html", 7)  # type: ignore[arg-type]
        with pytest.raises(FreezeError, match="Pagefind: "):
            list(process.files())


def test_an_index_of_no_pages_is_one_too() -> None:
    with Pagefind() as process:
        assert "pagefind-entry.json" in dict(process.files())


def test_a_process_that_ends_early_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagefind, "get_executable", lambda: "false")
    with pytest.raises(FreezeError, match="bevor der Index der Suche fertig war"):
        _index()


def test_a_process_that_ended_before_it_was_told_anything_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    processes: list[subprocess.Popen[bytes]] = []

    class Ended(subprocess.Popen[bytes]):
        def __init__(self, *words: object, **options: object) -> None:
            super().__init__(*words, **options)  # type: ignore[call-overload]
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            processes.append(self)

    monkeypatch.setattr(pagefind, "get_executable", lambda: "false")
    monkeypatch.setattr(subprocess, "Popen", Ended)
    with pytest.raises(FreezeError, match="bevor der Index der Suche fertig war"):
        _index()
    [process] = processes
    assert process.returncode == 1
    assert process.stdin
    assert process.stdout
    assert process.stdin.closed
    assert process.stdout.closed
