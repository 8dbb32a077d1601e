from __future__ import annotations

import ipaddress

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from website.config import Settings
from website.leads import rate_limit
from website.web.client_ip import address, is_forwarded_untrusted

PROXIES = [ipaddress.ip_network(text) for text in ("127.0.0.1", "10.0.0.0/8", "::1")]


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.5", "203.0.113.7"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", " , ", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"),
        ("10.0.0.5", "x", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.7, 1.2.3.4.5", "10.0.0.5"),
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, ::ffff:10.0.0.5", "203.0.113.7"),
        ("127.0.0.1", "[::ffff:203.0.113.7]:4711", "203.0.113.7"),
        ("10.0.0.5", "10.0.0.6", "10.0.0.6"),
        ("", "203.0.113.7", ""),
    ],
)
def test_the_visitor_is_the_first_hop_that_is_not_ours(
    remote: str, forwarded: str, found: str
) -> None:
    assert address(remote, forwarded, PROXIES) == found


def test_nobody_is_believed_unless_named() -> None:
    assert address("127.0.0.1", "203.0.113.7", []) == "127.0.0.1"


@given(st.text(), st.text())
def test_no_header_breaks_it(remote: str, forwarded: str) -> None:
    address(remote, forwarded, PROXIES)


@given(st.text(st.sampled_from("x1.:, [f%"), max_size=20))
def test_whoever_comes_through_a_proxy_has_a_network_that_can_be_limited(forwarded: str) -> None:
    assert rate_limit.network(address("10.0.0.5", forwarded, PROXIES))


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:127.0.0.1", "127.0.0.1/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("::1", "::1/128"),
    ],
)
def test_a_proxy_may_be_named_in_either_version_of_its_address(told: str, read: str) -> None:
    settings = Settings.from_environment({"WEBSITE_TRUSTED_PROXIES": told})
    assert settings.trusted_proxies == (ipaddress.ip_network(read),)


@pytest.mark.parametrize(
    ("remote", "headers", "untrusted"),
    [
        ("203.0.113.7", {"X-Forwarded-For": "198.51.100.1"}, True),
        ("203.0.113.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, False),
    ],
)
def test_a_header_that_is_not_believed_is_told_from_one_that_is(
    remote: str, headers: dict[str, str], *, untrusted: bool
) -> None:
    sent = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": remote}).get_environ()
    assert is_forwarded_untrusted(Request(sent), PROXIES) is untrusted
