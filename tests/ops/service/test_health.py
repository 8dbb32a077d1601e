"""What a supervisor is told."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from support.content import Content
from support.sqlite import NAME, migrated
from website import create_app
from website.config import Settings
from website.exceptions import StorageError
from website.infra.keyed_hashes import Keys
from website.leads.intake import Submission
from website.ops.service import health
from website.ops.service.health import NOT_READY
from website.web.services import services

REQUEST = {"message": "Bitte", "company": "A", "name": "B", "email": "c@firma.example"}


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    )
    yield app
    services(app).leads.close()


def test_a_process_that_answers_is_alive_and_ready(app: Flask) -> None:
    for path in ("/healthz", "/readyz"):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers["Cache-Control"] == "no-store"


def test_how_a_request_arrived_is_told_to_those_alone_who_know_the_secret(app: Flask) -> None:
    own, other = services(app).leads.keys, Keys("somebody else's secret")
    client = app.test_client()

    def asked(value: str) -> TestResponse:
        headers = {health.HEADER: value, "X-Forwarded-For": "192.0.2.77"}
        return client.get("/healthz", headers=headers)

    answer = asked(health.token(own))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == {
        "connection": "127.0.0.1",
        "trusted": "no",
        "forwarded": "192.0.2.77",
        "sender": "127.0.0.1",
    }
    for value in ("", "yes", health.token(other), own.digest("forwarding", "")):
        assert asked(value).text == "ok\n"
    earlier = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=20)
    with time_machine.travel(earlier):
        old = health.token(own)
    assert asked(old).text == "ok\n"


def test_the_public_is_not_told_where_the_database_is(
    content: Content, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(
        Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    )
    inner = "connection to server at db.internal (10.1.2.3), port 5432, user website failed"

    class Dead:
        def check_writable(self) -> None:
            raise StorageError(f"The database cannot be used now: {inner}")

    services(app).leads = replace(services(app).leads, store=Dead())
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    for word in ("db.internal", "10.1.2.3", "5432", "website failed"):
        assert word not in answer.text
        assert word in caplog.text
    services(app).leads.close()


def test_an_endpoint_that_cannot_store_is_not_ready_but_alive(
    content: Content, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = migrated(tmp_path / "instance") / NAME
    settings = Settings(
        content_dir=content.folder,
        instance_dir=file.parent,
        database_url=f"sqlite:///{file}?timeout=0.1",  # else each question takes five seconds
    )
    app = create_app(settings)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        for _ in range(2):
            answer = app.test_client().get("/readyz")
            assert answer.status_code == 503
            assert answer.text == f"{NOT_READY}\n"
        assert caplog.text.count("database is locked") == 1, "told, and not again and again"
        asked = {health.HEADER: health.token(services(app).leads.keys)}
        answer = app.test_client().get("/readyz", headers=asked)
        assert "database is locked" in answer.text, "doctor is told"
        assert app.test_client().get("/healthz").status_code == 200
    finally:
        other.close()
        services(app).leads.close()


def test_however_often_it_is_asked_it_writes_once_a_second(app: Flask) -> None:
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT"):
            written.append(statement)

    event.listen(services(app).leads.database.engine, "before_cursor_execute", note)
    start = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(20):
            assert app.test_client().get("/readyz").status_code == 200
        assert len(written) == 1
        clock.shift(1.1)
        app.test_client().get("/readyz")
    assert len(written) == 2


def test_an_endpoint_whose_requests_nobody_delivers_is_not_ready(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    services(app).leads.intake.take(Submission(answers=REQUEST))
    assert app.test_client().get("/readyz").status_code == 200
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=6)
    with time_machine.travel(later):
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.text == f"{NOT_READY}\n"
    assert "is 'deliver' running?" in caplog.text
    assert "c@firma.example" not in caplog.text
