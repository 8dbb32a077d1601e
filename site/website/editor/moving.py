"""Pages to rename and delete texts, with all links updated in the same commit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, ValidationError

from website.content import kinds
from website.content.library import Library
from website.content.models import TEXT, Item
from website.content.slugs import slugify
from website.editor import workflow
from website.editor.blueprint import blueprint, editor_state, msg
from website.editor.text_forms import known_commit
from website.editor.text_list import linked, public_address
from website.editor.workflow import LONGEST_REASON
from website.editorial import front_matter_edits, moving
from website.editorial.moving import Place
from website.editorial.repository import Message
from website.editorial.workflow import SHORTEST_REASON
from website.exceptions import AuthoringError, TakenAddress
from website.leads import labels
from website.staff.access import Action, go_to, requires
from website.web import params
from website.web.staff_forms import StaffForm

LONGEST_NAME = 80


@dataclass(frozen=True)
class Movable:
    """An official text that can be renamed or deleted."""

    file: str
    edition: Library
    place: Place
    item: Item | None
    """None if it is unreadable; then it can only be deleted."""

    @property
    def title(self) -> str:
        """The title, or the name if that is unreadable."""
        return self.item.title if self.item else self.place.name

    @property
    def was_public(self) -> bool:
        """Whether its address is or was public."""
        address = self.edition.addresses.item(self.place.kind, self.place.name)
        status = self.item.status if self.item else _values(self.file).get("status", "")
        return moving.was_public(editor_state().site.library, address, status)

    @property
    def translated(self) -> list[tuple[str, str]]:
        """Language and file of the translations of a German text, readable or not."""
        if not self.edition.is_german:
            return []
        state, others = editor_state(), self.edition.every_edition[1:]
        files = [(each.language.code, each.content_file(self.place.file)) for each in others]
        return [(labels.language(code), file) for code, file in files if state.official(file)[1]]


def _values(file: str) -> Mapping[str, Any]:
    return front_matter_edits.values(editor_state().official(file)[1] or b"")


def movable(file: str) -> Movable | None:
    """Return an official text that can be renamed or deleted; None for fixed pages."""
    found = kinds.of_content_file(file)
    if found is None or not found[0].is_dated or editor_state().official(file)[1] is None:
        return None
    library = editor_state().site.library
    edition = library.in_edition(file)[0]
    return Movable(file, edition, Place(*found, edition.addresses.words), library.item_in(file))


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
    return _page(_movable_or_404(file))


@blueprint.post("/texte/<text:file>/umbenennen")
@requires(Action.PUBLISH)
def rename(file: str) -> ResponseReturnValue:
    """Preview the renaming of a text; request its publication once confirmed."""
    text, form = _movable_or_404(file), RenameForm(request.form)
    item = text.item or abort(404)
    if not form.validate():
        return _page(text, form), 422
    library = editor_state().site.library
    old = Place(item.kind, item.name)
    new = Place(item.kind, slugify((form.new_name.data or "").removesuffix(TEXT)))

    def changes(texts: Mapping[str, bytes]) -> moving.Changes:
        if text.edition is not library:
            raise AuthoringError(msg("moving.one_name"))
        _refuse_edited(text, everywhere=True)
        moving.refuse(library, item, new)
        found = moving.renamed(old, new, texts, leads_on=text.was_public)
        kept = {file: data for file, data in found.items() if data is not None}
        return found | moving.renamed_in_editions(library, old, new, {**texts, **kept})

    message = Message(f"Neue Adresse: {item.title}", f"{old.address} heißt jetzt {new.address}.")
    detail = f"{old.address} → {new.address}"
    return _moved(text, form, changes, message, detail, target=new.address)


@blueprint.post("/texte/<text:file>/loeschen")
@requires(Action.PUBLISH)
def delete(file: str) -> ResponseReturnValue:
    """Preview the deletion of a text; request its publication once confirmed."""
    text = _movable_or_404(file)
    form = _with_choices(DeleteForm(request.form), text)
    if not form.validate():
        return _page(text, form), 422
    others = {each.text.content_file: each for each in text.edition.items}
    chosen = others.get(form.successor.data or "")
    words = text.edition.addresses.words
    successor = Place(chosen.kind, chosen.name, words) if chosen else None
    start = text.edition.content_file("")

    def changes(texts: Mapping[str, bytes]) -> moving.Changes:
        own = {file[len(start) :]: data for file, data in texts.items() if file.startswith(start)}
        _refuse_edited(text)
        _refuse_translated(text)
        found = moving.deleted(text.place, successor, own, was_public=text.was_public)
        return {f"{start}{file}": data for file, data in found.items()}

    reason = form.reason.data or ""
    message = Message(f"Gelöscht: {text.title}", reason)
    return _moved(text, form, changes, message, reason, successor=successor)


def _moved(  # noqa: PLR0913 - what the page shows
    text: Movable,
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
        field.errors = [_told(error)]
        return _page(text, form), 422
    if seen:
        _, _, action = (request.endpoint or "").rpartition(".")
        number = workflow.publish_changes(changes, commit, message, action, [text.file], detail)
        return go_to("editor.publication", number=number)
    diff = state.repository.diff
    return render_template(
        "editor/moved.html",
        text=text,
        target=target,
        successor=successor,
        sent=[(field.name, field.data or "") for field in form],
        commit=commit,
        changed=[
            (file, diff(texts.get(file, texts.get(_former(text, file), b"")), data))
            for file, data in sorted(changes.items())
            if data is not None
        ],
    )


def _told(error: AuthoringError) -> str:
    """Return an error in the words of the editor."""
    if isinstance(error, TakenAddress):
        return linked("moving.former" if error.is_former else "moving.taken", error.file)
    return str(error)


def _page(text: Movable, form: RenameForm | DeleteForm | None = None) -> str:
    is_renamed, is_deleted = isinstance(form, RenameForm), isinstance(form, DeleteForm)
    return render_template(
        "editor/address.html",
        text=text,
        one_name=msg("moving.one_name"),
        rename_form=form if is_renamed else RenameForm(),
        delete_form=form if is_deleted else _with_choices(DeleteForm(), text),
    )


def _with_choices(form: DeleteForm, text: Movable) -> DeleteForm:
    public = filter(public_address, text.edition.items)
    others = [each for each in public if each is not text.item]
    own = text.place.kind
    found = sorted(others, key=lambda each: (each.kind is not own, each.title.casefold()))
    form.successor.choices = [
        SelectChoice("", "Bitte wählen" if text.was_public else "nirgendwohin"),
        *(
            SelectChoice(each.text.content_file, f"{each.title} ({each.kind.title})")
            for each in found
        ),
    ]
    return form


def _movable_or_404(file: str) -> Movable:
    return movable(file) or abort(404)


def _former(text: Movable, file: str) -> str:
    """Return the path of a text before it was renamed, in the edition of a file."""
    return editor_state().site.library.in_edition(file)[0].content_file(text.place.file)


def _refuse_translated(text: Movable) -> None:
    """Raise an error if a German text has translations.

    :raises AuthoringError: naming them.
    """
    if text.translated:
        languages = " und ".join(language for language, _ in text.translated)
        raise AuthoringError(msg("moving.translated", languages=languages))


def _refuse_edited(text: Movable, *, everywhere: bool = False) -> None:
    """Raise an error if there is a working copy of a text.

    :param everywhere: whether to include its translations.
    :raises AuthoringError: if there is one.
    """
    editions = text.edition.every_edition if everywhere else [text.edition]
    files = [edition.content_file(text.place.file) for edition in editions]
    if any(map(editor_state().copies.get, files)):
        raise AuthoringError(msg("moving.edited"))
