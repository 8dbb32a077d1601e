"""Who of the staff may do what, and the guard before every page for staff.

A page of the inbox is named with the action it serves; one that is not is refused to everybody, so
that nothing is open because somebody forgot it.
"""

from __future__ import annotations

import functools
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import current_app, redirect, render_template, request
from flask_login import current_user

from website import origin
from website.origin import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    View = Callable[..., Any]

SIGN_IN = "/posteingang/anmelden"
FORBIDDEN = 403
_SAFE = {"GET", "HEAD", "OPTIONS"}


class StaffRole(StrEnum):
    """What somebody is among the staff; one person may be several things."""

    SALES = "sales"
    LEAD_ADMIN = "lead-admin"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        """Name it in German."""
        return _LABELS[self]


_LABELS = {
    StaffRole.SALES: "Vertrieb",
    StaffRole.LEAD_ADMIN: "Anfragen-Verwaltung",
    StaffRole.OPERATOR: "Betrieb",
}


class Action(StrEnum):
    """What is done in the inbox."""

    READ = "read"
    CHANGE = "change"
    RELEASE = "release"
    SEND_AGAIN = "send-again"
    EXPORT = "export"
    PRIVACY = "privacy"
    """Telling and erasing what is kept of a person."""
    SEE_HEALTH = "see-health"
    """Whether requests get through, but no word of what they say."""


_SALES = {Action.READ, Action.CHANGE, Action.RELEASE, Action.SEND_AGAIN, Action.EXPORT}
ALLOWED: dict[StaffRole, frozenset[Action]] = {
    StaffRole.SALES: frozenset(_SALES),
    StaffRole.LEAD_ADMIN: frozenset(_SALES | {Action.PRIVACY, Action.SEE_HEALTH}),
    StaffRole.OPERATOR: frozenset({Action.SEE_HEALTH}),
}


def allowed(roles: Iterable[str], action: Action) -> bool:
    """Say whether one of some roles may do something; roles that are not known may nothing."""
    known = (StaffRole(role) for role in roles if role in set(StaffRole))
    return any(action in ALLOWED[role] for role in known)


def may(action: Action) -> bool:
    """Say whether the person signed in may do something."""
    return bool(current_user.is_authenticated) and allowed(current_user.staff_roles, action)


def requires(action: Action) -> Callable[[View], View]:
    """Keep a view for those who may do something; others are asked to sign in, or refused."""

    def keep(view: View) -> View:
        @functools.wraps(view)
        def kept(*given: object, **named: object) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return to_sign_in()
            if not may(action):
                return refused()
            answer: ResponseReturnValue = view(*given, **named)
            return answer

        kept.required_action = action  # type: ignore[attr-defined]
        return kept

    return keep


def guard(blueprint: Blueprint) -> None:
    """Refuse what a foreign page sends, and let nobody keep a copy of what is answered.

    Unlike with visitors' requests, a browser that does not tell where a page comes from is refused:
    all browsers that staff use have told it since 2023.
    """

    @blueprint.before_request
    def refuse_foreign() -> ResponseReturnValue | None:
        return None if request.method in _SAFE or _is_ours() else refused()

    @blueprint.after_request
    def keep_private(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


def to_sign_in() -> ResponseReturnValue:
    """Send somebody to the sign-in, and from there back to where they wanted to go."""
    address = at_root(SIGN_IN)
    if request.method in _SAFE:
        wanted = request.full_path.rstrip("?")
        address += "?" + urlencode({"next": wanted})
    return redirect(address, 303)


def refused() -> tuple[str, int]:
    """Say that somebody may not do this."""
    return render_template("inbox/refused.html"), FORBIDDEN


def at_root(path: str) -> str:
    """Put the site's path before an address for staff."""
    address: str = current_app.extensions["library"].addresses.at_root(path)
    return address


def _is_ours() -> bool:
    own = current_app.extensions["settings"].own_origins
    headers = request.headers
    verdict = origin.judge(headers.get("Sec-Fetch-Site"), headers.get("Origin"), own)
    return verdict is Verdict.OURS
