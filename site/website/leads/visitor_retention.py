"""How long we remember that somebody sent a lead; also printed on the privacy page."""

import datetime

KEPT = datetime.timedelta(days=7)
"""After which the hash of a visitor's address is deleted."""
