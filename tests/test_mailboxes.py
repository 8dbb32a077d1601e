"""Mailboxes in settings: understood as people write them, or refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.config import Settings
from website.exceptions import ConfigurationError, MailboxError
from website.mailboxes import Mailbox, read, read_all

LISTS = {"leads_to", "alarm_to"}
SETTINGS = ("leads_to", "alarm_to", "mail_from", "canary_to")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", []),
        ("a@firma.example", ["a@firma.example"]),
        ("a@firma.example,b@firma.example", ["a@firma.example", "b@firma.example"]),
        ("a@firma.example; b@firma.example", ["a@firma.example", "b@firma.example"]),
        ("a@firma.example\nb@firma.example,", ["a@firma.example", "b@firma.example"]),
        ("A <a@firma.example>, B <b@firma.example>", ["a@firma.example", "b@firma.example"]),
        ('"Muster, Eva; Chefin" <a@firma.example>', ["a@firma.example"]),
        ("Vertrieb (Süd)<a@firma.example>", ["a@firma.example"]),
        ("a@firma.example, A <a@firma.example>", ["a@firma.example"]),
        ("website@localhost, a@pc.local, b@mail", ["website@localhost", "a@pc.local", "b@mail"]),
        ("jörg@müller.example", ["jörg@müller.example"]),
    ],
)
def test_lists_are_understood_as_people_write_them(text: str, meant: list[str]) -> None:
    assert [one.address for one in read_all(text)] == meant
    assert list(Settings.from_environment({"WEBSITE_ALARM_TO": text}).alarm_to) == meant


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a@firma.example", ""),
        ("Interim Profis <a@firma.example>", "Interim Profis"),
        ('"Muster, Eva" <a@firma.example>', "Muster, Eva"),
        (r'"Eva \"die Chefin\"" <a@firma.example>', 'Eva "die Chefin"'),
        (" <a@firma.example> ", ""),
    ],
)
def test_a_mailbox_may_have_a_name(text: str, name: str) -> None:
    assert read(text) == Mailbox("a@firma.example", name)
    assert Settings.from_environment({"WEBSITE_MAIL_FROM": text}).mail_from == read(text)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(
    "text",
    [
        "vertrieb",
        "a@firma.example b@firma.example",
        "Eva a@firma.example",
        "a@b@firma.example",
        "mailto:a@firma.example",
        "Liste: a@firma.example;",
        "Eva <a@firma.example",
        '"Eva <a@firma.example>',
        "a@firma.example (Eva)",
        "a b@localhost",
        "@localhost",
    ],
)
def test_what_is_no_mailbox_is_refused_at_the_start(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"WEBSITE_{name.upper()}.*mail address"):
        Settings.from_environment({f"WEBSITE_{name.upper()}": text})


def test_a_name_with_a_comma_needs_quotes_in_a_list_alone() -> None:
    text = "Muster, Eva <a@firma.example>"
    assert read(text) == Mailbox("a@firma.example", "Muster, Eva")
    with pytest.raises(ConfigurationError, match=r"WEBSITE_LEADS_TO holds 'Muster'.*in quotes"):
        Settings.from_environment({"WEBSITE_LEADS_TO": text})


@pytest.mark.parametrize("name", sorted({*SETTINGS} - LISTS))
def test_one_mailbox_is_not_several(name: str) -> None:
    with pytest.raises(ConfigurationError, match="should be one mail address"):
        Settings.from_environment({f"WEBSITE_{name.upper()}": "a@firma.example, b@firma.example"})


def test_what_is_not_in_utf8_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_SMTP_URL holds bytes that are no text"):
        Settings.from_environment({"WEBSITE_SMTP_URL": "smtp://web:g\udcfcnter@localhost"})


@given(st.text(max_size=60))
def test_any_text_gives_addresses_or_is_refused(text: str) -> None:
    try:
        found = read_all(text)
    except MailboxError:
        return
    for one in found:
        assert one.address.count("@") == 1
        assert not set(one.address) & set(" ,;<>\r\n\0")


words = st.text(st.characters(categories=("L", "N"), include_characters=" ,;.()-&'"), max_size=20)


@given(st.lists(st.tuples(words, st.integers(0, 99)), max_size=4), st.sampled_from(",;\n"))
def test_a_list_that_was_written_is_read_again(told: list[tuple[str, int]], between: str) -> None:
    meant = {f"a{number}@firma.example": " ".join(name.split()) for name, number in told}
    text = between.join(f'"{name}" <{address}>' for address, name in meant.items())
    assert {one.address: one.name for one in read_all(text)} == meant
