from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.public.contact.form_data import MAX_FIELDS, decode


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"&&=&=x", {}),
        (b"name=J%C3%B6rg+Wei%C3%9F", {"name": "Jörg Weiß"}),
        (b"name=M%FCller&company=M%C3%BCller", {"name": "Müller", "company": "Müller"}),
        (b"name=M\xfcller", {"name": "Müller"}),
        (b"name=M\xc3\xbcller", {"name": "Müller"}),
        (b"name=\xff&company=Firma", {"name": "ÿ", "company": "Firma"}),
        (b"name=100%&company=%zz%", {"name": "100%", "company": "%zz%"}),
        (b"name=a%00b", {"name": "a\x00b"}),
        (b"name=a=b&company", {"name": "a=b", "company": ""}),
        (b"name=%80+%96+%81", {"name": "€ – \N{REPLACEMENT CHARACTER}"}),
        (b"n%61me=x", {"name": "x"}),
    ],
)
def test_each_text_is_decoded_by_itself(body: bytes, fields: dict[str, str]) -> None:
    assert decode(body).fields.to_dict() == fields


def test_of_several_values_all_are_kept_in_order() -> None:
    assert decode(b"a=1&b=2&a=3").fields.to_dict(flat=False) == {"a": ["1", "3"], "b": ["2"]}


def test_of_too_many_fields_the_first_are_kept() -> None:
    most = decode(b"&".join(b"f%d=1" % n for n in range(MAX_FIELDS)))
    assert most.is_whole
    assert len(most.fields) == MAX_FIELDS
    more = decode(b"&".join(b"f%d=1" % n for n in range(10_000)))
    assert not more.is_whole
    assert len(more.fields) == MAX_FIELDS


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_what_a_browser_encodes_is_decoded_unchanged(fields: dict[str, str]) -> None:
    assert decode(urlencode(fields).encode()).fields.to_dict() == fields


@given(st.binary(max_size=500))
def test_no_bytes_break_it(body: bytes) -> None:
    for name, value in decode(body).fields.items():
        (name + value).encode()
