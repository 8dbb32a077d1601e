"""Accounts of staff, signed in as they are in life."""

from __future__ import annotations

import contextlib
import itertools
import re
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from website.staff.accounts import Accounts
from website.staff.accounts.models import Staff
from website.staff.views.cookie import TOKEN
from website.web.services import services

PASSWORD = "sieben Kraniche über Ulm"  # noqa: S105 - of nobody
_COUNT = itertools.count(1)


def accounts(app: Flask) -> Accounts:
    return services(app).accounts


def account(
    app: Flask, *roles: str, name: str = "Anna Berg", email: str = "", password: str = ""
) -> Staff:
    """Make an account; with a password only where one is needed, for hashing takes its time."""
    directory = accounts(app).directory
    staff = directory.add(email or f"{next(_COUNT)}@firma.example", name, roles)
    if password:
        assert directory.set_password(staff.id, password, stamp=staff.stamp)
    found = directory.get(staff.id)
    assert found is not None
    return found


def signed_in(app: Flask, staff: Staff) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = browser(app)
    name = app.config["SESSION_COOKIE_NAME"]
    client.set_cookie(name, cookie(app, staff), domain="localhost", path="/")
    return client


def browser(app: Flask) -> FlaskClient:
    """Return a browser that tells, as all do, that it sends from our own pages."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def cookie(app: Flask, staff: Staff) -> str:
    """Sign somebody in, and give what their browser holds."""
    token = accounts(app).sessions.open(staff, "Firefox unter Linux")
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return signer.dumps({TOKEN: token})  # type: ignore[no-any-return]


def sign_in(client: FlaskClient, email: str, password: str, **more: Any) -> TestResponse:
    """Send the form of the sign-in."""
    form = {"email": email, "password": password} | more
    return client.post("/posteingang/anmelden", data=form)


def is_in(client: FlaskClient) -> bool:
    """Return whether somebody is signed in."""
    return client.get("/posteingang/konto/").status_code == 200


def secret_shown(text: str) -> str:
    """Read an app's secret from the page that shows it."""
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', text)
    assert found is not None
    return found[1].replace(" ", "")


@contextlib.contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve an application, and give its address."""
    server = make_server("127.0.0.1", port, _closing(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def _closing(app: Flask) -> WSGIApplication:
    """Wrap an application so that each response is closed, whenever its browser leaves.

    The development server forgets that, and so leaves a file open, if the connection is reset
    after the last byte. A generator closes it when it is dropped.
    """

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        with contextlib.closing(app(environ, start_response)) as response:  # type: ignore[type-var]
            yield from response

    return application


ANSWERED = "the server responded with a status"
"""Of answers like 422."""


@contextlib.contextmanager
def page_of(
    chromium: Browser, url: str, *, cookie: str = "", meant: str = ANSWERED, **context: object
) -> Iterator[Page]:
    """Open a browser's page, of somebody signed in if there is a cookie; no script may fail.

    :param meant: what is in the console's errors that are no fault.
    """
    seen = {"base_url": url} | context
    opened = chromium.new_context(**seen)  # type: ignore[arg-type]
    if cookie:
        opened.add_cookies([{"name": "posteingang", "value": cookie, "url": url}])
    opened.set_default_timeout(60_000)
    page = opened.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda said: failed.append(said.text) if said.type == "error" else None)
    yield page
    failed = [text for text in failed if meant not in text]
    if failed:
        raise AssertionError(failed)
    opened.close()
