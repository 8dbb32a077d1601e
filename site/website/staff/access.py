"""Who of the staff may do what, and the guard before every page for staff.

A page says whom it serves; one that does not is refused to everybody, so that nothing is open
because somebody forgot it.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response as BaseResponse

from website.config import STAFF_ROOMS
from website.staff import error_pages
from website.staff.accounts.models import Staff
from website.web import origin
from website.web.origin import Verdict
from website.web.services import services

View = Callable[..., Any]
SIGN_IN = "staff.sign_in"
_SAFE = {"GET", "HEAD", "OPTIONS"}


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


class Audience(Enum):
    """Whom a page serves that needs no particular right."""

    SIGNED_IN = "signed in"
    ANYBODY = "anybody"


def requires(action: Action) -> Callable[[View], View]:
    """Restrict a view to those who may do something; others must sign in or are refused."""

    def check() -> ResponseReturnValue | None:
        refusal = _sign_in_first()
        return refusal if refusal or may(action) else abort(403)

    return lambda view: _marked(_guarded(view, check), action)


def signed_in(view: View) -> View:
    """Restrict a view to those who are signed in, whatever they may do."""
    return _marked(_guarded(view, _sign_in_first), Audience.SIGNED_IN)


def fresh(*, back: str = "") -> Callable[[View], View]:
    """Restrict a view to those who have just signed in: an unlocked computer is not enough.

    Goes below :func:`requires` or :func:`signed_in`. Others are asked to sign in again first, and
    lose nothing of what they typed.

    :param back: endpoint of the page to start again from, for forms without typed text; visitors
        of these are redirected to the sign-in, and from there to it.
    """

    def check() -> ResponseReturnValue | None:
        if current_user.signed_in.is_fresh:
            return None
        if not back:
            raise error_pages.Stale
        flash("Melden Sie sich dafür noch einmal an. Es wurde nichts geändert.", "problem")
        return go_to(SIGN_IN, next=staff_url(back))

    return lambda view: _guarded(view, check)


def for_anybody(view: View) -> View:
    """Open a view to everybody, for instance the one where they sign in."""
    return _marked(view, Audience.ANYBODY)


def guard(blueprint: Blueprint) -> None:
    """Refuse what a foreign page sends and views that serve nobody; let nobody keep an answer.

    Unlike with visitors' requests, a browser that does not send where a page comes from is refused:
    all browsers that staff use have sent it since 2023.
    """
    blueprint.before_request(_refuse_foreign)
    blueprint.before_request(_refuse_unmarked)
    blueprint.after_request(_keep_private)
    error_pages.register(blueprint)


def to_sign_in() -> ResponseReturnValue:
    """Send somebody to the sign-in, and from there back to where they wanted to go.

    :raises SignedOut: if the request would have changed something: what was typed would be lost.
    """
    if request.method not in _SAFE:
        raise error_pages.SignedOut
    wanted = at_root(request.full_path.rstrip("?"))
    return redirect(f"{staff_url(SIGN_IN)}?{urlencode({'next': wanted})}", 303)


def local(address: str) -> str:
    """Return the address of a page for staff as it is, and nothing for any other.

    So that no link to the sign-in leads on to a page of somebody else (OWASP, Unvalidated Redirects
    and Forwards). Browsers drop controls and take a backslash for a slash, so both are refused.
    """
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:  # half of an IPv6 address
        return ""
    strange = any(sign <= " " or sign == "\\" for sign in unquote(address))
    if strange or ".." in path.split("/") or "//" in path:
        return ""
    sign_in = path.startswith(staff_url(SIGN_IN))
    rooms = tuple(map(at_root, STAFF_ROOMS))
    return address if address.startswith(rooms) and not sign_in else ""


def go_to(endpoint: str, **values: object) -> BaseResponse:
    """Return a redirect to a page for staff, after something was done."""
    return redirect(staff_url(endpoint, **values), 303)


def staff_url(endpoint: str, **values: object) -> str:
    """Return the address of a page for staff: ``url_for`` that also works without a request."""
    return at_root(current_app.url_map.bind("").build(endpoint, values))


def at_root(path: str) -> str:
    """Return an address for staff below the site's path."""
    return services().library.addresses.at_root(path)


@dataclass(frozen=True)
class Section:
    """One entry of a room's navigation."""

    label: str
    address: str
    is_here: bool


def sections(entries: Sequence[tuple[str, str, Action]]) -> Iterator[Section]:
    """Yield the sections of a room that the person signed in may use.

    :param entries: label, endpoint and what one must be allowed to do; the first is the room's
        start page, below which all others lie.
    """
    here, start = at_root(request.path), entries[0][1]
    for label, endpoint, action in entries:
        if may(action):
            address = staff_url(endpoint)
            is_below = endpoint != start and here.startswith(address)
            yield Section(label, address, is_below or here == address)


def names() -> dict[int, str]:
    """Return the name of every account."""
    found: dict[int, str] = services().accounts.directory.names()
    return found


def _refuse_foreign() -> None:
    # Origins allowed for visitors' requests are not ours.
    own = {services().settings.own_origin}
    is_ours = origin.verdict(request.headers, own) is Verdict.OURS
    if request.method not in _SAFE and not is_ours:
        raise error_pages.Foreign


def _refuse_unmarked() -> None:
    view = current_app.view_functions[request.endpoint or ""]
    if not hasattr(view, "required_action"):
        raise LookupError(
            f"{request.endpoint} does not say whom it serves: see website.staff.access"
        )


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _sign_in_first() -> ResponseReturnValue | None:
    return None if current_user.is_authenticated else to_sign_in()


def _guarded(view: View, check: Callable[[], ResponseReturnValue | None]) -> View:
    """Return a view that responds with what a check returns, unless that is nothing."""

    @functools.wraps(view)
    def guarded(*given: object, **named: object) -> ResponseReturnValue:
        refusal = check()
        answer: ResponseReturnValue = view(*given, **named) if refusal is None else refusal
        return answer

    return guarded


def _marked(view: View, whom: Action | Audience) -> View:
    view.required_action = whom  # type: ignore[attr-defined]
    return view
