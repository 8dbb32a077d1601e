"""Freezing the public pages to static files.

:mod:`.pipeline` is the build, step by step. :mod:`.builder` runs it unless nothing has changed;
:mod:`.incremental` keeps it from rendering again what has not changed.
"""
