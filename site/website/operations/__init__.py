"""Keeping the site up: one machine's server, and whether all is well."""

from website.operations.health import blueprint as health

__all__ = ["health"]
