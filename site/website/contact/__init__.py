"""The one public form: its page is frozen, its endpoint is live.

In reading order: ``origin`` (whose page may post), ``body`` (bytes to fields), ``forms`` (fields
to answers or error messages), ``views``.
"""

from website.contact.views import endpoint_blueprint, page_blueprint

__all__ = ["endpoint_blueprint", "page_blueprint"]
