"""All checks, in the order in which they are reported."""

import pkgutil

from website.infra import toml_tables
from website.ops.doctor.runner import Check

_ROWS = toml_tables.beside(__file__, "checks.toml")

CHECKS = tuple(
    Check(
        name,
        pkgutil.resolve_name(f"website.ops.doctor.{row['run']}"),
        needs=tuple(f"WEBSITE_{setting}" for setting in row.get("needs", ())),
    )
    for name, row in _ROWS.items()
)
