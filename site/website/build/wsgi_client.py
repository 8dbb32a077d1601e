"""Asks an application for its pages, for Frozen-Flask, which takes Flask's test client for that.

A test client stands for a browser: it keeps cookies, follows redirects, and reads each request and
answer as a server and a browser would. That takes half as long as to make the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.test import create_environ

if TYPE_CHECKING:
    from flask import Flask, Response


class WsgiClient:
    """Asks for one page after the other."""

    def __init__(self, app: Flask, base_url: str) -> None:
        self._app = app
        self.base_url = base_url
        self._environ = create_environ("/", base_url)
        self.last: Response
        """What the application has answered last."""

    def get(self, path: str, **_: object) -> Response:
        """Give what the application answers; what it raises is raised here."""
        # WSGI wants the bytes of a path as if they were Latin-1 (PEP 3333).
        environ = {**self._environ, "PATH_INFO": path.encode().decode("latin-1")}
        with self._app.request_context(environ):
            self.last = self._app.full_dispatch_request()
        return self.last
