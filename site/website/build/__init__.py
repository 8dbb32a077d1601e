"""Freezing: the public pages as plain files.

Read :mod:`.pipeline` first: it is the build, step by step. :mod:`.builder` runs it unless there is
nothing to do; :mod:`.incremental` keeps it from making again what has not changed.
"""
