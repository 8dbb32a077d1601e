"""How staff sign in, and what they do with their own account.

In reading order: ``room`` (the blueprint and what its views share), ``cookie`` (what a browser
holds), ``forms``, ``browsers``, ``sign_in``, ``passkeys``, ``invitation``, ``account``.
"""

from website.staff import account, invitation, passkeys, sign_in
from website.staff.cookie import set_up
from website.staff.room import blueprint

__all__ = ["account", "blueprint", "invitation", "passkeys", "set_up", "sign_in"]
