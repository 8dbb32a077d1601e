"""All checks, in the order in which they are reported."""

import pkgutil
import tomllib
from pathlib import Path

from website.ops.doctor.runner import Check

_ROWS = tomllib.loads(Path(__file__).with_name("checks.toml").read_text("utf-8"))

CHECKS = tuple(
    Check(
        name,
        pkgutil.resolve_name(f"website.ops.doctor.{row['run']}"),
        needs=tuple(f"WEBSITE_{setting}" for setting in row.get("needs", ())),
    )
    for name, row in _ROWS.items()
)
