"""What everything else stands on: clock, database, keys, texts, network, mail transport, cache.

Knows nothing of leads, texts of authors or pages, and no Flask.
"""
