"""Accounts of staff: what proves who somebody is, how often, and for how long."""

from __future__ import annotations

import datetime
import time

import pyotp
import pytest
from sqlalchemy import select, text
from time_machine import travel

from support.threads import together
from website.exceptions import AccountError, TooManyAttempts
from website.infra.clock import now
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.staff.accounts import (
    INVITATION_VALID,
    Accounts,
    open_accounts,
    passwords,
    tidy,
)
from website.staff.accounts.login_throttle import (
    OF_A_NETWORK,
    OF_A_WIDER_NETWORK,
    OF_AN_ACCOUNT,
    WINDOW,
)
from website.staff.accounts.models import SignInAttempt, SpentChallenge, Staff, StaffSession
from website.staff.accounts.passkeys import relying_party
from website.staff.accounts.sessions import IDLE, LONGEST

KEYS = Keys("a secret of the tests that nobody need guess")
EMAIL = "anna.berg@firma.example"
HOME = "203.0.113.7"
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return open_accounts(database, KEYS, base_url="https://www.example.org", name="Posteingang")


@pytest.fixture
def anna(accounts: Accounts) -> Staff:
    return accounts.directory.add(EMAIL, "Anna Berg", ["sales"])


def again(accounts: Accounts, staff: Staff) -> Staff:
    found = accounts.directory.get(staff.id)
    assert found is not None
    return found


def opened(accounts: Accounts, staff: Staff) -> str:
    """Sign somebody in, and give the token."""
    token = accounts.sessions.open(staff, "Firefox")
    assert token is not None
    return token


def everything(database: Database) -> str:
    """Return all that the tables of staff hold, as one text."""
    tables = ("staff", "staff_sessions", "passkeys", "sign_in_attempts")
    with database.reading() as session:
        return str([session.execute(text(f"SELECT * FROM {name}")).all() for name in tables])  # noqa: S608


# Passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kurz", "mindestens 12"),
        ("x" * 500, "höchstens"),
        ("aaaaaaaaaaaaaaaa", "Wiederholen"),
        ("Passwort123456", "zuerst"),
        ("AnnaBerg2026", "zuerst"),
        ("InterimProfis1", "zuerst"),
        ("sieben Kraniche über Ulm", ""),
        ("correct horse battery staple", ""),
    ],
)
def test_a_password_is_refused_when_others_would_guess_it(password: str, why: str) -> None:
    told = passwords.problem(password, about=("Anna Berg", EMAIL))
    assert why in told
    assert bool(told) is bool(why)


def test_a_password_is_the_same_from_every_keyboard() -> None:
    kept = passwords.hashed("sieben Krähen über Ulm")
    assert passwords.matches(kept, "sieben Kra\u0308hen u\u0308ber Ulm")
    assert not passwords.matches(kept, "sieben Kraehen ueber Ulm")
    assert kept.startswith("$argon2id$")


def test_an_account_that_is_not_there_takes_as_long_to_refuse() -> None:
    kept = passwords.hashed("sieben Kraniche über Ulm")
    assert not passwords.matches(None, "sieben Kraniche über Ulm")
    times = []
    for known in (kept, None):
        start = time.process_time()
        for _ in range(3):
            passwords.matches(known, "falsch")
        times.append(time.process_time() - start)
    assert 0.3 < times[1] / times[0] < 3


# The directory


def test_an_address_has_one_account_however_it_is_written(accounts: Accounts, anna: Staff) -> None:
    with pytest.raises(AccountError, match="staff reset"):
        accounts.directory.add("Anna.Berg@FIRMA.example", "Anna B.", ["operator"])
    with pytest.raises(AccountError, match="no mail address"):
        accounts.directory.add("anna", "Anna Berg", ["sales"])
    found = accounts.directory.find("  ANNA.BERG@firma.example ")
    assert found is not None
    assert found.id == anna.id


def test_only_who_holds_the_present_stamp_sets_the_password(
    accounts: Accounts, anna: Staff
) -> None:
    directory = accounts.directory
    assert directory.set_password(anna.id, "sieben Kraniche über Ulm", stamp=anna.stamp)
    assert not directory.set_password(anna.id, "acht Kraniche über Ulm", stamp=anna.stamp)
    kept = again(accounts, anna).password
    assert passwords.matches(kept, "sieben Kraniche über Ulm")
    directory.set_active(anna.id, active=False)
    stamp = again(accounts, anna).stamp
    assert not directory.set_password(anna.id, "acht Kraniche über Ulm", stamp=stamp)


def test_an_invitation_is_good_for_three_days_and_cannot_be_forged(
    accounts: Accounts, anna: Staff
) -> None:
    token = accounts.invitation(anna)
    invited = accounts.invited(token)
    assert invited
    assert invited.id == anna.id
    assert accounts.invited(token[:-2] + "xx") is None
    assert accounts.invited("") is None
    with travel(now() + INVITATION_VALID + 2 * SECOND):
        assert accounts.invited(token) is None


def test_a_reset_leaves_nothing_to_sign_in_by(accounts: Accounts, anna: Staff) -> None:
    accounts.directory.set_password(anna.id, "sieben Kraniche über Ulm", stamp=anna.stamp)
    set_up_app(accounts, again(accounts, anna))
    staff = again(accounts, anna)
    accounts.codes.new_recovery_codes(staff)
    token = opened(accounts, staff)
    changed = accounts.directory.reset(anna.id)
    assert (changed.password, changed.totp_secret, changed.recovery_codes) == (None, None, [])
    assert changed.stamp != staff.stamp
    assert accounts.sessions.find(token) is None


# Attempts


def test_after_ten_attempts_at_an_account_no_more_are_looked_at(accounts: Accounts) -> None:
    start = now()
    with travel(start, tick=False):
        for _ in range(OF_AN_ACCOUNT):
            accounts.attempts.count(HOME, EMAIL)
        with pytest.raises(TooManyAttempts):
            accounts.attempts.count("198.51.100.1", EMAIL)
        accounts.attempts.count(HOME, "bernd@firma.example")
        accounts.attempts.count(HOME)  # a passkey, which nobody can guess
    with travel(start + WINDOW + SECOND):
        accounts.attempts.count(HOME, EMAIL)


def test_attempts_at_the_same_time_are_all_counted(accounts: Accounts) -> None:
    def attempt(_: int) -> bool:
        try:
            accounts.attempts.count(HOME, EMAIL)
        except TooManyAttempts:
            return False
        return True

    assert sum(together(25, attempt)) == OF_AN_ACCOUNT


@pytest.mark.slow
def test_a_network_may_try_for_everybody_in_it_and_not_endlessly(accounts: Accounts) -> None:
    for number in range(OF_A_NETWORK):
        accounts.attempts.count(f"2001:db8:1:2::{number:x}", f"{number}@firma.example")
    with pytest.raises(TooManyAttempts):
        accounts.attempts.count("2001:db8:1:2:ffff::1")
    accounts.attempts.count("2001:db8:1:3::1")


@pytest.mark.slow
def test_a_guesser_with_65536_networks_of_ipv6_is_one_guesser(accounts: Accounts) -> None:
    for number in range(OF_A_WIDER_NETWORK):
        accounts.attempts.count(f"2001:db8:1:{number:x}::1", f"{number}@firma.example")
    with pytest.raises(TooManyAttempts):
        accounts.attempts.count("2001:db8:1:ffff::1", EMAIL)
    accounts.attempts.count("2001:db8:2::1", EMAIL)


@pytest.mark.parametrize("address", ["", "unknown", "x"])
def test_whoever_comes_from_nowhere_is_limited_too(accounts: Accounts, address: str) -> None:
    for number in range(OF_A_NETWORK):
        accounts.attempts.count(address, f"{number}@firma.example")
    with pytest.raises(TooManyAttempts):
        accounts.attempts.count("elsewhere", EMAIL)


@pytest.mark.slow
def test_an_attempt_that_was_right_is_taken_back_alone(accounts: Accounts) -> None:
    for _ in range(2 * OF_A_NETWORK):
        accounts.attempts.take_back(accounts.attempts.count(HOME))
    for _ in range(OF_A_NETWORK - 1):
        accounts.attempts.count(HOME)
    accounts.attempts.take_back(accounts.attempts.count(HOME))
    accounts.attempts.count(HOME)
    with pytest.raises(TooManyAttempts):
        accounts.attempts.count(HOME)


def test_attempts_tell_nobody_who_tried(accounts: Accounts, database: Database) -> None:
    accounts.attempts.count(HOME, EMAIL)
    assert EMAIL not in everything(database)
    assert HOME not in everything(database)


def test_attempts_sessions_and_challenges_are_deleted_by_the_clock_not_by_the_next_sign_in(
    accounts: Accounts, anna: Staff, database: Database
) -> None:
    accounts.attempts.count(HOME, EMAIL)
    opened(accounts, anna)
    with database.writing() as session:
        session.add(SpentChallenge(challenge="x", at=now()))

    def left() -> list[int]:
        with database.reading() as session:
            tables = (SignInAttempt, StaffSession, SpentChallenge)
            return [len(session.scalars(select(table)).all()) for table in tables]

    tidy(database, now())
    assert left() == [1, 1, 1]
    tidy(database, now() + WINDOW + SECOND)
    assert left() == [0, 1, 0]
    tidy(database, now() + IDLE + SECOND)
    assert left() == [0, 0, 0]


def test_what_a_clock_that_was_ahead_wrote_locks_nobody_out_and_keeps_nobody_in(
    accounts: Accounts, anna: Staff
) -> None:
    with travel(now() + datetime.timedelta(days=400)):
        for _ in range(OF_AN_ACCOUNT):
            accounts.attempts.count(HOME, EMAIL)
        token = opened(accounts, anna)
    accounts.attempts.count(HOME, EMAIL)
    assert accounts.sessions.find(token) is None


# Codes


def set_up_app(accounts: Accounts, staff: Staff) -> pyotp.TOTP:
    secret = accounts.codes.new_secret()
    app = pyotp.TOTP(secret)
    earlier = now() - 2 * datetime.timedelta(seconds=30)
    assert accounts.codes.set_up(staff, secret, app.at(earlier), earlier)
    return app


def test_a_code_is_good_once_and_only_around_its_time(accounts: Accounts, anna: Staff) -> None:
    app, moment = set_up_app(accounts, anna), now()
    staff = again(accounts, anna)
    late = moment - datetime.timedelta(minutes=5)
    assert not accounts.codes.accepts(staff, app.at(late), moment)
    assert accounts.codes.accepts(staff, f" {app.at(moment)[:3]} {app.at(moment)[3:]}", moment)
    assert not accounts.codes.accepts(staff, app.at(moment), moment)
    assert not accounts.codes.accepts(staff, app.at(moment - 30 * SECOND), moment)
    assert accounts.codes.accepts(staff, app.at(moment + 30 * SECOND), moment)


def test_a_code_that_comes_five_times_at_once_is_good_once(accounts: Accounts, anna: Staff) -> None:
    app, moment = set_up_app(accounts, anna), now()
    staff = again(accounts, anna)
    used = together(5, lambda _: accounts.codes.accepts(staff, app.at(moment), moment))
    assert sum(used) == 1


@pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u0966"], ids=["wide", "arabic", "hindi"])
def test_a_code_in_other_digits_is_the_same_code(
    accounts: Accounts, anna: Staff, zero: str
) -> None:
    app, moment = set_up_app(accounts, anna), now()
    typed = "".join(chr(ord(zero) + int(digit)) for digit in app.at(moment))
    assert accounts.codes.accepts(again(accounts, anna), typed, moment)


@pytest.mark.parametrize("typed", ["²²²²²²", "абвгде", "①②③④⑤⑥", "\x00" * 6, ""])
def test_what_is_no_code_is_refused(accounts: Accounts, anna: Staff, typed: str) -> None:
    set_up_app(accounts, anna)
    assert not accounts.codes.accepts(again(accounts, anna), typed, now())


def test_a_code_on_paper_is_good_once_also_at_the_same_time(
    accounts: Accounts, anna: Staff
) -> None:
    set_up_app(accounts, anna)
    codes = accounts.codes.new_recovery_codes(again(accounts, anna))
    staff = again(accounts, anna)
    used = together(5, lambda _: accounts.codes.accepts(staff, codes[3].upper(), now()))
    assert sum(used) == 1
    assert len(again(accounts, anna).recovery_codes) == len(codes) - 1
    accounts.codes.new_recovery_codes(again(accounts, anna))
    assert not accounts.codes.accepts(staff, codes[4], now())


def test_the_database_alone_lets_nobody_in(
    accounts: Accounts, anna: Staff, database: Database
) -> None:
    secret = accounts.codes.new_secret()
    accounts.codes.set_up(anna, secret, pyotp.TOTP(secret).at(now()), now())
    codes = accounts.codes.new_recovery_codes(again(accounts, anna))
    token = opened(accounts, again(accounts, anna))
    kept = everything(database)
    for hidden in (secret, token, codes[0], codes[0].replace("-", "")):
        assert hidden not in kept
    others = open_accounts(database, Keys("another"), base_url="https://a.example", name="")
    staff = again(accounts, anna)
    assert not others.codes.accepts(staff, pyotp.TOTP(secret).at(now() + 30 * SECOND), now())
    assert others.sessions.find(token) is None


# Sessions


def test_a_session_ends_after_a_day_of_work_without_a_click(
    accounts: Accounts, anna: Staff
) -> None:
    start = now()
    with travel(start, tick=False) as clock:
        token = opened(accounts, anna)
        for _ in range(3):
            clock.shift(IDLE - SECOND)
            assert accounts.sessions.find(token)
        clock.shift(IDLE)
        assert accounts.sessions.find(token) is None
        assert accounts.sessions.of(anna.id) == []


def test_a_session_ends_after_a_week_however_busy(accounts: Accounts, anna: Staff) -> None:
    start = now()
    with travel(start, tick=False) as clock:
        token = opened(accounts, anna)
        while now() < start + LONGEST - IDLE:
            assert accounts.sessions.find(token)
            clock.shift(IDLE / 2)
        clock.move_to(start + LONGEST)
        assert accounts.sessions.find(token) is None


def test_sessions_are_ended_one_by_one_and_only_ones_own(accounts: Accounts, anna: Staff) -> None:
    bernd = accounts.directory.add("bernd@firma.example", "Bernd Holm", ["sales"])
    here, there, his = (opened(accounts, one) for one in (anna, anna, bernd))
    found = accounts.sessions.find(here)
    theirs = accounts.sessions.find(his)
    assert found
    assert theirs
    accounts.sessions.end(anna.id, theirs.session_id)
    accounts.sessions.end_others(anna.id, found.session_id)
    assert accounts.sessions.find(here)
    assert accounts.sessions.find(there) is None
    assert accounts.sessions.find(his)
    accounts.sessions.end(anna.id, found.session_id)
    assert accounts.sessions.find(here) is None


def test_whoever_is_disabled_is_out_at_once_and_not_in_again_by_being_enabled(
    accounts: Accounts, anna: Staff
) -> None:
    token = opened(accounts, anna)
    accounts.directory.set_active(anna.id, active=False)
    assert accounts.sessions.find(token) is None
    assert accounts.directory.active() == []
    assert accounts.directory.names() == {anna.id: "Anna Berg"}
    accounts.directory.set_active(anna.id, active=True)
    assert accounts.sessions.find(token) is None


# Passkeys


@pytest.mark.parametrize(
    ("base_url", "host", "origin"),
    [
        ("https://www.example.org/website", "www.example.org", "https://www.example.org"),
        ("https://www.example.org:443", "www.example.org", "https://www.example.org"),
        ("https://müller.example", "xn--mller-kva.example", "https://xn--mller-kva.example"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
        ("https://203.0.113.7", None, None),
    ],
)
def test_passkeys_hold_for_the_name_in_our_settings(
    base_url: str, host: str | None, origin: str | None
) -> None:
    party = relying_party(base_url, "Posteingang")
    assert (party.host if party else None) == host
    assert (party.origin if party else None) == origin
