from __future__ import annotations

import pytest
from werkzeug.datastructures import Headers

from website.public.contact.views import oddities
from website.web.csrf import Verdict

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept-Language": "de"}


@pytest.mark.parametrize(
    ("headers", "verdict", "found"),
    [
        (BROWSER, Verdict.OURS, ()),
        (BROWSER | {"User-Agent": "w3m/0.5.3+git20230121"}, Verdict.UNTOLD, ("untold-origin",)),
        (BROWSER | {"User-Agent": "Lynx/2.9.0dev.12"}, Verdict.OURS, ()),
        ({}, Verdict.UNTOLD, ("untold-origin", "no-language", "silent", "no-browser")),
        (BROWSER | {"Accept-Language": " "}, Verdict.OURS, ("no-language",)),
        (BROWSER | {"User-Agent": "python-requests/2.32"}, Verdict.OURS, ("no-browser",)),
        (BROWSER | {"User-Agent": "curl/8.5.0"}, Verdict.OURS, ("no-browser",)),
        (BROWSER | {"User-Agent": "Go-http-client/1.1"}, Verdict.OURS, ("no-browser",)),
    ],
)
def test_programs_are_told_from_browsers(
    headers: dict[str, str], verdict: Verdict, found: tuple[str, ...]
) -> None:
    assert oddities(Headers(headers), verdict) == found
