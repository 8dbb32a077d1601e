"""Infrastructure for all other packages: clock, database, keys, text, network, mail, cache.

Imports nothing of leads, content or pages, and no Flask.
"""
