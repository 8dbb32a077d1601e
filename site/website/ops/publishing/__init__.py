"""Publishing: merge, check, build and switch the live pages.

Read :mod:`.publisher` first: it runs publications step by step. Browser, command line and worker
request them by inserting rows (:mod:`website.editorial.publications`).
"""
