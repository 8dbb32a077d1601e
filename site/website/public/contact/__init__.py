"""The contact form: its page is frozen, its endpoint is live.

In reading order: :mod:`website.web.csrf` (CSRF protection), :mod:`.form_data` (request body to
fields), :mod:`.forms` (fields to answers or error messages), :mod:`.views` (the endpoint).
:mod:`.page`, the frozen page, needs no database.
"""

from website.public.contact.form_data import MAX_BYTES
from website.public.contact.page import page_blueprint

__all__ = ["MAX_BYTES", "page_blueprint"]
