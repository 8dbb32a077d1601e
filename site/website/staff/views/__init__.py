"""How staff sign in, and what they do with their own account.

In reading order: ``blueprint`` (the blueprint and what its views share), ``cookie`` (what a browser
holds), ``forms``, ``browser_names``, ``sign_in``, ``passkeys``, ``invitation``, ``account``.
"""

from website.staff.views import account, passkeys, sign_in
from website.staff.views.blueprint import blueprint
from website.staff.views.cookie import set_up

__all__ = ["account", "blueprint", "passkeys", "set_up", "sign_in"]
