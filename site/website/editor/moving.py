"""Pages to rename and delete texts, with all links updated in the same commit."""

from collections.abc import Callable, Mapping

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, ValidationError

from website.content.models import TEXT, Item
from website.content.slugs import slugify
from website.editor import workflow
from website.editor.blueprint import blueprint, editor_state, msg
from website.editor.text_forms import known_commit
from website.editor.workflow import LONGEST_REASON
from website.editorial import moving
from website.editorial.moving import Place
from website.editorial.repository import Message
from website.editorial.workflow import SHORTEST_REASON
from website.exceptions import AuthoringError
from website.leads import labels
from website.staff.access import Action, go_to, requires
from website.web import params
from website.web.staff_forms import StaffForm

LONGEST_NAME = 80


class RenameForm(StaffForm):
    """Form to rename a text."""

    new_name = StringField(
        "Neue Adresse",
        [InputRequired("Bitte geben Sie eine Adresse ein"), Length(max=LONGEST_NAME)],
        filters=[lambda text: params.line(text or "", longest=LONGEST_NAME + 1)],
    )

    def validate_new_name(self, field: StringField) -> None:
        """Refuse what makes no address."""
        if not any(character.isalnum() for character in field.data or ""):
            raise ValidationError("Die Adresse braucht Buchstaben oder Ziffern")


class DeleteForm(StaffForm):
    """Form to delete a text."""

    successor = SelectField("Wohin soll die Adresse künftig führen?", choices=[])
    reason = StringField(
        "Warum wird der Text gelöscht?",
        [InputRequired("Bitte nennen Sie einen Grund"), Length(SHORTEST_REASON, LONGEST_REASON)],
        filters=[lambda text: params.line(text or "", longest=LONGEST_REASON)],
        render_kw={"lang": "de", "spellcheck": "true"},
    )


@blueprint.get("/texte/<text:file>/adresse")
@requires(Action.PUBLISH)
def address(file: str) -> str:
    """Show the forms to rename or delete a text."""
    return _page(_item_or_404(file))


@blueprint.post("/texte/<text:file>/umbenennen")
@requires(Action.PUBLISH)
def rename(file: str) -> ResponseReturnValue:
    """Preview the renaming of a text; request its publication once confirmed."""
    item, form = _item_or_404(file), RenameForm(request.form)
    if not form.validate():
        return _page(item, form), 422
    library = editor_state().site.library
    old = Place(item.kind, item.name)
    new = Place(item.kind, slugify((form.new_name.data or "").removesuffix(TEXT)))

    def changes(texts: Mapping[str, bytes]) -> moving.Changes:
        if library.edition_of(item) is not library:
            raise AuthoringError(msg("moving.one_name"))
        _refuse_edited(item, everywhere=True)
        moving.refuse(library, item, new)
        found = moving.renamed(old, new, texts, leads_on=_was_public(item))
        kept = {file: data for file, data in found.items() if data is not None}
        return found | moving.renamed_in_editions(library, old, new, {**texts, **kept})

    message = Message(f"Neue Adresse: {item.title}", f"{old.address} heißt jetzt {new.address}.")
    detail = f"{old.address} → {new.address}"
    return _moved(item, form, changes, message, detail, target=new.address)


@blueprint.post("/texte/<text:file>/loeschen")
@requires(Action.PUBLISH)
def delete(file: str) -> ResponseReturnValue:
    """Preview the deletion of a text; request its publication once confirmed."""
    item = _item_or_404(file)
    form = _with_choices(DeleteForm(request.form), item)
    if not form.validate():
        return _page(item, form), 422
    edition = editor_state().site.library.edition_of(item)
    others = {each.text.content_file: each for each in edition.items}
    chosen = others.get(form.successor.data or "")
    successor = _place(chosen) if chosen else None
    start = edition.content_file("")

    def changes(texts: Mapping[str, bytes]) -> moving.Changes:
        own = {file[len(start) :]: data for file, data in texts.items() if file.startswith(start)}
        _refuse_edited(item)
        _refuse_translated(item)
        found = moving.deleted(_place(item), successor, own, was_public=_was_public(item))
        return {f"{start}{file}": data for file, data in found.items()}

    reason = form.reason.data or ""
    message = Message(f"Gelöscht: {item.title}", reason)
    return _moved(item, form, changes, message, reason, successor=successor)


def _moved(  # noqa: PLR0913 - what the page shows
    item: Item,
    form: RenameForm | DeleteForm,
    changes_of: Callable[[Mapping[str, bytes]], moving.Changes],
    message: Message,
    detail: str,
    *,
    target: str = "",
    successor: Place | None = None,
) -> ResponseReturnValue:
    """Show all changed lines; request the publication once they are confirmed.

    :param target: the new address; empty for a deletion.
    :param successor: the text to which the address of a deleted one redirects.
    """
    state, seen = editor_state(), known_commit()
    commit = seen or state.repository.main
    texts = state.texts(commit)
    try:
        changes = changes_of(texts)
    except AuthoringError as error:
        field = form.new_name if isinstance(form, RenameForm) else form.successor
        field.errors = [str(error)]
        return _page(item, form), 422
    if seen:
        _, _, action = (request.endpoint or "").rpartition(".")
        files = [item.text.content_file]
        number = workflow.publish_changes(changes, commit, message, action, files, detail)
        return go_to("editor.publication", number=number)
    diff = state.repository.diff
    return render_template(
        "editor/moved.html",
        item=item,
        address=_place(item).address,
        target=target,
        successor=successor,
        sent=[(field.name, field.data or "") for field in form],
        commit=commit,
        changed=[
            (file, diff(texts.get(file, texts.get(_former(item, file), b"")), data))
            for file, data in sorted(changes.items())
            if data is not None
        ],
    )


def _page(item: Item, form: RenameForm | DeleteForm | None = None) -> str:
    is_renamed, is_deleted = isinstance(form, RenameForm), isinstance(form, DeleteForm)
    return render_template(
        "editor/address.html",
        item=item,
        address=_place(item).address,
        translated=_translated(item),
        can_be_renamed=editor_state().site.library.edition_of(item).is_german,
        one_name=msg("moving.one_name"),
        was_public=_was_public(item),
        rename_form=form if is_renamed else RenameForm(),
        delete_form=form if is_deleted else _with_choices(DeleteForm(), item),
    )


def _with_choices(form: DeleteForm, item: Item) -> DeleteForm:
    edition = editor_state().site.library.edition_of(item)
    others = [each for each in edition.items if each is not item]
    found = sorted(others, key=lambda each: (each.kind is not item.kind, each.title.casefold()))
    form.successor.choices = [
        SelectChoice("", "Bitte wählen" if _was_public(item) else "nirgendwohin"),
        *(
            SelectChoice(each.text.content_file, f"{each.title} ({each.kind.title})")
            for each in found
        ),
    ]
    return form


def _item_or_404(file: str) -> Item:
    """Return an official text that can be renamed and deleted: not a fixed page."""
    item = editor_state().site.library.item_in(file)
    if item is None or not item.kind.is_dated:
        abort(404)
    return item


def _was_public(item: Item) -> bool:
    return moving.was_public(editor_state().site.library, item)


def _place(item: Item) -> Place:
    edition = editor_state().site.library.edition_of(item)
    return Place(item.kind, item.name, edition.addresses.words)


def _former(item: Item, file: str) -> str:
    """Return the path of a text before it was renamed, in the edition of a file."""
    return editor_state().site.library.in_edition(file)[0].content_file(item.text.file)


def _translated(item: Item) -> list[tuple[str, str]]:
    """Return language and file of the translations of a German text."""
    library = editor_state().site.library
    if not library.edition_of(item).is_german:
        return []
    found = library.counterparts(item).items()
    return [(labels.language(code), other.text.content_file) for code, other in found if other]


def _refuse_translated(item: Item) -> None:
    """Raise an error if a German text has translations.

    :raises AuthoringError: naming them.
    """
    if found := _translated(item):
        languages = " und ".join(language for language, _ in found)
        raise AuthoringError(msg("moving.translated", languages=languages))


def _refuse_edited(item: Item, *, everywhere: bool = False) -> None:
    """Raise an error if there is a working copy of a text.

    :param everywhere: whether to include its translations.
    :raises AuthoringError: if there is one.
    """
    library = editor_state().site.library
    editions = library.every_edition if everywhere else [library.edition_of(item)]
    files = [edition.content_file(item.text.file) for edition in editions]
    if any(map(editor_state().copies.get, files)):
        raise AuthoringError(msg("moving.edited"))
