"""Whatever the rows of the tables hold is the same after every way between the databases."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import shutil
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, BigInteger, Column, Table, UniqueConstraint, delete, insert, select
from sqlalchemy import Enum as Words

from support.postgres import PostgreSQL
from support.sqlite import NAME, migrated
from website.infra.database import Database, connect
from website.leads.models import Base, Moment
from website.ops.backup import postgresql, sqlite

TABLES = Base.metadata.sorted_tables
EXAMPLES = 5
"""Each is many values, and takes a second: all migrations are applied twice."""
Rows = dict[str, list[dict[str, Any]]]

TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"])
) | st.sampled_from(
    ["", " ", "007", "1e3", "null", "\r\n", "\ufeffa", "e\u0301", "\U0001f600", "ü" * 7_000]
)
SMALL, BIG = 2**31, 2**63
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
ZONES = [datetime.timezone(datetime.timedelta(hours=hours)) for hours in (-12, 0, 1, 14)]
MOMENTS = st.datetimes(
    datetime.datetime(1900, 1, 1),  # noqa: DTZ001 - the zones are given below
    datetime.datetime(9990, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from(ZONES),
)


def values(column: Column[Any]) -> st.SearchStrategy[Any]:
    """Return what a column may hold, without regard to other rows."""
    length = getattr(column.type, "length", None)
    most = BIG if isinstance(column.type, BigInteger) else SMALL
    known = {
        str: TEXTS.map(lambda text: text[:length]),
        bytes: st.binary(),
        bool: st.booleans(),
        datetime.date: st.dates(),
        int: st.integers(1 if column.primary_key else -most, most - 2),
    }
    if column.name == "words":  # as leads.search makes them: one space between two
        found: st.SearchStrategy[Any] = TEXTS.map(lambda text: " ".join(text.split()))
    elif isinstance(column.type, Words):
        found = st.sampled_from(column.type.python_type)  # type: ignore[arg-type]
    elif isinstance(column.type, Moment):
        found = MOMENTS
    elif isinstance(column.type, JSON):
        found = JSONS
    else:
        found = known[column.type.python_type]
    return st.none() | found if column.nullable else found


def keys(table: Table) -> list[list[str]]:
    """Return the columns of which no two rows may hold the same."""
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [[column.name for column in each.columns] for each in (table.primary_key, *unique)]


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """Return rows of all tables, which refer to each other."""
    found: Rows = {}
    for table in TABLES:
        columns = {}
        for column in table.columns:
            columns[column.name] = values(column)
            for key in column.foreign_keys:
                there = [row[key.column.name] for row in found[key.column.table.name]]
                columns[column.name] = st.sampled_from(there)
        alike = tuple(
            lambda row, names=names: tuple(row[name] for name in names) for names in keys(table)
        )
        one = st.fixed_dictionaries(columns)
        found[table.name] = draw(st.lists(one, min_size=1, max_size=3, unique_by=alike))
    return found


def fill(database: Database, new: Rows) -> None:
    with database.connected_for_writing() as connection:
        for table in reversed(TABLES):
            connection.execute(delete(table))
        for table in TABLES:
            connection.execute(insert(table), new[table.name])


def held(url: str | Path) -> dict[str, list[str]]:
    """Read every row by the models; texts of values, since 1, True and 1.0 would be equal."""
    address = url if isinstance(url, str) else f"sqlite:///{url}"
    with contextlib.closing(connect(address)) as database, database.reading() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in TABLES
        }


def test_every_row_of_every_table_is_the_same_after_every_way(
    postgres: PostgreSQL, tmp_path: Path
) -> None:
    numbers = itertools.count()
    with postgres.database() as first, postgres.database() as second:

        @given(new=rows())
        @settings(max_examples=EXAMPLES)
        def compare(new: Rows) -> None:
            place = tmp_path / str(next(numbers))
            file, copied, whole = migrated(place) / NAME, place / "copied", place / "whole"
            with contextlib.closing(connect(f"sqlite:///{file}")) as database:
                fill(database, new)
            before = held(file)
            postgresql.replace(first, file)
            assert held(first) == before
            postgresql.copy(first, copied)
            postgresql.as_database(copied, sqlite.revision(copied), whole)
            assert held(whole) == before
            postgresql.replace(second, whole)
            assert held(second) == before
            shutil.rmtree(place)

        compare()
