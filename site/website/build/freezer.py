"""Rendering of pages and copying of pictures to files with Frozen-Flask, in several processes."""

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
from website.infra import system_errors
from website.web.services import services

Progress = Callable[[int, int], None]
"""Called now and then with the number of finished pages and the total."""


Noted = TypeVar("Noted")

PICTURES = ("bilder/", "karten/")
"""Prefixes of addresses whose files already exist; copying them is faster than requesting them."""


class WsgiClient:
    """Requests one page after another; a replacement for Flask's test client.

    The test client acts as a browser: it keeps cookies, follows redirects, and parses each request
    and response. Without it, freezing is a seventh faster.
    """

    def __init__(self, app: Flask, base_url: str) -> None:
        self._app = app
        self._environ = create_environ("/", base_url)

    def get(self, path: str, **_: object) -> Response:
        """Return the application's response. Exceptions propagate."""
        # WSGI passes the bytes of a path as Latin-1 (PEP 3333).
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
    """Write the files of some addresses.

    :param watch: context manager entered by each process; it yields a function that is called with
        each address that is done.
    :returns: the results of that function by address, as processes finish shares of the work.
    :raises FreezeError: naming the address that could not be frozen.
    """
    done = 0
    for count, noted in workers.spread(addresses, jobs, partial(_freeze, app, folder, watch)):
        done += count
        progress(done, len(addresses))
        yield noted


def path_of(address: str) -> str:
    """Return the path of the file that Frozen-Flask writes for an address."""
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
        # Closed here: until then, Frozen-Flask keeps a request context open.
        with watch(app) as note, contextlib.closing(pages):
            for address in addresses:
                if address.startswith(PICTURES):
                    _copy(services(app).picture(address.partition("/")[2]), folder / address)
                else:
                    next(pages)
                noted[address] = note(address)
    except OSError as error:
        told = system_errors.told(error, folder, language="de")
        raise FreezeError(f"/{address}: {told}") from error
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
        # We decide which addresses to freeze, so a rule without one is no mistake.
        warnings.simplefilter("ignore", flask_frozen.MissingURLGeneratorWarning)
        yield from freezer.freeze_yield()


def _copy(source: Path | None, target: Path) -> None:
    if source is None:
        raise LookupError(target.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
