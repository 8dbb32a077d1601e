"""Roles and permissions of staff, and decorators that restrict views.

A :class:`StaffBlueprint` has a default restriction, or every view must have one of the decorators;
others fail for everybody, so that no page is public by mistake.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException

from website.config import STAFF_ROOMS
from website.infra import toml_tables
from website.staff import error_pages
from website.staff.accounts.models import Staff
from website.web import csrf
from website.web.services import services

View = Callable[..., Any]
SIGN_IN = "staff.sign_in"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_ROLES = toml_tables.beside(__file__, "roles.toml")


class StaffRole(StrEnum):
    """A role of staff; accounts may have several."""

    SALES = "sales"
    LEAD_ADMIN = "lead-admin"
    OPERATOR = "operator"
    EDITOR = "editor"
    CHIEF_EDITOR = "chief-editor"

    @property
    def label(self) -> str:
        """The German name."""
        return str(_ROLES[self]["label"])


class Action(StrEnum):
    """A permission in the inbox or the editor."""

    READ = "read"
    CHANGE = "change"
    RELEASE = "release"
    SEND_AGAIN = "send-again"
    EXPORT = "export"
    PRIVACY = "privacy"
    """Export and erase the data on a person."""
    SEE_HEALTH = "see-health"
    """See the system status, without personal data."""
    EDIT = "edit"
    """Write texts and submit them for review."""
    PUBLISH = "publish"
    """Approve texts of others, publish and withdraw them."""


ALLOWED = {role: frozenset(map(Action, _ROLES[role]["may"])) for role in StaffRole}
"""What each role permits."""


def allowed(roles: Iterable[str], action: Action) -> bool:
    """Return whether one of the roles permits an action; unknown roles permit nothing."""
    known = (StaffRole(role) for role in roles if role in set(StaffRole))
    return any(action in ALLOWED[role] for role in known)


def owners(accounts: Iterable[Staff]) -> list[tuple[int, str]]:
    """Return id and name of the active accounts that may change, and therefore own, leads."""
    return [
        (one.id, one.name) for one in accounts if one.active and allowed(one.roles, Action.CHANGE)
    ]


def may(action: Action) -> bool:
    """Return whether the current user may do something."""
    return bool(current_user.is_authenticated) and allowed(current_user.staff_roles, action)


class Audience(Enum):
    """Who may open a page that requires no permission."""

    SIGNED_IN = "signed in"
    ANYBODY = "anybody"


def requires(action: Action) -> Callable[[View], View]:
    """Restrict a view to users with a permission; others are sent to the sign-in or refused."""

    def check() -> ResponseReturnValue | None:
        refusal = _sign_in_first()
        if refusal is None and not may(action):
            abort(403)
        return refusal

    return lambda view: _marked(_guarded(view, check), action)


def signed_in(view: View) -> View:
    """Restrict a view to signed-in users."""
    return _marked(_guarded(view, _sign_in_first), Audience.SIGNED_IN)


def fresh(*, back: str = "") -> Callable[[View], View]:
    """Restrict a view to users who have just signed in, against abuse of unlocked computers.

    Goes below :func:`requires` or :func:`signed_in`. Others are asked to sign in again, and keep
    what they typed.

    :param back: endpoint to return to after the sign-in, for forms without typed text, which are
        not kept.
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
    """Open a view to everybody, for instance the sign-in."""
    return _marked(view, Audience.ANYBODY)


class StaffBlueprint(Blueprint):
    """Pages for staff: refuse cross-site requests and unrestricted views, forbid caching.

    Unlike visitors' requests, those without headers about their origin are refused: all browsers
    have sent these since 2023.

    :param restrict: the decorator of all views without one of their own.
    """

    def __init__(
        self, name: str, url_prefix: str, restrict: Callable[[View], View] | None = None
    ) -> None:
        super().__init__(name, __name__, url_prefix=url_prefix)
        self._restrict = restrict
        self.before_request(_refuse_foreign)
        self.before_request(_refuse_unmarked)
        self.after_request(_keep_private)
        error_pages.register(self)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,  # noqa: ANN401 - Flask's
    ) -> None:
        """Register a view, restricted by default."""
        if view_func and self._restrict and not hasattr(view_func, "required_action"):
            view_func = self._restrict(view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def no_view(error: HTTPException) -> Response:
    """Return the error page of an address below the rooms of staff that belongs to no view.

    No blueprint handles such a request, so none of its handlers are called.
    """
    return _keep_private(make_response(error_pages.response(error)))


def to_sign_in() -> ResponseReturnValue:
    """Return a redirect to the sign-in, and from there back.

    :raises SignedOut: for unsafe methods, whose input a redirect would lose.
    """
    if request.method not in _SAFE:
        raise error_pages.SignedOut
    wanted = at_root(request.full_path.rstrip("?"))
    return redirect(f"{staff_url(SIGN_IN)}?{urlencode({'next': wanted})}", 303)


def local(address: str) -> str:
    """Return an address if it is that of a page for staff, else an empty string.

    Prevents open redirects after the sign-in (OWASP, Unvalidated Redirects and Forwards). Browsers
    drop control characters and treat backslashes as slashes, so both are refused.
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
    """Return a redirect (303) to a page for staff."""
    return redirect(staff_url(endpoint, **values), 303)


def staff_url(endpoint: str, **values: object) -> str:
    """Return the address of a page for staff; works without a request, unlike ``url_for``."""
    return at_root(current_app.url_map.bind("").build(endpoint, values))


def at_root(path: str) -> str:
    """Return a path below the path of the site."""
    return services().library.addresses.at_root(path)


@dataclass(frozen=True)
class Section:
    """An entry of a navigation."""

    label: str
    address: str
    is_here: bool


def sections(room: str) -> Iterator[Section]:
    """Yield the navigation entries that the current user may open.

    :param room: a key of ``sections.toml``.
    """
    entries = toml_tables.beside(__file__, "sections.toml")[room]
    here, start = at_root(request.path), entries[0][1]
    for label, endpoint, action in entries:
        if may(Action(action)):
            address = staff_url(endpoint)
            is_below = endpoint != start and here.startswith(address)
            yield Section(label, address, is_below or here == address)


def names() -> dict[int, str]:
    """Return the names of all accounts by id."""
    return services().accounts.directory.names()


def _refuse_foreign() -> None:
    # Origins allowed for visitors' requests are not ours.
    own = {services().settings.own_origin}
    is_ours = csrf.verdict(request.headers, own) is csrf.Verdict.OURS
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
    """Return a view that runs a check first, and responds with its result unless that is None."""

    @functools.wraps(view)
    def guarded(*given: object, **named: object) -> ResponseReturnValue:
        refusal = check()
        answer: ResponseReturnValue = view(*given, **named) if refusal is None else refusal
        return answer

    return guarded


def _marked(view: View, whom: Action | Audience) -> View:
    view.required_action = whom  # type: ignore[attr-defined]
    return view
