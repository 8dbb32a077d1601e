"""Reuse of files of the previous build.

:mod:`website.build.pipeline`, the plain build, uses two modules: :mod:`.up_to_date` detects that
nothing has changed, and :mod:`.reuse` carries over files that are still valid. Why the result
equals a clean build byte for byte: docs/decisions/0004-incremental-freezing.md.
"""
