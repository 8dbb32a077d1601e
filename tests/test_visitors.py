from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.visitors import address

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
        ("127.0.0.1", "203.0.113.7, unknown", "unknown"),
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
