"""Previews and findings of unsaved texts, and share links to drafts."""

import re

from flask import Response, abort, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.checking import Readability
from website.checking.text_reports import TextReport
from website.content import images
from website.content.kinds import OTHER_PAGES
from website.content.problems import Severity
from website.editor import translations
from website.editor.blueprint import blueprint, editor_state
from website.editor.data_fields import PAGES
from website.editor.edited_site import EditedText, framed
from website.editor.file_form import FileForm
from website.editor.images import without_arriving
from website.editor.text_forms import form_sent, form_shown, stored_or_404
from website.editor.text_list import title_for_editors
from website.editor.typed_text import Finding, Findings, TextForm, findings_of
from website.editorial.share_links import ShareLink
from website.infra import clock
from website.staff import access, error_pages
from website.staff.access import go_to, names
from website.web.security import CONTENT_SECURITY_POLICY, written
from website.web.services import services
from website.web.templating import absolute

_WITHOUT_SCRIPTS = CONTENT_SECURITY_POLICY | {"script-src": "'none'", "connect-src": "'none'"}
_POLICY = written(_WITHOUT_SCRIPTS | {"frame-ancestors": "'self'"})
"""Allows framing by our own pages only, and no scripts."""
_SHARED_POLICY = written(_WITHOUT_SCRIPTS)
"""Allows no scripts."""
_MAIN = re.compile(r"<main\b[^>]*>")


@blueprint.route("/texte/<file:file>/vorschau", methods=["GET", "POST"])
def preview(file: str) -> Response:
    """Render a file with submitted changes, or as last saved, by the templates of the site."""
    now = stored_or_404(file)
    form = form_sent(now) if request.method == "POST" else form_shown(now)
    form.change_fields()
    shown = "" if isinstance(form, TextForm) else _page_of(form)
    return _shown(editor_state().site.with_text(file, form.lenient_data, shown=shown), form)


def _page_of(form: FileForm) -> str:
    """Return the text whose page shows the values of a file: the requested or the main one."""
    edition, inner = editor_state().site.library.in_edition(form.file)
    if inner not in PAGES:
        abort(404)
    wanted = request.args.get("seite", "")
    known = {group.page for group in form.groups} - {""}
    return edition.content_file(OTHER_PAGES.file(wanted if wanted in known else PAGES[inner]))


def _shown(text: EditedText, form: FileForm) -> Response:
    html = editor_state().site.page(text) or _no_page(text, form)
    images = access.staff_url("editor.image", name="x").removesuffix("x")
    response = Response(framed(html, images))
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _no_page(text: EditedText, form: FileForm) -> str:
    """Return a page that says what is wrong, in the words of the form."""
    site, labels = editor_state().site, dict[str, str]()
    problems = site.report(text).problems if text.library.is_readable else text.problems
    rows = [Finding(each, line=each.line) for each in problems]
    if isinstance(form, TextForm):
        rows = list(findings_of(form, text, TextReport(problems, Readability())).rows)
        labels = form.labels
    wrong = [row for row in rows if row.problem.severity is Severity.ERROR]
    return render_template("editor/no_preview.html", rows=wrong or rows, labels=labels)


@blueprint.post("/texte/<text:file>/befunde")
def findings(file: str) -> str:
    """Render the findings of a text with submitted changes."""
    form = form_sent(stored_or_404(file))
    if not isinstance(form, TextForm):
        abort(404)
    site = editor_state().site
    data = form.lenient_data
    text = site.with_text(file, data)
    found = shown_findings(form, text, site.report(text), data)
    return render_template("editor/findings.html", findings=found, labels=form.labels)


def shown_findings(form: TextForm, text: EditedText, report: TextReport, data: bytes) -> Findings:
    """Return the findings of a text as its editors see them while they write.

    Lines that are not translated yet are one finding, and images that are about to be published
    are not missing.

    :param data: the bytes of the text, as the report is about them.
    """
    report = translations.without_german(report, form.file, data)
    return findings_of(form, text, without_arriving(report, form.file))


@blueprint.get("/bilder/<name>")
def image(name: str) -> Response:
    """Serve an image of the content, including those of unpublished texts."""
    return _send_image(name)


def _send_image(name: str) -> Response:
    """Return an image by its fingerprinted name."""
    variant = editor_state().site.image(name) or abort(404)
    return send_file(images.make(variant, services().cache))


@blueprint.get("/texte/<text:file>/teilen")
def sharing(file: str) -> str:
    """Show the share links of a text, and the form for a new one."""
    return _sharing_page(file)


@blueprint.post("/texte/<text:file>/teilen")
def share(file: str) -> str:
    """Create a share link, and show it once."""
    now = stored_or_404(file)
    is_fixed = request.form.get("fassung") == "diese" and now.version
    token = editor_state().links.create(
        file, current_user.id, clock.now(), version=now.version if is_fixed else None
    )
    return _sharing_page(file, absolute(access.staff_url("editor.shared", token=token)))


@blueprint.post("/texte/<text:file>/teilen/<row:number>")
def revoke(file: str, number: int) -> ResponseReturnValue:
    """Revoke a share link."""
    if editor_state().links.revoke(file, number):
        flash("Der Link gilt nicht mehr.")
    return go_to("editor.sharing", file=file)


@blueprint.get("/geteilt/<token>")
@access.for_anybody
def shared(token: str) -> Response:
    """Show a text by its share link, rendered by the templates of the site."""
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
    response.headers["Content-Security-Policy"] = _SHARED_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/geteilt/<token>/bilder/<name>")
@access.for_anybody
def shared_image(token: str, name: str) -> Response:
    """Serve an image of the content by a share link."""
    _link(token)
    response = _send_image(name)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _link(token: str) -> ShareLink:
    """Return the share link of a token.

    :raises LinkExpired: if it is invalid or expired.
    """
    link = editor_state().links.open(token, clock.now())
    if link is None:
        raise error_pages.LinkExpired
    return link


def _sharing_page(file: str, made: str = "") -> str:
    now = stored_or_404(file)
    links = editor_state().links.of(file, clock.now())
    return render_template(
        "editor/sharing.html",
        now=now,
        title=title_for_editors(now.file, now.data),
        links=links,
        made=made,
        names=names(),
    )
