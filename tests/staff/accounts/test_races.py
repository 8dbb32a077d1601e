"""What was read is not true any more when it is acted upon: another process was faster."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
import webauthn
from sqlalchemy import select

from support.races import interleaved
from support.threads import together
from website.exceptions import PasskeyRefused, TooBusy
from website.infra.clock import now
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.staff.accounts import Accounts, open_accounts, passwords
from website.staff.accounts.models import Passkey, Staff
from website.staff.accounts.passkeys import MOST, new_challenge

KEYS = Keys("a secret of the tests that nobody need guess")
OLD, NEW, NEWER = ("sieben Kraniche über Ulm", "acht Kraniche über Ulm", "neun Kraniche über Ulm")


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return open_accounts(database, KEYS, base_url="https://www.example.org", name="Posteingang")


@pytest.fixture
def anna(accounts: Accounts) -> Staff:
    """Return somebody who has just proven who she is."""
    made = accounts.directory.add("anna@firma.example", "Anna Berg", ["sales"])
    staff = accounts.directory.set_password(made.id, OLD, stamp=made.stamp)
    assert staff is not None
    return staff


CHANGES: dict[str, Callable[[Accounts, Staff], object]] = {
    "a new password": lambda accounts, staff: accounts.directory.set_password(
        staff.id, NEW, stamp=staff.stamp
    ),
    "a reset": lambda accounts, staff: accounts.directory.reset(staff.id),
    "disabled": lambda accounts, staff: accounts.directory.set_active(staff.id, active=False),
}
change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


def again(accounts: Accounts, staff: Staff) -> Staff:
    found = accounts.directory.get(staff.id)
    assert found is not None
    return found


@change
def test_who_proved_the_old_password_is_not_let_in_after_it_was_changed(
    accounts: Accounts, anna: Staff, change: Callable[[Accounts, Staff], object]
) -> None:
    change(accounts, anna)
    assert accounts.sessions.open(anna, "Firefox") is None
    assert accounts.sessions.of(anna.id) == []


@change
def test_nor_while_it_is_changed(
    accounts: Accounts,
    anna: Staff,
    database: Database,
    change: Callable[[Accounts, Staff], object],
) -> None:
    _, token = interleaved(
        database,
        lambda: change(accounts, anna),
        lambda: accounts.sessions.open(anna, "Firefox"),
    )
    assert token is None
    assert accounts.sessions.of(anna.id) == []


@change
def test_who_is_let_in_while_it_is_changed_is_out_again(
    accounts: Accounts,
    anna: Staff,
    database: Database,
    change: Callable[[Accounts, Staff], object],
) -> None:
    token, _ = interleaved(
        database,
        lambda: accounts.sessions.open(anna, "Firefox"),
        lambda: change(accounts, anna),
    )
    assert token is not None
    assert accounts.sessions.find(token) is None
    assert accounts.sessions.of(anna.id) == []


@pytest.mark.slow
def test_one_invitation_opens_an_account_once_however_often_it_comes_at_once(
    accounts: Accounts, database: Database
) -> None:
    carla = accounts.directory.add("carla@firma.example", "Carla Dorn", ["sales"])

    def accept(password: str) -> Staff | None:
        return accounts.directory.set_password(carla.id, password, stamp=carla.stamp)

    first, second = interleaved(database, lambda: accept(NEW), lambda: accept(NEWER))
    assert (first is not None, second) == (True, None)
    assert passwords.matches(again(accounts, carla).password, NEW)
    assert not any(together(8, lambda _: accept(NEWER)))


def test_a_password_kept_with_new_parameters_does_not_come_back_after_it_was_changed(
    accounts: Accounts, anna: Staff, database: Database
) -> None:
    interleaved(
        database,
        lambda: accounts.directory.set_password(anna.id, NEW, stamp=anna.stamp),
        lambda: accounts.directory.rehash(anna, OLD),
    )
    assert passwords.matches(again(accounts, anna).password, NEW)


def test_a_reset_account_gets_no_app_and_no_codes_of_whoever_was_in(
    accounts: Accounts, anna: Staff, database: Database
) -> None:
    secret = accounts.codes.new_secret()
    code = pyotp.TOTP(secret).at(now())
    _, done = interleaved(
        database,
        lambda: accounts.directory.reset(anna.id),
        lambda: accounts.codes.set_up(anna, secret, code, now()),
    )
    assert done is None
    assert accounts.codes.new_recovery_codes(anna) == []
    assert not accounts.codes.remove(anna)
    left = again(accounts, anna)
    assert (left.totp_secret, left.recovery_codes) == (None, [])


def test_who_gave_the_password_before_an_app_was_asked_for_gives_the_code_too(
    accounts: Accounts, anna: Staff
) -> None:
    secret = accounts.codes.new_secret()
    assert accounts.codes.set_up(anna, secret, pyotp.TOTP(secret).at(now()), now())
    assert accounts.sessions.open(anna, "Firefox") is None


def test_a_code_is_not_good_after_the_account_was_changed(accounts: Accounts, anna: Staff) -> None:
    secret = accounts.codes.new_secret()
    app, moment = pyotp.TOTP(secret), now()
    before = accounts.codes.set_up(anna, secret, app.at(moment), moment)
    assert before is not None
    codes = accounts.codes.new_recovery_codes(before)
    accounts.directory.set_password(anna.id, NEW, stamp=before.stamp)
    later = moment.fromtimestamp(moment.timestamp() + 30, moment.tzinfo)
    assert not accounts.codes.accepts(before, app.at(later), moment)
    assert not accounts.codes.accepts(before, codes[0], moment)


# Passkeys: what a browser made is taken for granted here; tests in a browser look at it.


@pytest.fixture
def browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*, credential: dict[str, Any], **_: object) -> SimpleNamespace:
        return SimpleNamespace(
            credential_id=credential["id"], credential_public_key=b"public", sign_count=0
        )

    monkeypatch.setattr(webauthn, "verify_registration_response", made)


def add(accounts: Accounts, staff: Staff, number: int) -> bool:
    try:
        accounts.passkeys.add(staff, "Laptop", {"id": bytes([number])}, new_challenge())
    except PasskeyRefused:
        return False
    return True


@pytest.mark.usefixtures("browsers")
@change
def test_an_account_that_is_changed_gets_no_passkey_of_whoever_was_in(
    accounts: Accounts,
    anna: Staff,
    database: Database,
    change: Callable[[Accounts, Staff], object],
) -> None:
    _, added = interleaved(database, lambda: change(accounts, anna), lambda: add(accounts, anna, 1))
    assert not added
    assert accounts.passkeys.of(anna.id) == []


@pytest.mark.usefixtures("browsers")
def test_the_last_place_for_a_passkey_is_taken_once(
    accounts: Accounts, anna: Staff, database: Database
) -> None:
    for number in range(MOST - 1):
        assert add(accounts, anna, number)
    added = interleaved(
        database, lambda: add(accounts, anna, 100), lambda: add(accounts, anna, 101)
    )
    assert added == (True, False)
    assert len(accounts.passkeys.of(anna.id)) == MOST


@pytest.mark.usefixtures("browsers")
def test_a_passkey_that_is_removed_lets_nobody_in_who_has_just_used_it(
    accounts: Accounts, anna: Staff, database: Database
) -> None:
    assert add(accounts, anna, 1)
    (key,) = accounts.passkeys.of(anna.id)
    accounts.passkeys._use(key, new_challenge(), 1)  # noqa: SLF001 - between proof and session
    accounts.passkeys.remove(anna.id, key.id)
    assert accounts.sessions.open(anna, "Firefox") is None
    with pytest.raises(PasskeyRefused):
        accounts.passkeys._use(key, new_challenge(), 2)  # noqa: SLF001
    with database.reading() as session:
        assert session.scalars(select(Passkey)).all() == []


# Hashing


def test_no_more_than_two_passwords_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, go_on = threading.Semaphore(0), threading.Semaphore(2), threading.Event()

    class Hasher:
        def verify(self, *_: str) -> bool:
            assert most.acquire(blocking=False), "a third at once"
            busy.release()
            assert go_on.wait(10)
            most.release()
            return True

    monkeypatch.setattr(passwords, "_HASHER", Hasher())
    monkeypatch.setattr(passwords, "PATIENCE", 0.05)
    waiting = [threading.Thread(target=passwords.matches, args=("kept", "typed")) for _ in range(2)]
    for thread in waiting:
        thread.start()
        assert busy.acquire(timeout=10)
    with pytest.raises(TooBusy):
        passwords.matches("kept", "typed")
    with pytest.raises(TooBusy):
        passwords.matches(None, "typed")
    with pytest.raises(TooBusy):
        passwords.hashed("typed")
    go_on.set()
    for thread in waiting:
        thread.join(10)
    assert passwords.matches("kept", "typed")


@pytest.mark.slow
def test_sixteen_at_once_are_all_looked_at_with_little_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 60)
    kept = passwords.hashed(OLD)
    assert all(together(16, lambda _: passwords.matches(kept, OLD)))
    (memory,) = [part for part in kept.split("$")[3].split(",") if part.startswith("m=")]
    assert int(memory.removeprefix("m=")) * 1024 < 10_000_000


def test_a_long_text_is_no_password_before_it_is_normalised() -> None:
    marks = "\u0345\u0316" * 100_000
    assert "höchstens" in passwords.problem(marks, about=())
