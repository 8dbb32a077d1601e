"""Comparison of WSGI servers: which still respond while slow clients hold connections open.

A visitor with a bad connection, or an attacker, opens a connection and sends one byte per second. A
server that occupies a thread of a small pool for each connection stops responding to everybody
else. This script starts each candidate with the same small Flask application (a static page by
WhiteNoise, a form that inserts a row into SQLite in WAL mode with synchronous=FULL) and measures
what an ordinary client experiences meanwhile. Half of the slow clients send their headers slowly,
half the body of a form.

    pip install flask whitenoise waitress "gunicorn[gevent]" granian hypercorn cheroot
    python benchmarks/slow_clients.py [--only NAME] [--rounds 2] [--connections 8]

Servers that are not installed are skipped, with a line on stderr. Rounds are interleaved, so that a
busy moment of the machine affects all candidates. Prints two Markdown tables, within 4 minutes.
Clients and server share the machine: compare only rows of the same run. Linux only: usage is read
from /proc.
"""

import argparse
import collections
import contextlib
import http.client
import os
import pathlib
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent import futures

import flask
import waitress
import whitenoise  # type: ignore[import-untyped]

SLOW_LEVELS = (0, 50, 200)
SAMPLES = 10  # requests of each kind, per level and round
LIMIT = 1.0  # seconds within which an ordinary client must be answered
LOAD_SECONDS = 1.5
TOTAL_SECONDS = 220.0  # nothing is started after this
NEVER = float("inf")
Figures = dict[str, list[float]]

FORM_TYPE = "application/x-www-form-urlencoded"
FORM = b"name=Erika+Muster&email=erika%40example.org&message=" + b"Guten+Tag.+" * 30
REQUESTS = {"GET": ("/", b"", 200), "POST": ("/anfrage", FORM, 303)}
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /anfrage" + HOST + b"Content-Type: " + FORM_TYPE.encode() + b"\r\n"
SLOW_STARTS = (b"GET /" + HOST + b"X-Slow: ", POST + b"Content-Length: 2000\r\n\r\nmessage=")
BAD_REQUESTS = {
    "Broken chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nname=x\r\n0\r\n\r\n",
    "Broken header": b"GET /" + HOST + b"no colon\r\n\r\n",
    "100 kB of 5 MB": POST + b"Content-Length: 5000000\r\n\r\n" + b"a" * 100_000,
}
GUNICORN = (
    "gunicorn slow_clients:app --bind=127.0.0.1:{port} --workers=2 --keep-alive=5"
    " --no-control-socket --worker-class="
)
GRANIAN = "granian slow_clients:app --port={port} --interface=wsgi --http=1 --backpressure=500 "
COMMANDS = {  # for `python -m`
    "waitress, 1 x 8 threads": "slow_clients --waitress 1 {port}",
    "waitress, 2 x 8 threads": "slow_clients --waitress 2 {port}",
    "gunicorn gthread, 2 x 4 threads": GUNICORN + "gthread --threads=4",
    "gunicorn gthread, 2 x 200 threads": GUNICORN + "gthread --threads=200",
    "gunicorn gevent, 2 processes": GUNICORN + "gevent",
    "granian, 1 x 8 threads": GRANIAN + "--workers=1 --blocking-threads=8",
    "granian, 2 x 200 threads": GRANIAN + "--workers=2 --blocking-threads=200",
    "hypercorn, 1 process": "hypercorn wsgi:slow_clients:app --bind=127.0.0.1:{port}",
    "cheroot, 1 x 8 threads": "cheroot slow_clients:app --bind=127.0.0.1:{port} --threads=8",
}

app = flask.Flask(__name__)  # the application under test, imported by the servers
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
idle_connections: collections.deque[sqlite3.Connection] = collections.deque()
if data := os.environ.get("SLOW_CLIENTS_DATA", ""):
    pages = whitenoise.WhiteNoise(app.wsgi_app, root=f"{data}/www", index_file=True)
    app.wsgi_app = pages  # type: ignore[method-assign]


def open_database(folder: str) -> sqlite3.Connection:
    database = sqlite3.connect(f"{folder}/leads.db", isolation_level=None, check_same_thread=False)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    return database


@app.post("/anfrage")
def receive_lead() -> flask.typing.ResponseReturnValue:
    values = flask.request.form["name"], flask.request.form["message"]
    try:
        database = idle_connections.pop()
    except IndexError:
        database = open_database(data)
    database.execute("INSERT INTO lead (name, message) VALUES (?, ?)", values)  # commits
    idle_connections.append(database)
    return flask.redirect("/", 303)


@app.get("/half-a-second")
def take_half_a_second() -> str:
    time.sleep(0.5)
    return "done"


def serve_waitress(processes: int, port: int) -> None:
    """Serve from several processes that share one listening socket, until SIGTERM."""
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    for _ in range(processes - 1):
        if os.fork() == 0:
            break
    server = waitress.server.create_server(
        app, sockets=[listener], threads=8, asyncore_use_poll=True,
        connection_limit=900, max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server.run()


@contextlib.contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """Hold so many connections that each send one byte per second."""
    clients = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(count)]
    for number, client in enumerate(clients):
        client.sendall(SLOW_STARTS[number % 2])
    done = threading.Event()

    def trickle() -> None:
        while not done.wait(1.0):
            for client in clients:
                with contextlib.suppress(OSError):
                    client.send(b"a", socket.MSG_DONTWAIT)

    with futures.ThreadPoolExecutor(1) as pool:
        pool.submit(trickle)
        try:
            time.sleep(1.5 if count else 0)  # so that they have taken what threads they can get
            yield
        finally:
            done.set()
    for client in clients:
        client.close()


def connected(port: int) -> contextlib.closing[http.client.HTTPConnection]:
    return contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT))


def ask(client: http.client.HTTPConnection, method: str) -> float:
    """Return the seconds until the right response arrived; infinity if it did not."""
    path, body, right = REQUESTS[method]
    start = time.perf_counter()
    try:
        client.request(method, path, body, {"Content-Type": FORM_TYPE})
        response = client.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        client.close()
        return NEVER
    return time.perf_counter() - start if response.status == right else NEVER


def sample(port: int, method: str) -> list[float]:
    """Return the seconds of requests on new connections, up to the first without a response."""
    taken: list[float] = []
    while len(taken) < SAMPLES and NEVER not in taken:
        with connected(port) as client:
            taken.append(ask(client, method))
    return taken


def load(port: int, connections: int) -> list[float]:
    """Return the seconds per lead while so many clients post on persistent connections."""
    taken: list[float] = []
    until = time.perf_counter() + LOAD_SECONDS

    def post_leads() -> None:
        with connected(port) as client:
            while time.perf_counter() < until:
                taken.append(ask(client, "POST"))

    with futures.ThreadPoolExecutor(connections) as pool:
        for _ in range(connections):
            pool.submit(post_leads)
    return [seconds for seconds in taken if seconds != NEVER]


def answer(port: int, request: bytes) -> str:
    """Return the status code of the response to raw bytes, or why there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), LIMIT) as client:
            client.sendall(request)
            first = client.recv(200)
    except TimeoutError:
        return "waits"
    except OSError:
        return "reset"
    return first[9:12].decode("ascii", "replace") if first.startswith(b"HTTP/") else "closed"


def usage(leader: int) -> tuple[float, float]:
    """Return CPU seconds and megabytes of a process group; shared memory counts once."""
    ticks = kilobytes = 0
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == leader:
                ticks += int(fields[11]) + int(fields[12])
                memory = (process / "smaps_rollup").read_text()
                kilobytes += int(memory.partition("\nPss:")[2].split()[0])
    return ticks / os.sysconf("SC_CLK_TCK"), kilobytes / 1024


@contextlib.contextmanager
def running(command: str) -> Iterator[tuple[int, int]]:
    """Return the process ID of the server, a group leader, and its port, once it responds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, pathlib.Path(folder, "log").open("w") as log:
        pathlib.Path(folder, "www").mkdir()
        pathlib.Path(folder, "www", "index.html").write_text("<p>Text</p>\n" * 1200)
        open_database(folder).execute("CREATE TABLE lead (name TEXT, message TEXT)")
        server = subprocess.Popen(
            [sys.executable, "-m", *command.format(port=port).split()],
            env={**os.environ, "SLOW_CLIENTS_DATA": folder}, cwd=pathlib.Path(__file__).parent,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            for _ in range(100):
                time.sleep(0.1)
                if server.poll() is not None:
                    raise RuntimeError(pathlib.Path(log.name).read_text().splitlines()[-1])
                if answer(port, b"GET /" + HOST + b"\r\n") == "200":
                    break
            yield server.pid, port
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def measure(command: str, connections: int, figures: Figures) -> list[str]:
    """Add the figures of one round, and return how the server responded to invalid requests."""
    with running(command) as (leader, port):
        sample(port, "POST")  # warms up
        before, _ = usage(leader)
        figures["leads"] += load(port, connections)
        figures["cpu"].append(usage(leader)[0] - before)
        answers = [answer(port, request) for request in BAD_REQUESTS.values()]
        for level in SLOW_LEVELS:
            with slow_clients(port, level):
                for method in REQUESTS:
                    figures[f"{method} {level}"] += sample(port, method)
        figures["memory"].append(usage(leader)[1])
        time.sleep(0.5)  # until the server has seen the slow clients leave
        threading.Timer(0.2, os.killpg, (leader, signal.SIGTERM)).start()
        return [*answers, answer(port, b"GET /half-a-second" + HOST + b"\r\n")]


def milliseconds(seconds: float) -> str:
    return f"> {LIMIT * 1000:.0f}" if seconds == NEVER else f"{seconds * 1000:.1f}"


def slow_row(name: str, figures: Figures, level: int) -> list[str]:
    waits = [figures[f"{method} {level}"] for method in REQUESTS]
    shown = [milliseconds(of(taken)) for taken in waits for of in (statistics.median, max)]
    return [name, str(level), *shown, "yes" if max(map(max, waits)) < LIMIT else "**no**"]


def load_row(name: str, figures: Figures) -> list[str]:
    taken = sorted(figures["leads"]) or [NEVER]
    speed = len(figures["leads"]) / LOAD_SECONDS / len(figures["memory"])
    waits = statistics.median(taken), taken[int(len(taken) * 0.99)]
    cpu = sum(figures["cpu"]) * 1000 / len(taken)
    memory = max(figures["memory"])
    return [name, f"{speed:.0f}", *map(milliseconds, waits), f"{cpu:.2f}", f"{memory:.0f}"]


def print_table(*rows: list[str]) -> None:
    for row in (rows[0], ["---", *["---:"] * (len(rows[0]) - 1)], *rows[1:]):
        print("| " + " | ".join(row) + " |")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure WSGI servers while clients are slow.")
    parser.add_argument("--only", default="", metavar="NAME", help="part of a candidate's name")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--waitress", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.waitress:
        serve_waitress(*options.waitress)
        return
    deadline = time.monotonic() + TOTAL_SECONDS
    measured: dict[str, Figures] = collections.defaultdict(lambda: collections.defaultdict(list))
    answers: dict[str, list[str]] = {}
    for number in range(1, options.rounds + 1):
        for name in (name for name in COMMANDS if options.only in name):
            print(f"round {number}: {name}", file=sys.stderr)
            try:
                if time.monotonic() > deadline:
                    raise RuntimeError("out of time")
                answers[name] = measure(COMMANDS[name], options.connections, measured[name])
            except RuntimeError as reason:
                print(f"SKIPPED {name}: {reason}", file=sys.stderr)
    columns = "Server|Slow clients|GET median ms|worst|POST median ms|worst|All within 1 s"
    rows = [slow_row(name, measured[name], level) for name in answers for level in SLOW_LEVELS]
    print_table(columns.split("|"), *rows)
    columns = f"{options.connections} connections|Leads/s|p50 ms|p99 ms|CPU ms/lead|Memory MB"
    rows = [[*load_row(name, measured[name]), *answers[name]] for name in answers]
    print_table([*columns.split("|"), *BAD_REQUESTS, "In flight at SIGTERM"], *rows)


if __name__ == "__main__":
    main()
