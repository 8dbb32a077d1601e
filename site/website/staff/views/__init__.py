"""Views for signing in, and for one's own account.

In reading order: ``blueprint`` (shared by all views), ``cookie`` (Flask session and Flask-Login),
``forms``, ``sign_in``, ``passkeys``, ``account`` (also invitations).
"""

from website.staff.views import account, passkeys, sign_in
from website.staff.views.blueprint import blueprint
from website.staff.views.cookie import set_up

__all__ = ["account", "blueprint", "passkeys", "set_up", "sign_in"]
