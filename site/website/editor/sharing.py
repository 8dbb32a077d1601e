"""Links by which somebody without an account reads a text that is not public yet."""

import re

from flask import Response, flash, render_template, request
from flask_login import current_user

from website.editor.blueprint import blueprint, editor_state
from website.editor.edited_site import framed
from website.editor.previews import send_image
from website.editor.text_forms import stored_or_404
from website.editorial.share_links import ShareLink
from website.infra import clock
from website.staff import access, error_pages
from website.staff.access import Action, go_to, names, requires
from website.web.security import CONTENT_SECURITY_POLICY, written
from website.web.templating import absolute

_MAIN = re.compile(r"<main\b[^>]*>")
_POLICY = written(CONTENT_SECURITY_POLICY | {"script-src": "'none'", "connect-src": "'none'"})


@blueprint.get("/texte/<text:file>/teilen")
@requires(Action.EDIT)
def sharing(file: str) -> str:
    """Show the links of a text, and the form for another one."""
    return _page(file)


@blueprint.post("/texte/<text:file>/teilen")
@requires(Action.EDIT)
def share(file: str) -> str:
    """Make a link, and show it this once."""
    now = stored_or_404(file)
    is_fixed = request.form.get("fassung") == "diese" and now.version
    token = editor_state().links.create(
        file, current_user.id, clock.now(), version=now.version if is_fixed else None
    )
    return _page(file, absolute(access.staff_url("editor.shared", token=token)))


@blueprint.post("/texte/<text:file>/teilen/<row:number>")
@requires(Action.EDIT)
def revoke(file: str, number: int) -> object:
    """End a link at once."""
    if editor_state().links.revoke(file, number):
        flash("Der Link gilt nicht mehr.")
    return go_to("editor.sharing", file=file)


@blueprint.get("/geteilt/<token>")
@access.for_anybody
def shared(token: str) -> Response:
    """Show a text to whoever has its link, by the templates of the site."""
    link = _link(token)
    state = editor_state()
    official = state.official(link.file)[1]
    if link.version is not None:
        data = state.copies.at(link.file, link.version)
    else:
        copy = state.copies.get(link.file)
        data = copy.data if copy else official
    if data is None:
        raise error_pages.TextGone
    text = state.site.with_text(link.file, data)
    html = state.site.page(text)
    if text.item is None or html is None:
        raise error_pages.NoDraft
    is_live = data == official and text.item.is_public(clock.today())
    note = render_template("editor/components/shared_note.html", is_live=is_live)
    images = access.staff_url("editor.shared_image", token=token, name="x").removesuffix("x")
    response = Response(_MAIN.sub(rf"\g<0>{note}", framed(html, images), count=1))
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/geteilt/<token>/bilder/<name>")
@access.for_anybody
def shared_image(token: str, name: str) -> Response:
    """Serve an image of the content to whoever has a link to a text."""
    _link(token)
    response = send_image(name)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _link(token: str) -> ShareLink:
    """Return the link of a token.

    :raises LinkExpired: if it does not work, or not any more.
    """
    link = editor_state().links.open(token, clock.now())
    if link is None:
        raise error_pages.LinkExpired
    return link


def _page(file: str, made: str = "") -> str:
    now = stored_or_404(file)
    links = editor_state().links.of(file, clock.now())
    return render_template("editor/sharing.html", now=now, links=links, made=made, names=names())
