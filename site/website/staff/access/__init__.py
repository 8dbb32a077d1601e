"""Who of the staff may do what, the guard before every page for staff, and what it answers.

In reading order: ``roles`` (roles and actions), ``permissions`` (views, blueprints, the way to the
sign-in), ``kept_posts`` (what was sent by somebody signed in no more), ``navigation`` (what all
pages show), ``error_pages`` (what is said when something is refused or fails).
"""

from website.staff.access.navigation import Section, names, sections
from website.staff.access.permissions import (
    SIGN_IN,
    Audience,
    at_root,
    for_anybody,
    fresh,
    go_to,
    guard,
    local,
    requires,
    signed_in,
    staff_url,
    to_sign_in,
)
from website.staff.access.roles import ALLOWED, Action, StaffRole, allowed, may, owners

__all__ = [
    "ALLOWED",
    "SIGN_IN",
    "Action",
    "Audience",
    "Section",
    "StaffRole",
    "allowed",
    "at_root",
    "for_anybody",
    "fresh",
    "go_to",
    "guard",
    "local",
    "may",
    "names",
    "owners",
    "requires",
    "sections",
    "signed_in",
    "staff_url",
    "to_sign_in",
]
