"""Pages and pictures as files, made by Frozen-Flask in several processes."""

import contextlib
import shutil
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TypeVar

import flask_frozen
from flask import Flask, Response
from werkzeug.test import create_environ

from website.build import workers
from website.exceptions import FreezeError
from website.web.services import services

Progress = Callable[[int, int], None]
"""Called now and then with the number of pages that are done, and of all."""


Noted = TypeVar("Noted")

PICTURES = ("bilder/", "karten/")
"""Already files, so they are copied, which is quicker than to ask for them as for pages."""


class WsgiClient:
    """Requests one page after the other, in place of Flask's test client.

    That acts as a browser: it keeps cookies, follows redirects, and parses each request and
    response as a server and a browser would. Without it, pages are made a seventh faster.
    """

    def __init__(self, app: Flask, base_url: str) -> None:
        self._app = app
        self._environ = create_environ("/", base_url)

    def get(self, path: str, **_: object) -> Response:
        """Return the application's response; what it raises is raised here."""
        # WSGI wants the bytes of a path as if they were Latin-1 (PEP 3333).
        environ = {**self._environ, "PATH_INFO": path.encode().decode("latin-1")}
        with self._app.request_context(environ):
            return self._app.full_dispatch_request()


def freeze(
    app: Flask,
    folder: Path,
    addresses: Sequence[str],
    watch: Callable[[Flask], AbstractContextManager[Callable[[str], Noted]]],
    progress: Progress,
    *,
    jobs: int,
) -> Iterator[dict[str, Noted]]:
    """Write the files for some addresses.

    :param watch: entered by each process; what it gives is called with each address that is done.
    :returns: what that returned, by address, as processes hand it over.
    :raises FreezeError: naming the address that could not be frozen.
    """
    done = 0
    for count, noted in workers.spread(addresses, jobs, partial(_freeze, app, folder, watch)):
        done += count
        progress(done, len(addresses))
        yield noted


def path_of(address: str) -> str:
    """Return the path of the file that Frozen-Flask makes of an address."""
    return f"{address}index.html" if not address or address.endswith("/") else address


def _freeze(
    app: Flask,
    folder: Path,
    watch: Callable[[Flask], AbstractContextManager[Callable[[str], Noted]]],
    addresses: Sequence[str],
) -> dict[str, Noted]:
    noted: dict[str, Noted] = {}
    address = ""
    pages = _pages(app, folder, [a for a in addresses if not a.startswith(PICTURES)])
    try:
        # Closed here: Frozen-Flask holds a request's context open until then.
        with watch(app) as note, contextlib.closing(pages):
            for address in addresses:
                if address.startswith(PICTURES):
                    _copy(services(app).picture(address.partition("/")[2]), folder / address)
                else:
                    next(pages)
                noted[address] = note(address)
    except Exception as error:
        raise FreezeError(f"/{address}: {error}") from error
    return noted


def _pages(app: Flask, folder: Path, addresses: Sequence[str]) -> Generator[object]:
    client = WsgiClient(app, base_url := services(app).settings.base_url + "/")
    app.test_client_class = lambda *_, **__: client  # type: ignore[assignment]
    app.config.update(
        FREEZER_DESTINATION=str(folder),
        FREEZER_BASE_URL=base_url,
        FREEZER_REDIRECT_POLICY="error",
        FREEZER_REMOVE_EXTRA_FILES=False,
        PROPAGATE_EXCEPTIONS=True,
    )
    freezer = flask_frozen.Freezer(
        app, with_static_files=False, with_no_argument_rules=False, log_url_for=False
    )
    freezer.register_generator(lambda: [f"/{address}" for address in addresses])
    with warnings.catch_warnings():
        warnings.simplefilter("error", flask_frozen.FrozenFlaskWarning)
        # Which addresses there are is our decision, so rules without one are no mistake.
        warnings.simplefilter("ignore", flask_frozen.MissingURLGeneratorWarning)
        yield from freezer.freeze_yield()


def _copy(source: Path | None, target: Path) -> None:
    if source is None:
        raise LookupError(target.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
