"""How long hashes of visitors' addresses are stored; also stated on the privacy page."""

import datetime

KEPT = datetime.timedelta(days=7)
"""Time after which the hash of a visitor's IP address is deleted."""
