from __future__ import annotations

import itertools
from collections.abc import Collection

import pytest

from support.visitor import FORM, Visitor, filled_in, text, tree
from website.web.csrf import Verdict, verdict

OWN = ("https://agentur.example", "https://www.agentur.example")

FETCH_SITES = (None, "same-origin", "same-site", "cross-site", "none", "junk", "")
FOREIGN_ORIGINS = (
    "https://agentur.example:8443",
    "http://agentur.example",
    "https://agentur.example.evil.example",
    "https://evil-agentur.example",
    "https://agentur.example/",
    "https://agentur.example@evil.example",
    "https://*.agentur.example",
    "https://[::1",
    "//agentur.example",
    "null null",
    "\x00",
)
ORIGINS = (None, "", "null", *OWN, *FOREIGN_ORIGINS)


def judge(site: str | None, origin: str | None, own: Collection[str]) -> Verdict:
    sent = {"Sec-Fetch-Site": site, "Origin": origin}
    return verdict({name: value for name, value in sent.items() if value is not None}, own)


def expected(site: str | None, origin: str | None) -> Verdict:
    """The four rules in their order, written down once more in words of their own."""
    if site in {"same-origin", "none"}:
        return Verdict.OURS
    if origin in OWN:
        return Verdict.OURS
    told_foreign = site in {"same-site", "cross-site"} or origin in FOREIGN_ORIGINS
    return Verdict.FOREIGN if told_foreign else Verdict.UNTOLD


@pytest.mark.parametrize(("site", "origin"), list(itertools.product(FETCH_SITES, ORIGINS)))
def test_the_matrix(site: str | None, origin: str | None) -> None:
    assert judge(site, origin, OWN) is expected(site, origin)


def test_the_cases_that_matter_most() -> None:
    assert judge("same-origin", "null", OWN) is Verdict.OURS, "a strict referrer policy"
    assert judge("none", None, OWN) is Verdict.OURS, "sent again from the history"
    assert judge("cross-site", "https://evil.example", OWN) is Verdict.FOREIGN
    assert judge("cross-site", "null", OWN) is Verdict.FOREIGN, "a sandboxed frame"
    assert judge("same-site", "https://www.agentur.example", OWN) is Verdict.OURS
    assert judge(None, "https://evil.example", OWN) is Verdict.FOREIGN
    assert judge(None, None, OWN) is Verdict.UNTOLD, "an old browser"
    assert judge(None, "null", OWN) is Verdict.UNTOLD, "a privacy proxy"


def headers_for(site: str | None, origin: str | None) -> dict[str, str]:
    told = {"Sec-Fetch-Site": site, "Origin": origin}
    return {name: value for name, value in told.items() if value}


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("same-origin", "https://agentur.example"),
        ("same-origin", "null"),
        ("none", None),
        ("same-site", "https://www.agentur.example"),
        (None, "https://agentur.example"),
        (None, "null"),
        (None, None),
    ],
)
def test_our_own_pages_and_old_browsers_get_through(
    visitor: Visitor, site: str | None, origin: str | None
) -> None:
    visitor.lead(visitor.send(headers=headers_for(site, origin)))


@pytest.mark.parametrize(
    ("site", "origin"),
    [("cross-site", "https://evil.example"), ("same-site", None), (None, "https://evil.example")],
)
def test_a_foreign_page_stores_nothing_and_the_visitor_may_send_from_here(
    visitor: Visitor, site: str | None, origin: str | None
) -> None:
    response = visitor.send(headers=headers_for(site, origin))
    assert response.status_code == 403
    assert visitor.store.newest() == []
    page = tree(response)
    assert filled_in(page) == FORM
    assert page.findtext(".//title").startswith("Ihre Anfrage ist noch nicht gesendet: ")
    notice = page.xpath("//main/*")[0]
    assert notice.get("class") == "notice"
    assert "senden Sie sie von hier noch einmal ab" in text(notice)
    assert "Telefon" in text(notice)
    again = visitor.client.post(
        "/anfrage", data=filled_in(page), headers={"Sec-Fetch-Site": "same-origin"}
    )
    visitor.lead(again)


def test_the_host_a_client_claims_makes_no_origin_ours(visitor: Visitor) -> None:
    response = visitor.send(headers={"Origin": "https://evil.example", "Host": "evil.example"})
    assert response.status_code == 403


def test_caches_keep_nothing_and_tell_visitors_apart(visitor: Visitor) -> None:
    thanks = visitor.send()
    for response in (
        thanks,
        visitor.send(email=""),
        visitor.send(headers={"Sec-Fetch-Site": "cross-site"}),
        visitor.client.get(thanks.headers["Location"]),
        visitor.client.get("/anfrage/BBBB-BBBB"),
        visitor.client.post("/anfrage", data="{}", content_type="application/json"),
    ):
        assert response.headers["Cache-Control"] == "no-store", response.status
        assert set(response.vary) == {"Sec-Fetch-Site", "Origin"}, response.status
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Set-Cookie" not in response.headers
