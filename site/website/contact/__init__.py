"""The one public form: its page is frozen, its endpoint is live.

In reading order: ``sender`` (whether a browser sends), ``body`` (bytes to fields), ``forms``
(fields to answers or error messages), ``confirming`` (a second step for those who are suspected),
``views``.
"""

from website.contact.body import MAX_BYTES
from website.contact.views import endpoint_blueprint, page_blueprint

__all__ = ["MAX_BYTES", "endpoint_blueprint", "page_blueprint"]
