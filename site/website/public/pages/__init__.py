"""The public pages: everything that is frozen, except for the contact form."""

from website.public.pages import machine_readable  # noqa: F401 - its views register themselves
from website.public.pages.views import blueprint, error_page

__all__ = ["blueprint", "error_page"]
