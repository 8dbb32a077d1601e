"""What the many applications of tests share, so that none compiles what another has compiled."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from website import load_library
from website.build.incremental import state
from website.config import Settings
from website.content.library import Library
from website.infra import postgresql, sqlite


class CompiledTemplates(BytecodeCache):
    """Templates as they were compiled, by their names and sources."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


def share_templates_of_builds() -> None:
    """Let every build start from the templates that others in this process have compiled."""
    shared: dict[tuple[str, str], bytes] = {}
    load, dump = state.CompiledTemplates.load_bytecode, state.CompiledTemplates.dump_bytecode

    def load_bytecode(self: state.CompiledTemplates, bucket: Bucket) -> None:
        if found := shared.get((bucket.key, bucket.checksum)):
            self.kept[bucket.key] = found
        load(self, bucket)

    def dump_bytecode(self: state.CompiledTemplates, bucket: Bucket) -> None:
        dump(self, bucket)
        shared[bucket.key, bucket.checksum] = self.kept[bucket.key]

    state.CompiledTemplates.load_bytecode = load_bytecode  # type: ignore[method-assign]
    state.CompiledTemplates.dump_bytecode = dump_bytecode  # type: ignore[method-assign]


def share_compiled_statements() -> None:
    """Let every database use the SQL that another of its kind in this process has compiled."""
    options: dict[str, Any] = {"compiled_cache": LRUCache(5_000)}
    for module in (sqlite, postgresql):
        module.create_engine = functools.partial(  # type: ignore[attr-defined]
            create_engine, execution_options=options
        )
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # part of the keys of the cache
        dialect.__eq__ = _is_of_one_kind  # type: ignore[assignment,method-assign]
        dialect.__hash__ = _hash_of_kind  # type: ignore[assignment,method-assign]


def _is_of_one_kind(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: object) -> int:
    return hash(type(one))


class SharedRule(Rule):
    """A rule that builds addresses by the code that was compiled for the first of its kind."""

    _compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        defaults = sorted((self.defaults or {}).items())
        key = (self.rule, self.subdomain, self.host, repr(defaults), append_unknown)
        if key not in self._compiled:
            self._compiled[key] = super()._compile_builder(append_unknown)
        return self._compiled[key]


@functools.cache
def real_content() -> Library:
    """Return the content of this repository, read once: what ``create_app`` may start from."""
    return load_library(Settings())
