"""What stands in the log, and what never does."""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.exceptions import DeliveryError
from website.ops.monitoring.metrics import Counters
from website.ops.service import logs, request_log
from website.ops.service.logs import JsonFormatter, TextFormatter
from website.web.services import services

ADDRESS = "anna.berg@example.org"
FORMATTERS = (JsonFormatter("web"), TextFormatter())


def record(name: str, text: str, *values: Any, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord(
        name, logging.ERROR, "/x/site-packages/lib/a.py", 7, text, values, None
    )
    made.__dict__.update(extra)
    return made


def raised(error: Exception) -> logging.LogRecord:
    """Return the record of an exception that came of another one."""
    made = record("website.public.contact", "It failed")
    try:
        try:
            {}[ADDRESS]
        except KeyError as cause:
            raise error from cause
    except Exception:  # noqa: BLE001 - what the record takes
        made.exc_info = sys.exc_info()
    return made


def test_a_line_of_json_says_when_what_and_where() -> None:
    line = json.loads(
        JsonFormatter("web").format(record("website.a", "Lead %s stored", "7K2M", lead="7K2M"))
    )
    assert line["time"].endswith("Z")
    assert len(line["time"]) == len("2026-11-23T12:00:00.000Z")
    assert {name: line[name] for name in ("level", "logger", "message", "process", "lead")} == {
        "level": "error",
        "logger": "website.a",
        "message": "Lead 7K2M stored",
        "process": "web",
        "lead": "7K2M",
    }


@pytest.mark.parametrize("formatter", FORMATTERS, ids=lambda each: type(each).__name__)
def test_an_exception_is_told_by_type_and_place_without_its_words(
    formatter: logging.Formatter,
) -> None:
    text = formatter.format(raised(ValueError(f"not an address: {ADDRESS}")))
    assert ADDRESS not in text
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text, "where it came from"
    assert "tests/ops/service/test_logs.py:" in text
    assert "in raised" in text


@pytest.mark.parametrize("formatter", FORMATTERS, ids=lambda each: type(each).__name__)
def test_our_own_exceptions_keep_their_words(formatter: logging.Formatter) -> None:
    text = formatter.format(raised(DeliveryError("The mail server does not answer")))
    assert "The mail server does not answer" in text
    assert ADDRESS not in text


@pytest.mark.parametrize("formatter", FORMATTERS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("name", ["waitress", "website", "sqlalchemy.pool", "websitely"])
def test_of_other_libraries_messages_only_the_place_is_told(
    formatter: logging.Formatter, name: str
) -> None:
    for message in (record(name, f"serving /{ADDRESS}"), record(name, "serving %s", ADDRESS)):
        text = formatter.format(message)
        assert ADDRESS not in text
        assert "lib/a.py:7" in text


@pytest.mark.parametrize("formatter", FORMATTERS, ids=lambda each: type(each).__name__)
def test_a_message_cannot_begin_a_line_of_its_own(formatter: logging.Formatter) -> None:
    text = formatter.format(record("website.a", "It says %s", "x\nERROR website.b: forged"))
    assert len(text.splitlines()) == 1


def test_a_page_that_breaks_is_logged_with_its_place_and_neither_address_nor_words(
    tmp_path: Path,
) -> None:
    app = create_app(Settings(instance_dir=migrated(tmp_path)))
    request_log.register(app, Counters())

    @app.get("/bricht/<word>")
    def broken(word: str) -> str:
        raise ValueError(word)

    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(JsonFormatter("web"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    try:
        assert app.test_client().get(f"/bricht/{ADDRESS}?q={ADDRESS}").status_code == 500
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        services(app).leads.close()
    assert ADDRESS not in told.getvalue()
    lines = [json.loads(line) for line in told.getvalue().splitlines()]
    (fault,) = [line for line in lines if "exceptions" in line]
    assert fault["exceptions"][0]["type"] == "builtins.ValueError"
    assert fault["exceptions"][0]["frames"][-1].endswith("in broken")
    assert lines[-1]["message"].startswith("GET /bricht/<word> 500 in ")


def test_the_same_trouble_is_told_once_and_then_counted() -> None:
    now = [0.0]
    repetitions = logs.RepetitionFilter(clock=lambda: now[0])
    text = logs.TextFormatter()
    told = []
    for second in range(1500):
        now[0] = float(second)
        for name, words in (("website.leads.outbox", "Deliveries wait: full"), ("website.x", "x")):
            record = logging.makeLogRecord(
                {"name": name, "msg": words, "levelno": logging.ERROR, "levelname": "ERROR"}
            )
            if repetitions.filter(record):
                told.append(text.format(record))
    waiting = [line for line in told if "wait" in line]
    assert len(waiting) == 5
    assert waiting[0] == "ERROR website.leads.outbox: Deliveries wait: full"
    assert waiting[1].endswith("full (299 more times since it was last logged)")
    assert len(told) == 10, "another line is another trouble"


def test_what_is_no_trouble_is_told_each_time() -> None:
    repetitions = logs.RepetitionFilter(clock=lambda: 0.0)
    record = logging.makeLogRecord({"name": "website.x", "msg": "ok", "levelno": logging.INFO})
    assert all(repetitions.filter(record) for _ in range(3))
