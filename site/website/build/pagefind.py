"""Client of Pagefind's service mode, which receives pages through a pipe and returns an index.

Pagefind numbers pages in the order in which it receives them, so equal pages in equal order give
an equal index, byte for byte; if it read a folder, the order would be the file system's.

Requests and responses are JSON in base64, each followed by a comma: the protocol of Pagefind's own
packages for Python and Node.js. The one for Python waits a tenth of a second for each page.
Pagefind does not write the files itself, because it reports them before they are complete.
"""

import base64
import itertools
import json
import os
import subprocess
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import IO, Any, Self, cast

from pagefind_bin import get_executable

from website.exceptions import FreezeError

MOST_UNANSWERED = 32
"""Requests without a response. So many responses fit into a pipe, so Pagefind never blocks on
writing one while we block on writing a request."""

_PIPE = 1 << 16


class Pagefind:
    """A process that builds one index. Leaving the context kills it and waits for its end.

    Nothing is sent before the first page.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            [get_executable(), "--service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout).fileno()
        self._numbers = itertools.count()
        self._unanswered = 0
        self._received: deque[bytes] = deque()
        self._begun: list[bytes] = []

    @cached_property
    def _index(self) -> int:
        self._ask(type="NewIndex")
        number: int = self._answer()["index_id"]
        return number

    def add(self, path: str, html: str) -> None:
        """Send a page.

        :param path: of its file in the site, which determines its address.
        :raises FreezeError: if an earlier page could not be indexed.
        """
        self._ask(type="AddFile", index_id=self._index, file_path=path, file_contents=html)
        while self._unanswered > MOST_UNANSWERED:
            self._answer()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Finish the index, and yield the path and content of each of its files.

        :raises FreezeError: if a page could not be indexed.
        """
        self._ask(type="GetFiles", index_id=self._index)
        answer: dict[str, Any] = {}
        while self._unanswered:
            answer = self._answer()
        for file in answer["files"]:
            yield file["path"], base64.b64decode(file["content"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def _ask(self, **payload: str | int) -> None:
        request = json.dumps({"message_id": next(self._numbers), "payload": payload})
        try:
            self._requests.write(base64.b64encode(request.encode()) + b",")
            self._requests.flush()
        except BrokenPipeError as error:
            raise FreezeError(_ENDED) from error
        self._unanswered += 1

    def _answer(self) -> dict[str, Any]:
        while not self._received:
            piece = os.read(self._answers, _PIPE)
            if not piece:
                raise FreezeError(_ENDED)
            self._begun.append(piece)
            if b"," in piece:
                *whole, rest = b"".join(self._begun).split(b",")
                self._received.extend(whole)
                self._begun = [rest]
        self._unanswered -= 1
        answer: dict[str, Any] = json.loads(base64.b64decode(self._received.popleft()))["payload"]
        if answer["type"] == "Error":
            raise FreezeError(f"Pagefind: {answer['message']}")
        return answer


_ENDED = "Pagefind hat sich beendet, bevor der Index der Suche fertig war."
