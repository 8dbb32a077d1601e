"""Which backups stay: enough to go back far, and none that is older than people were promised."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.backups import Agency
from support.postgres import ON_SQLITE
from support.site import ROOT
from website.infra.clock import GERMANY
from website.leads.erasure_log import REMEMBERED
from website.ops.backup import rotation
from website.ops.backup.create_backup import make_if_due
from website.ops.backup.rotation import (
    ALL,
    DAILY,
    EVERY,
    LONGEST,
    Backup,
    prune,
    superfluous,
)
from website.ops.backup.workdir import clear_replaced

NOW = datetime.datetime(2026, 11, 26, 15, 0, tzinfo=datetime.UTC)

HOURS = st.sets(st.integers(0, 24 * 60), min_size=1, max_size=80)
"""Ages of backups."""


def backups(folder: Path, hours: set[int]) -> list[Backup]:
    moments = [NOW - datetime.timedelta(hours=age) for age in hours]
    return [
        Backup(moment, folder / rotation.file_name(moment, encrypted=True)) for moment in moments
    ]


@given(hours=HOURS)
def test_the_newest_stays_and_no_other_that_would_be_too_old(
    tmp_path_factory: pytest.TempPathFactory, hours: set[int]
) -> None:
    every = backups(tmp_path_factory.getbasetemp(), hours)
    kept = set(every) - set(superfluous(every, NOW))
    assert max(every) in kept
    assert all(NOW - backup.made_at <= LONGEST - EVERY for backup in kept - {max(every)})


@given(hours=HOURS)
def test_of_the_last_days_all_stay_then_one_a_day_then_one_a_week(
    tmp_path_factory: pytest.TempPathFactory, hours: set[int]
) -> None:
    every = backups(tmp_path_factory.getbasetemp(), hours)
    kept = set(every) - set(superfluous(every, NOW))
    days = {backup.made_at.astimezone(GERMANY).date() for backup in kept}
    for backup in every:
        age, day = NOW - backup.made_at, backup.made_at.astimezone(GERMANY).date()
        if age <= ALL:
            assert backup in kept
        elif age <= DAILY:
            assert day in days
        elif age <= LONGEST - EVERY:
            assert day.isocalendar()[:2] in {one.isocalendar()[:2] for one in days}
    older = [backup for backup in kept if NOW - backup.made_at > ALL]
    assert len(older) <= DAILY.days + LONGEST.days // 7 + 1


@given(hours=HOURS)
def test_what_is_kept_is_kept_when_somebody_looks_again(
    tmp_path_factory: pytest.TempPathFactory, hours: set[int]
) -> None:
    every = backups(tmp_path_factory.getbasetemp(), hours)
    kept = set(every) - set(superfluous(every, NOW))
    assert superfluous(kept, NOW) == []


def test_the_only_one_stays_however_old_it_is(tmp_path: Path) -> None:
    (only,) = backups(tmp_path, {24 * 400})
    only.path.touch()
    assert prune(tmp_path, NOW) == 0
    assert rotation.newest(tmp_path, NOW) == only.made_at


def test_files_that_are_no_backups_are_never_deleted(tmp_path: Path) -> None:
    others = [
        "notes.txt",
        "erased-host.txt",
        "website-2020-01-01T000000Z.tar.gz.age.asc",
        "website-2020-01-01T000000Z.tar.gz.bak",
        "Website-2020-01-01T000000Z.tar.gz.age",
        "website-2020-99-01T000000Z.tar.gz.age",
        "website-.tar.gz.age",
        "copy of website-2020-01-01T000000Z.tar.gz.age",
    ]
    old = [
        rotation.file_name(NOW - datetime.timedelta(days=days), encrypted=True)
        for days in (100, 101)
    ]
    for name in (*others, *old):
        (tmp_path / name).touch()
    assert prune(tmp_path, NOW) == 1
    assert {path.name for path in tmp_path.iterdir()} == {*others, old[0]}


def test_what_nobody_finished_writing_is_deleted_after_a_day(tmp_path: Path) -> None:
    half = tmp_path / ".website-2026-11-26T150000Z.tar.gz.age.0a1b2c3d.half"
    half.touch()
    for age, left in ((datetime.timedelta(hours=1), True), (datetime.timedelta(days=2), False)):
        moment = (NOW - age).timestamp()
        os.utime(half, (moment, moment))
        prune(tmp_path, NOW)
        assert half.exists() is left


def test_the_newest_is_told_from_names_alone(tmp_path: Path) -> None:
    assert rotation.newest(tmp_path / "missing") is None
    (tmp_path / ".website-2026-11-26T150000Z.tar.gz.age.0a1b2c3d.half").touch()
    assert rotation.newest(tmp_path) is None
    (tmp_path / "website-2026-11-25T010203Z.tar.gz").touch()
    (tmp_path / "website-2026-11-24T010203Z.tar.gz.age").touch()
    newest = datetime.datetime(2026, 11, 25, 1, 2, 3, tzinfo=datetime.UTC)
    assert rotation.newest(tmp_path, NOW) == newest


@ON_SQLITE
def test_a_backup_is_made_when_it_is_due(agency: Agency) -> None:
    agency.take()
    assert "1 backup of " in make_if_due(agency.settings, NOW)
    assert make_if_due(agency.settings, NOW + EVERY / 2) == "no backup due"
    assert "made, 0 deleted" in make_if_due(agency.settings, NOW + EVERY)
    assert len(rotation.backups_in(agency.settings.backups)) == 2
    month = NOW + LONGEST + EVERY
    assert "made, 2 deleted" in make_if_due(agency.settings, month)
    assert rotation.newest(agency.settings.backups, month) == month


@ON_SQLITE
def test_a_backup_of_the_future_hides_nothing(agency: Agency) -> None:
    agency.take()
    wrong = agency.settings.backups / rotation.file_name(NOW + 99 * LONGEST, encrypted=True)
    wrong.parent.mkdir()
    wrong.touch()
    assert rotation.newest(agency.settings.backups, NOW) is None
    assert "1 backup of " in make_if_due(agency.settings, NOW)
    assert rotation.newest(agency.settings.backups, NOW) == NOW
    assert prune(agency.settings.backups, NOW + 2 * LONGEST) == 0, "the newest one stays"


def test_what_a_restore_replaced_goes_after_as_long_as_a_backup(tmp_path: Path) -> None:
    agency = Agency.at(tmp_path)
    kept = tmp_path / "replaced-2026-11-26T150000.000000Z"
    kept.mkdir()
    (kept / "website.sqlite3").touch()
    (tmp_path / "replaced-by-hand").mkdir()
    assert clear_replaced(agency.settings, NOW + LONGEST / 2) == "0 replaced databases deleted"
    assert kept.exists()
    assert clear_replaced(agency.settings, NOW + LONGEST) == "1 replaced database deleted"
    assert {path.name for path in tmp_path.glob("replaced-*")} == {"replaced-by-hand"}


def test_the_privacy_page_says_how_long_backups_are_kept() -> None:
    page = (ROOT / "content/seiten/datenschutz.md").read_text()
    assert f"spätestens nach {LONGEST.days} Tagen" in page
    assert f"{REMEMBERED.days} Tage lang einen Hashwert ihrer Nummer" in page
