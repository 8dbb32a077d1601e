"""The page to create a text: a working copy with the skeleton of its kind."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from website.content import kinds
from website.content.kinds import ARTICLES, Article
from website.content.library import Library
from website.content.text_reader import TITLE_LENGTH
from website.editor.blueprint import actor, blueprint, editor_state, text_or_404
from website.editor.text_forms import Stored, stored, stored_or_404
from website.editor.text_list import linked, title_for_editors
from website.editorial import new_texts
from website.exceptions import AuthoringError, CopyConflict, TakenAddress
from website.infra import clock
from website.leads import labels
from website.staff.access import go_to
from website.web import params
from website.web.staff_forms import StaffForm


class NewTextForm(StaffForm):
    """Form for a new text."""

    title = StringField(
        "Titel",
        [InputRequired("Bitte geben Sie einen Titel ein"), Length(max=TITLE_LENGTH)],
        filters=[lambda text: params.line(text or "", longest=TITLE_LENGTH + 1)],
        render_kw={"lang": "de", "spellcheck": "true"},
    )
    kind = SelectField("Art", choices=[], validate_choice=False)
    language = SelectField("Sprache", choices=[], validate_choice=False)
    topic = SelectField("Thema (bei Artikeln)", choices=[], validate_choice=False)


@blueprint.get("/neu")
def new_text() -> str:
    """Show the form for a new text."""
    return _page(_form())


@blueprint.post("/neu")
def create_text() -> ResponseReturnValue:
    """Create a text, and redirect to its page."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        file = _create(form)
    except AuthoringError as error:
        form.title.errors = [_told(error, _edition(form))]
        return _page(form), 422
    return go_to("editor.open_file", file=file)


def _create(form: NewTextForm) -> str:
    """Create the working copy of a new text, and return its file.

    :raises AuthoringError: if its title yields no address, or one that is taken.
    """
    state, template, edition = editor_state(), _template(), _edition(form)
    kind = new_texts.kind_named(form.kind.data or "")
    is_article = kind.model is Article
    file, data = new_texts.new_text(
        edition,
        form.title.data or "",
        kind=kind,
        topic=(form.topic.data or "") if is_article else "",
        author=current_user.name if kind is ARTICLES else "",
        today=clock.today(),
    )
    if template:
        data = new_texts.duplicate(template.data, form.title.data or "", clock.today())
    if not edition.is_german:
        if stored(file):
            raise TakenAddress("", file)
        file = edition.content_file(file)
    if stored(file):
        raise TakenAddress("", file)
    commit = state.repository.main
    try:
        state.copies.save(file, 0, data, actor(), official=None, commit=commit)
    except CopyConflict as error:  # begun at this very moment
        raise TakenAddress("", file) from error
    return file


def _edition(form: NewTextForm) -> Library:
    """Return the edition of the new text: that of the text to duplicate, or the chosen one."""
    library = editor_state().site.library
    if template := _template():
        return library.in_edition(template.file)[0]
    return library.editions.get((form.language and form.language.data) or "", library)


def _told(error: AuthoringError, edition: Library) -> str:
    """Return an error in the words of the editor, for a new text of an edition."""
    if not isinstance(error, TakenAddress):
        return str(error)
    if not error.file.startswith(edition.content_file("")):
        return linked("new_text.translate", error.file)
    return linked("new_text.former" if error.is_former else "new_text.taken", error.file)


def _template() -> Stored | None:
    """Return the text to duplicate, if any."""
    named = request.values.get("vorlage", "")
    return stored_or_404(text_or_404(named)) if named else None


def _form() -> NewTextForm:
    library = editor_state().site.library
    form = NewTextForm(request.form)
    form.kind.choices = [
        SelectChoice(kind.title, kind.title) for kind in new_texts.possible_kinds()
    ]
    codes = library.editions
    if len(codes) > 1:
        form.language.choices = [SelectChoice(code, labels.language(code)) for code in codes]
    else:
        del form.language
    topics = [SelectChoice(topic.slug, topic.title) for topic in library.site.topics]
    form.topic.choices = [SelectChoice("", "noch keines"), *topics]
    template = _template()
    found = kinds.of_content_file(template.file) if template else None
    form.kind.data = found[0].title if found else form.kind.data or ARTICLES.title
    return form


def _page(form: NewTextForm) -> str:
    template = _template()
    return render_template(
        "editor/new.html",
        form=form,
        template=template,
        title=title_for_editors(template.file, template.data) if template else "",
    )
