from __future__ import annotations

import re

import pytest

from website.leads import reference


def test_a_number_is_easy_to_read_and_to_say() -> None:
    for _ in range(200):
        assert re.fullmatch(r"[B-DF-HKMNP-RTV-X2579]{4}-[B-DF-HKMNP-RTV-X2579]{4}", reference.new())


def test_no_sign_is_mistaken_for_another_or_makes_words() -> None:
    assert len(set(reference.ALPHABET)) == len(reference.ALPHABET) == 20
    assert not set(reference.ALPHABET) & set("0O1IL8S6Z34AEUJY")


def test_a_number_is_known_again_however_it_is_written() -> None:
    number = "B5KM-29QX"
    for typed in (
        "b5km29qx",
        " b5km - 29qx ",
        "B5KM–29QX",
        "B5KM 29 QX",
        "BSKM-Z9QX",
        "b5km.29qx",
        "B5KM_29QX",
    ):
        assert reference.normalise(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "B5KM", "B5KM-29QXX", "A5KM-29QX", "../../etc", "ß5KM-29QX", "B5KM29Q\ud800", "-"]
)
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert reference.normalise(typed) is None


def test_numbers_do_not_repeat() -> None:
    assert len({reference.new() for _ in range(2000)}) == 2000
