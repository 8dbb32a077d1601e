"""Who of the staff may do what, the guard before every page for staff, and what it answers.

In reading order: ``rights`` (roles and actions), ``guarding`` (views, blueprints, the way to the
sign-in), ``answers`` (what is said when something is refused or fails).
"""

from website.access.guarding import (
    ROOM,
    SIGN_IN,
    Entry,
    at_root,
    for_anybody,
    fresh,
    go_to,
    guard,
    local,
    requires,
    signed_in,
    to_sign_in,
)
from website.access.rights import ALLOWED, Action, StaffRole, allowed, may, owners

__all__ = [
    "ALLOWED",
    "ROOM",
    "SIGN_IN",
    "Action",
    "Entry",
    "StaffRole",
    "allowed",
    "at_root",
    "for_anybody",
    "fresh",
    "go_to",
    "guard",
    "local",
    "may",
    "owners",
    "requires",
    "signed_in",
    "to_sign_in",
]
