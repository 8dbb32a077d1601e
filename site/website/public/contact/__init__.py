"""The one public form: its page is frozen, its endpoint is live.

In reading order: ``sender`` (whether a browser sends), ``body`` (bytes to fields), ``forms``
(fields to answers or error messages), ``views``; and by itself ``page``, which needs no database.
"""

from website.public.contact.form_data import MAX_BYTES
from website.public.contact.page import page_blueprint

__all__ = ["MAX_BYTES", "page_blueprint"]
