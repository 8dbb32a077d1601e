"""Another address for a text, or none: links, navigation and old addresses follow in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request
from flask_login import current_user
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from website.content import published
from website.content.kinds import TEXT
from website.content.models import PublicationStatus
from website.content.slugs import slugify
from website.editor import steps
from website.editor.blueprint import blueprint, editor_state, kind_or_404
from website.editor.steps import LONGEST_REASON
from website.editor.text_forms import known_commit
from website.editorial import moving
from website.editorial.moving import Place
from website.editorial.repository import Message
from website.editorial.workflow import SHORTEST_REASON
from website.exceptions import AuthoringError
from website.infra import clock
from website.staff.access import Action, go_to, requires
from website.web import params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from website.content.models import Item

LONGEST_NAME = 80


class RenameForm(Form):
    """Another address."""

    new_name = StringField(
        "Neue Adresse",
        [InputRequired("Bitte geben Sie eine Adresse ein"), Length(max=LONGEST_NAME)],
        filters=[lambda text: params.line(text or "", longest=LONGEST_NAME + 1)],
    )


class DeleteForm(Form):
    """A text that goes, and where its readers go."""

    successor = SelectField("Wohin soll die Adresse künftig führen?", choices=[])
    reason = StringField(
        "Warum wird der Text gelöscht?",
        [InputRequired("Bitte nennen Sie einen Grund"), Length(SHORTEST_REASON, LONGEST_REASON)],
        filters=[lambda text: params.line(text or "", longest=LONGEST_REASON)],
        render_kw={"lang": "de", "spellcheck": "true"},
    )


@blueprint.get("/texte/<path:name>.md/adresse")
@requires(Action.PUBLISH)
def address(name: str) -> str:
    """Show the forms by which a text is renamed or deleted."""
    return _page(_item_or_404(name), RenameForm(), DeleteForm())


@blueprint.post("/texte/<path:name>.md/umbenennen")
@requires(Action.PUBLISH)
def rename(name: str) -> ResponseReturnValue:
    """Show what changes if a text moves to another address; once that was seen, ask for it."""
    item, form = _item_or_404(name), RenameForm(request.form)
    if not form.validate():
        return _page(item, form, DeleteForm()), 422
    old = Place(item.kind, item.name)
    new = Place(item.kind, slugify((form.new_name.data or "").removesuffix(TEXT)))
    state = editor_state()
    seen = known_commit()
    commit = seen or state.repository.main
    texts = state.texts(commit)
    try:
        _refuse_edited(old)
        moving.refuse(state.site.library, item, new)
        changes = moving.renamed(old, new, texts, leads_on=_was_public(item))
    except AuthoringError as error:
        form.new_name.errors = [str(error)]
        return _page(item, form, DeleteForm()), 422
    if not seen:
        return _preview(item, form, changes, texts, commit, target=new.address)
    message = Message(f"Neue Adresse: {item.title}", f"{old.address} heißt jetzt {new.address}.")
    return _publish(changes, commit, message, item, f"{old.address} → {new.address}")


@blueprint.post("/texte/<path:name>.md/loeschen")
@requires(Action.PUBLISH)
def delete(name: str) -> ResponseReturnValue:
    """Show what changes if a text goes and its address leads on; once seen, ask for it."""
    item = _item_or_404(name)
    form = _with_choices(DeleteForm(request.form), item)
    if not form.validate():
        return _page(item, RenameForm(), form), 422
    state = editor_state()
    seen = known_commit()
    commit = seen or state.repository.main
    others = {each.text.content_file: each for each in state.site.library.items}
    chosen = others.get(form.successor.data or "")
    successor = Place(chosen.kind, chosen.name) if chosen else None
    old, texts = Place(item.kind, item.name), state.texts(commit)
    try:
        _refuse_edited(old)
        changes = moving.deleted(old, successor, texts, was_public=_was_public(item))
    except AuthoringError as error:
        form.successor.errors = [str(error)]
        return _page(item, RenameForm(), form), 422
    if not seen:
        return _preview(item, form, changes, texts, commit, successor=successor)
    reason = form.reason.data or ""
    message = Message(f"Gelöscht: {item.title}", reason)
    return _publish(changes, commit, message, item, reason)


def _preview(  # noqa: PLR0913 - what the page shows
    item: Item,
    form: Form,
    changes: moving.Changes,
    texts: Mapping[str, bytes],
    commit: str,
    *,
    target: str = "",
    successor: Place | None = None,
) -> str:
    """Show every line that changes, before it does.

    :param target: the new address; nothing if the text goes.
    :param successor: where the address of a text leads that goes.
    """
    place = Place(item.kind, item.name)
    diff = editor_state().repository.diff
    return render_template(
        "editor/moved.html",
        item=item,
        name=item.text.content_file.removesuffix(TEXT),
        address=place.address,
        target=target,
        successor=successor,
        sent=[(field.name, field.data or "") for field in form],
        commit=commit,
        changed=[
            (file, diff(texts.get(file, texts.get(place.file, b"")), data))
            for file, data in sorted(changes.items())
            if data is not None
        ],
    )


def _publish(
    changes: moving.Changes, commit: str, message: Message, item: Item, detail: str
) -> ResponseReturnValue:
    state, now = editor_state(), clock.now()
    author = steps.person(current_user.id)
    number = state.requests.changes(changes, commit, author, message, now)
    action = request.endpoint or ""
    state.trail.record(
        item.text.content_file, action.rpartition(".")[2], current_user.id, now, detail=detail
    )
    return go_to("editor.publication", number=number)


def _page(item: Item, rename_form: RenameForm, delete_form: DeleteForm) -> str:
    return render_template(
        "editor/address.html",
        item=item,
        name=item.text.content_file.removesuffix(TEXT),
        address=Place(item.kind, item.name).address,
        was_public=_was_public(item),
        rename_form=rename_form,
        delete_form=_with_choices(delete_form, item),
    )


def _with_choices(form: DeleteForm, item: Item) -> DeleteForm:
    others = [each for each in editor_state().site.library.items if each is not item]
    found = sorted(others, key=lambda each: (each.kind is not item.kind, each.title.casefold()))
    form.successor.choices = [
        SelectChoice("", "Bitte wählen" if _was_public(item) else "nirgendwohin"),
        *(
            SelectChoice(each.text.content_file, f"{each.title} ({each.kind.title})")
            for each in found
        ),
    ]
    return form


def _item_or_404(name: str) -> Item:
    """Return an official text whose address is nobody else's business: no fixed page."""
    file, kind, _ = kind_or_404(name)
    library = editor_state().site.library
    item = library.item_in(file)
    if item is None or not kind.is_dated or library.edition_of(item) is not library:
        abort(404)
    return item


def _was_public(item: Item) -> bool:
    known = published.read(editor_state().site.library.folder)
    return (
        item.status is PublicationStatus.PUBLISHED or Place(item.kind, item.name).address in known
    )


def _refuse_edited(place: Place) -> None:
    """Refuse to move what somebody is editing.

    :raises AuthoringError: if there is a working copy of it.
    """
    if editor_state().copies.get(place.file):
        raise AuthoringError(
            "Dieser Text wird gerade bearbeitet. Veröffentlichen oder verwerfen Sie zuerst die "
            "Änderungen."
        )
