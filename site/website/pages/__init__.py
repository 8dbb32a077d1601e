"""The public pages: everything that gets frozen, but for the contact form."""

from website.pages.machines import blueprint as machines
from website.pages.views import blueprint

__all__ = ["blueprint", "machines"]
