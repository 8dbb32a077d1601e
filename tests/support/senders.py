"""Companies that send requests without pause, as browsers do, each request a new one."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import urlencode

PATIENCE = 30.0
"""Seconds in which some answer must come; a server that gives none is not waited for."""

SENTENCES = (
    "Unser Leiter Key Account Management fällt seit drei Wochen wegen Krankheit aus.",
    "Zwei Großkunden drohen damit, ihre Rahmenverträge nicht zu verlängern.",
    "Die Jahresgespräche beginnen im Herbst, und niemand hat sie bisher vorbereitet.",
    "Wir fertigen Bauteile für Maschinenbauer in Süddeutschland und Österreich.",
    "Der Vertrieb kümmert sich nebenbei, aber es fehlt an Zeit und an Übung.",
    "Gesucht ist jemand, der schwierige Gespräche ruhig führt und sauber vorbereitet.",
    "Ein Nachfolger ist gefunden, er kann jedoch erst im übernächsten Quartal anfangen.",
    "Reklamationen bleiben liegen, weil sich drei Abteilungen nicht einig werden.",
    "Wichtig ist uns, dass das Team danach ohne Hilfe von außen weiterarbeitet.",
    "Drei Tage in der Woche wären gut, davon mindestens einer bei uns im Werk.",
    "Im Frühjahr haben wir einen Wettbewerber übernommen, dessen Kunden verunsichert sind.",
    "Die Preise müssen steigen, und das soll keine langjährige Beziehung kosten.",
)
FRAMES = (
    {"start": "sofort", "workload": "3-tage"},
    {"start": "vier-wochen", "duration": "3-bis-6-monate", "remote": "teilweise"},
    {"topic": "kam-auf-zeit", "phone": "+49 (0) 711/123-456", "location": "Ulm"},
    {"goals": "Kein Kunde geht, und der Übergang ist geregelt.", "key_accounts": "14"},
)
PLACES = ("Aalen", "Bregenz", "Chemnitz", "Dornbirn", "Erfurt", "Fulda", "Gera", "Hof", "Jena")
HEAD = (
    "POST /anfrage HTTP/1.1\r\n"
    "Host: 127.0.0.1:{port}\r\n"
    "Origin: http://127.0.0.1:{port}\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: de,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "X-Forwarded-For: {visitor}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: {length}\r\n"
    "\r\n"
)


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    reference: str
    """Empty if none was given."""
    seconds: float
    """From the request's first byte to the answer's last."""


def forms() -> Iterator[dict[str, str]]:
    """Yield filled-in forms without end, no two alike: the same words would be one request."""
    draw = random.Random()  # noqa: S311 - nothing here is secret
    while True:
        number = f"{draw.randrange(10**12):012}"
        sentences = draw.sample(SENTENCES, 7)
        yield {
            "message": f"Unser Vorgang {number}: {' '.join(sentences)}",
            "company": f"Werkzeugbau {draw.choice(PLACES)} {number} GmbH",
            "name": "Jörg Weiß",
            "email": f"joerg.weiss.{number}@werkzeugbau.example",
            "source": "/kontakt/",
            "page_key": "",
            "proof": "",
            "extra": "",
            **draw.choice(FRAMES),
        }


def requests(port: int) -> Iterator[bytes]:
    """Yield whole requests without end, each from another address, which a proxy has told."""
    draw = random.Random()  # noqa: S311 - nothing here is secret
    for form in forms():
        body = urlencode(form).encode()
        visitor = IPv4Address(draw.randrange(0x0B000000, 0xDF000000))
        yield HEAD.format(port=port, visitor=visitor, length=len(body)).encode() + body


def send_without_pause(
    port: int, made: Iterator[bytes], *, connections: int, seconds: float
) -> list[Answer]:
    """Send over connections that stay open, each its next request as soon as it has its answer.

    What was sent in time is waited for. A connection that breaks has had its last answer; when all
    have, this returns.
    """
    until = time.perf_counter() + seconds
    answers: list[Answer] = []
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = stack.enter_context(contextlib.closing(_Line(port)))
            line.send(next(made))
            selector.register(line.socket, selectors.EVENT_READ, line)
        while selector.get_map() and (ready := selector.select(PATIENCE)):
            for key, _ in ready:
                try:
                    if answer := key.data.receive():
                        answers.append(answer)
                        if time.perf_counter() > until:
                            selector.unregister(key.fileobj)
                        else:
                            key.data.send(next(made))
                except ConnectionError:
                    selector.unregister(key.fileobj)
    return answers


class _Line:
    """One connection of HTTP/1.1, with one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._began = 0.0

    def send(self, request: bytes) -> None:
        self._received = b""
        self._began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """Take what has come; gives the answer when it is whole.

        :raises ConnectionError: if the other side is gone.
        """
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError
        self._received += piece
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {
            name.lower(): value.strip() for name, _, value in (i.partition(":") for i in lines)
        }
        if len(body) < int(fields["content-length"]):
            return None
        reference = fields.get("location", "").rpartition("/")[2]
        return Answer(int(first.split()[1]), reference, time.perf_counter() - self._began)

    def close(self) -> None:
        self.socket.close()
