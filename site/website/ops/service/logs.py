"""Logging: text for people or JSON for programs, without personal data.

Exceptions and messages of other libraries may contain anything that a visitor has sent. So an
exception is logged by type and place, and with its message only if it is one of ours, whose
messages contain no data; of another library's log message only the place is logged.
"""

import datetime
import json
import logging
import math
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from website.config import ROOT, LogStyle
from website.exceptions import WebsiteError
from website.infra.text import counted

OURS = "website."
"""Prefix of our loggers. Flask's own is called ``website``."""
MORE = ("lead", "method", "route", "status", "ms")
"""Attributes of a record that are logged beside its message."""
EVERY = 300.0
"""Seconds between two identical lines."""
FRAMES = 30
"""Innermost frames of an exception that are logged."""

log = logging.getLogger(__name__)


def set_up(style: LogStyle | None, process: str) -> None:
    """Log to stderr, unless logging is already configured.

    :param style: None means text on a terminal, JSON elsewhere.
    :param process: the kind of this process, for JSON.
    """
    if logging.getLogger().handlers:
        return
    style = style or (LogStyle.TEXT if sys.stderr.isatty() else LogStyle.JSON)
    handler = logging.StreamHandler()
    handler.addFilter(RepetitionFilter())
    handler.setFormatter(JsonFormatter(process) if style is LogStyle.JSON else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # A line that cannot be written would be told with all that was to be in it.
    logging.raiseExceptions = False
    sys.excepthook = _end
    threading.excepthook = lambda thread: _unforeseen(thread.exc_value)


class RepetitionFilter(logging.Filter):
    """Drops repeated warnings, and logs from time to time how many there were.

    Otherwise a full disk would be filled further by the same line, every second.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], tuple[float, int]] = {}
        """By logger and message: when it was told, and how often it has come since."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log a record; it then carries the number of dropped ones."""
        if record.levelno < logging.WARNING:
            return True
        key, now = (record.name, record.getMessage()), self._clock()
        with self._lock:
            at, count = self._last.get(key, (-math.inf, 0))
            if now - at < EVERY:
                self._last[key] = (at, count + 1)
                return False
            self._last = {
                key: last for key, last in self._last.items() if now - last[0] < 2 * EVERY
            }
            self._last[key] = (now, 0)
        record.repeated = count
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object per line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON."""
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message(record),
            "process": self._process,
            "pid": record.process,
        }
        line |= {name: record.__dict__[name] for name in MORE if name in record.__dict__}
        if error := _error(record):
            line["exceptions"] = list(_faults(error))
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


class TextFormatter(logging.Formatter):
    """One line per record, and one for each frame of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as text."""
        lines = [f"{record.levelname} {record.name}: {message(record)}"]
        if error := _error(record):
            for fault in _faults(error):
                lines.append(
                    f"  {fault['type']}: {fault.get('message', '(its message is not logged)')}"
                )
                lines.extend(f"    {frame}" for frame in fault["frames"])
        return "\n".join(lines)


def message(record: logging.LogRecord) -> str:
    """Return what may be logged of a message, on one line."""
    if record.name.startswith(OURS):
        count = getattr(record, "repeated", 0)
        times = counted(count, "more time", "more times")
        more = f" ({times} since it was last logged)" if count else ""
        return " ".join(record.getMessage().split()) + more
    return f"Said at {_place(record.pathname)}:{record.lineno} in {record.funcName}"


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _faults(error: BaseException) -> Iterator[dict[str, Any]]:
    """Yield an exception and its causes as data."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        kind = type(following)
        fault: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
        if isinstance(following, WebsiteError):
            fault["message"] = str(following)
        yield fault | {"frames": _frames(following.__traceback__)}
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)


def _frames(trace: TracebackType | None) -> list[str]:
    calls = traceback.StackSummary.extract(
        traceback.walk_tb(trace), limit=-FRAMES, lookup_lines=False
    )
    return [f"{_place(call.filename)}:{call.lineno} in {call.name}" for call in calls]


def _place(path: str) -> str:
    """Return a file's path relative to the checkout or to site-packages."""
    file = Path(path)
    if "site-packages" in file.parts:
        return "/".join(file.parts[file.parts.index("site-packages") + 1 :])
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log the exception that ends the process; interruptions are printed as usual."""
    if issubclass(kind, Exception):
        _unforeseen(error)
    else:
        sys.__excepthook__(kind, error, trace)


def _unforeseen(error: BaseException | None) -> None:
    log.critical("Something unforeseen has happened", exc_info=error)
