"""A text as visitors would see it, and what is wrong with it, while it is typed."""

from __future__ import annotations

from flask import Response, abort, render_template, request, send_file

from website.content import image_variants
from website.content.kinds import OTHER_PAGES
from website.content.toml_files import ENDING as DATA
from website.editor.blueprint import blueprint, editor_state, file_or_404, kind_or_404
from website.editor.data_fields import PAGES
from website.editor.edited_site import EditedText, framed
from website.editor.front_matter_form import field_labels
from website.editor.images import without_arriving
from website.editor.text_forms import (
    data_form_sent,
    data_form_shown,
    form_sent,
    form_shown,
    stored_or_404,
)
from website.editor.typed_text import findings_of
from website.staff import access
from website.staff.access import Action, requires
from website.web.security import CONTENT_SECURITY_POLICY, written
from website.web.services import services

_POLICY = written(
    CONTENT_SECURITY_POLICY
    | {"script-src": "'none'", "connect-src": "'none'", "frame-ancestors": "'self'"}
)
"""Only our own pages may show a preview in a frame, and nothing runs in it."""


@blueprint.route("/texte/<path:name>.md/vorschau", methods=["GET", "POST"])
@requires(Action.EDIT)
def preview(name: str) -> Response:
    """Render a text as it was typed, or as it was saved last, by the templates of the site."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    form = form_sent(now, kind) if request.method == "POST" else form_shown(now, kind)
    return _shown(editor_state().site.with_text(file, form.lenient_data))


@blueprint.route("/texte/<path:name>.toml/vorschau", methods=["GET", "POST"])
@requires(Action.EDIT)
def preview_data(name: str) -> Response:
    """Render a page with the values of a file as they were typed, or as they were saved last."""
    file = file_or_404(name, DATA)
    site = editor_state().site
    edition, inner = site.library.in_edition(file)
    if inner not in PAGES:
        abort(404)
    now = stored_or_404(file)
    form = data_form_sent(now) if request.method == "POST" else data_form_shown(now)
    form.take_new()
    wanted = request.args.get("seite", "")
    known = {group.page for group in form.groups} - {""}
    page = wanted if wanted in known else PAGES[inner]
    shown = edition.content_file(OTHER_PAGES.file(page))
    return _shown(site.with_text(file, form.lenient_data, shown=shown))


def _shown(text: EditedText) -> Response:
    site = editor_state().site
    html = site.page(text)
    if html is None:
        problems = site.report(text).problems if text.library.is_readable else text.problems
        html = render_template("editor/no_preview.html", problems=problems)
    images = access.staff_url("editor.image", name="x").removesuffix("x")
    response = Response(framed(html, images))
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.post("/texte/<path:name>.md/befunde")
@requires(Action.EDIT)
def findings(name: str) -> str:
    """Render what is wrong with a text as it was typed, for its page."""
    file, kind, _ = kind_or_404(name)
    form = form_sent(stored_or_404(file), kind)
    site = editor_state().site
    text = site.with_text(file, form.lenient_data)
    found = findings_of(form, text, without_arriving(site.report(text), file))
    return render_template(
        "editor/findings.html", findings=found, labels=field_labels(kind, site.library)
    )


@blueprint.get("/bilder/<name>")
@requires(Action.EDIT)
def image(name: str) -> Response:
    """Serve an image of the content, also of texts that are not public."""
    return send_image(name)


def send_image(name: str) -> Response:
    """Return an image by its fingerprinted name."""
    variant = editor_state().site.image(name) or abort(404)
    return send_file(image_variants.make(variant, services().cache))
