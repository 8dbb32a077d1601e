"""Statements that every lead runs, made ready once for each kind of database.

SQLAlchemy looks up how to write a statement, and how each of its values, at every execution. That
takes five times as long as SQLite takes to carry it out, while the write lock is held. Here it is
looked up once; the statement is still written in SQLAlchemy's terms, once for all databases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, CursorResult, Dialect, Executable

    Value = Callable[[Any], Any]


@dataclass(frozen=True)
class _Compiled:
    sql: str
    writers: tuple[tuple[str, Value | None], ...]
    """The parameters in order, each with what turns its value into what the driver takes."""
    is_positional: bool

    def parameters(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the driver's
        """Write values as the driver takes them."""
        written = ((name, write, values[name]) for name, write in self.writers)
        if self.is_positional:
            return tuple(write(value) if write else value for _, write, value in written)
        return {name: write(value) if write else value for name, write, value in written}


class Prepared:
    """One statement whose parameters are all bound by name.

    :param statements: the statement, or one for each kind of database by its name where they
        differ. Results come as the driver gives them: moments are texts on SQLite.
    """

    def __init__(self, statements: Executable | Mapping[str, Executable]) -> None:
        self._statements = statements
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute it once."""
        compiled = self._for(connection.dialect)
        return connection.exec_driver_sql(compiled.sql, compiled.parameters(values))

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for each of some rows, of which there may be none."""
        if rows:
            compiled = self._for(connection.dialect)
            connection.exec_driver_sql(compiled.sql, [compiled.parameters(row) for row in rows])

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        return self._compiled[dialect.name]

    def _compile(self, dialect: Dialect) -> _Compiled:
        by_dialect = isinstance(self._statements, dict)
        statement: Any = self._statements[dialect.name] if by_dialect else self._statements  # type: ignore[index]
        made = statement.compile(dialect=dialect)
        names = made.positiontup or list(made.binds)
        writers = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in made.binds.items()
        }
        return _Compiled(
            made.string, tuple((name, writers[name]) for name in names), bool(made.positiontup)
        )
