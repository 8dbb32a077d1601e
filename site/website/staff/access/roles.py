"""What somebody is among the staff, and what that lets them do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from flask_login import current_user

from website.staff.accounts.models import Staff


class StaffRole(StrEnum):
    """What somebody is among the staff; one person may be several things."""

    SALES = "sales"
    LEAD_ADMIN = "lead-admin"
    OPERATOR = "operator"
    EDITOR = "editor"
    CHIEF_EDITOR = "chief-editor"

    @property
    def label(self) -> str:
        """The German name."""
        return _LABELS[self]


_LABELS = {
    StaffRole.SALES: "Vertrieb",
    StaffRole.LEAD_ADMIN: "Anfragen-Verwaltung",
    StaffRole.OPERATOR: "Betrieb",
    StaffRole.EDITOR: "Redaktion",
    StaffRole.CHIEF_EDITOR: "Chefredaktion",
}


class Action(StrEnum):
    """What is done in the inbox and in the editor."""

    READ = "read"
    CHANGE = "change"
    RELEASE = "release"
    SEND_AGAIN = "send-again"
    EXPORT = "export"
    PRIVACY = "privacy"
    """Telling and erasing what is kept of a person."""
    SEE_HEALTH = "see-health"
    """Whether requests get through, but no word of what they say."""
    EDIT = "edit"
    """Write texts and submit them for review."""
    PUBLISH = "publish"
    """Approve texts of others, bring them to readers, and take them back."""


_SALES = {Action.READ, Action.CHANGE, Action.RELEASE, Action.SEND_AGAIN, Action.EXPORT}
ALLOWED: dict[StaffRole, frozenset[Action]] = {
    StaffRole.SALES: frozenset(_SALES),
    StaffRole.LEAD_ADMIN: frozenset(_SALES | {Action.PRIVACY, Action.SEE_HEALTH}),
    StaffRole.OPERATOR: frozenset({Action.SEE_HEALTH}),
    StaffRole.EDITOR: frozenset({Action.EDIT}),
    StaffRole.CHIEF_EDITOR: frozenset({Action.EDIT, Action.PUBLISH}),
}


def allowed(roles: Iterable[str], action: Action) -> bool:
    """Return whether one of some roles may do something; roles that are not known may nothing."""
    known = (StaffRole(role) for role in roles if role in set(StaffRole))
    return any(action in ALLOWED[role] for role in known)


def owners(accounts: Iterable[Staff]) -> list[tuple[int, str]]:
    """Return number and name of those who may be made responsible for a lead: who may change it."""
    return [
        (one.id, one.name) for one in accounts if one.active and allowed(one.roles, Action.CHANGE)
    ]


def may(action: Action) -> bool:
    """Return whether the person signed in may do something."""
    return bool(current_user.is_authenticated) and allowed(current_user.staff_roles, action)
