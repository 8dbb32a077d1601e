"""What a request leaves behind, beside itself: nothing that somebody could read."""

from __future__ import annotations

import contextlib
import http.client
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from support.questionnaire import QUESTIONNAIRE
from support.site import Running, running_site
from support.waiting import wait_until
from website.questionnaire import TECHNICAL

MARKER = "Zaubertrank"
SENT = " sent at attempt 1"
VISITORS = ("203.0.113.77", "2001:db8:1:2:3:4:5:6")

TEXTS = {question.name: f"{question.purpose}: {MARKER}" for question in QUESTIONNAIRE.questions}
MARKED = (
    {
        question.name: TEXTS[question.name]
        for question in QUESTIONNAIRE.questions
        if not question.choices
    }
    | {"email": f"{MARKER}@firma.example"}
    | {field.name: f"/{MARKER}" for field in TECHNICAL}
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Serve behind a proxy; what the processes say stands in the file ``log`` beside the build."""
    folder = tmp_path_factory.mktemp("traces")
    with contextlib.ExitStack() as stack:
        with said_into(folder / "log"):
            site = stack.enter_context(running_site(folder, frozen=False))
        yield site


@contextlib.contextmanager
def said_into(path: Path) -> Iterator[None]:
    """Let processes that start within the block write what they say into a file."""
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    with path.open("ab") as file:
        for stream in kept:
            os.dup2(file.fileno(), stream)
    try:
        yield
    finally:
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)


def send(site: Running, fields: dict[str, str], **headers: str) -> tuple[int, str]:
    """Send the form as a browser behind a proxy does; give status and new address."""
    parts = urlsplit(site.url)
    sent = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": site.url,
        "Sec-Fetch-Site": "same-origin",
        "Accept-Language": "de",
        "User-Agent": "Mozilla/5.0",
        "X-Forwarded-For": VISITORS[0],
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
        connection.request("POST", "/anfrage", urlencode(fields).encode(), sent)
        response = connection.getresponse()
        response.read()
        return response.status, response.headers.get("Location", "")


def rows(site: Running, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(site.instance / "website.sqlite3")) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own words


def said(site: Running, last: str, times: int) -> str:
    """Return all that the site's processes have said when they have said the last words."""
    log = site.build.with_name("log")
    wait_until(lambda: log.read_text().count(last) >= times, last, 15)
    return log.read_text()


def test_a_request_leaves_its_words_in_no_log_no_address_and_no_event(site: Running) -> None:
    before = {table: len(rows(site, table)) for table in ("leads", "visits")}
    sent = said(site, SENT, 0).count(SENT)
    plain = {name: text for name, text in MARKED.items() if name not in {"extra", "proof"}}
    answers = [
        send(site, plain),
        send(site, MARKED | {"goals": f"{MARKER} in der Falle"}, X_Forwarded_For=VISITORS[1]),
        send(site, TEXTS),
        send(site, MARKED | {"message": MARKER * 50_000}),
        send(site, MARKED, Origin="https://fremd.example", Sec_Fetch_Site="cross-site"),
    ]
    assert [status for status, _ in answers] == [303, 200, 422, 413, 403]
    log = said(site, SENT, sent + 1)
    assert [len(rows(site, table)) - count for table, count in before.items()] == [2, 2]
    assert all(MARKER in str(lead) for lead in rows(site, "leads")), "they hold what was sent"
    assert MARKER not in str(rows(site, "events"))
    assert MARKER not in str(answers)
    for word in (MARKER, *VISITORS):
        assert word.casefold() not in log.casefold(), word


def test_the_network_address_is_in_no_file(site: Running) -> None:
    for number, visitor in enumerate(VISITORS):
        send(site, MARKED | {"goals": f"Ziel {number}"}, X_Forwarded_For=visitor)
    assert len({visitor for _, visitor, _ in rows(site, "visits")}) == 2, "both were counted"
    files = [path for path in site.instance.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        for address in (*VISITORS, "2001:db8:1:2", "2001:0db8"):
            assert address.encode() not in path.read_bytes(), path
