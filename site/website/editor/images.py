"""The image library: upload, describe, choose, replace and delete images.

Images are published at once, together with their entries in the list of rights, and before any text
that shows them: an image is not visible until an approved text uses it. Only replacing a used
image, which changes public pages directly, requires the right to publish.
"""

import datetime
import functools
import io
import posixpath
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from flask import Response, abort, flash, render_template, request, send_file
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict
from wtforms import BooleanField, DateField, Field, FileField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Regexp,
    StopValidation,
    ValidationError,
)

from website.checking.images import LONGEST_ALT
from website.checking.text_reports import TextReport, by_severity
from website.content import image_decoding, kinds
from website.content.files import RIGHTS, same_name
from website.content.images import MISSING
from website.content.kinds import ARTICLES
from website.content.models import DECORATIVE, alt_text
from website.content.problems import Problem, Severity
from website.editor import workflow
from website.editor.blueprint import blueprint, editor_state, text_or_404
from website.editorial import image_library, uploads
from website.editorial.image_library import WIDE, Rights
from website.editorial.repository import CommittedFile, Message
from website.exceptions import AuthoringError, ImageError
from website.infra import clock
from website.staff.access import Action, go_to, may, staff_url
from website.web import params
from website.web.services import services
from website.web.staff_forms import StaffForm

LONGEST = 150
_NO_NAME = re.compile(r"(?i)(?!\S+\.(?:jpe?g|png|svg|webp|gif|avif|heic)$)")


def _line(text: str | None) -> str:
    return params.line(text or "", longest=2 * LONGEST_ALT)


def _unless_decorative(form: StaffForm, field: Field) -> None:
    """Skip the description of a decorative image (WCAG 1.1.1)."""
    if form["decorative"].data:
        field.errors = []
        raise StopValidation


def _text(label: str, longest: int, *validators: object, **attributes: str) -> StringField:
    """Return a single-line text field."""
    length = Length(max=longest, message=f"Bitte höchstens {longest} Zeichen")
    return StringField(label, [*validators, length], filters=[_line], render_kw=attributes)


class RightsForm(StaffForm):
    """Form with the rights and alternative text of an image."""

    alt = _text(
        "Was ist auf dem Bild zu sehen?",
        LONGEST_ALT,
        _unless_decorative,
        DataRequired("Beschreiben Sie das Bild für alle, die es nicht sehen"),
        Regexp(_NO_NAME, message="Das ist ein Dateiname. Was ist zu sehen?"),
        Regexp(r"[^#]*\Z", message="Bitte ohne das Zeichen #"),
        lang="de",
        spellcheck="true",
    )
    decorative = BooleanField("Nur Schmuck: Vorleseprogramme überspringen es")
    author = _text(
        "Wer hat es gemacht?",
        LONGEST,
        DataRequired("Nennen Sie, wer das Bild gemacht hat"),
        Regexp(r"[^,;#]*\Z", message="Bitte ohne Komma, Strichpunkt und #"),
        autocomplete="off",
    )
    licence = _text(
        "Warum dürfen Sie es zeigen?",
        LONGEST,
        DataRequired("Nennen Sie die Lizenz oder die Abmachung"),
        Regexp(r"[^;#]*\Z", message="Bitte ohne Strichpunkt und #"),
        autocomplete="off",
    )
    people = RadioField(
        "Sind Menschen zu erkennen?",
        [InputRequired("Wählen Sie eine der beiden Antworten")],
        choices=[
            SelectChoice("nein", "Nein"),
            SelectChoice("ja", "Ja, und alle haben der Veröffentlichung zugestimmt"),
        ],
        validate_choice=False,
    )
    consent = DateField("Zugestimmt am (bei Menschen)", [], format="%Y-%m-%d")

    def validate_consent(self, field: Field) -> None:
        """Require the day of consent if people are recognizable (§ 22 KunstUrhG)."""
        day: datetime.date | None = field.data
        field.errors = []
        if self.people.data != "ja":
            return
        if day is None:
            raise ValidationError("Nennen Sie den Tag, an dem die Letzten zugestimmt haben")
        if day > clock.today():
            raise ValidationError("Dieser Tag liegt in der Zukunft")

    @property
    def written_alt(self) -> str:
        """The alternative text to write, once the form is valid."""
        return DECORATIVE if self.decorative.data else self.alt.data or ""

    @property
    def rights(self) -> Rights:
        """The rights to write, once the form is valid."""
        day = self.consent.data if self.people.data == "ja" else None
        return Rights(
            self.author.data or "",
            self.licence.data or "",
            day.isoformat() if day else "",
            self.written_alt,
        )

    @classmethod
    def of(cls, known: Rights) -> Self:
        """Return a form with the known rights of an image."""
        described = alt_text(known.alt)
        return cls(
            data={
                "alt": described,
                "decorative": bool(known.alt) and not described,
                "author": known.author,
                "licence": known.licence,
                "people": "ja" if known.consent else "nein" if known.author else None,
                "consent": params.day(known.consent),
            }
        )


UPLOAD = {
    "accept": "image/jpeg,image/png,image/webp,image/svg+xml",
    "data-largest": uploads.LARGEST,
    "data-too-large": f"Das Bild {uploads.TOO_LARGE}",
}
"""Attributes of inputs for images."""
UPLOAD_HINT = f"JPEG, PNG oder WebP, bis {uploads.LARGEST_IN_WORDS}."


class UploadForm(RightsForm):
    """Form for a new image with its rights."""

    file = FileField("Bilddatei", [InputRequired("Wählen Sie eine Bilddatei")], render_kw=UPLOAD)


LARGEST_REQUEST = uploads.LARGEST + 256 * 1024
"""Maximum bytes of a request with an image."""
SHOWN = 60
"""Maximum number of images on a page."""
LISTED = 200
"""Maximum number of images suggested by an input."""
OFFERED = 24
"""Maximum number of images in the dialog."""

_UNNAMED = "Schmuckbild"
"""Base of the file names of decorative images."""
_naming = threading.Lock()
"""Held from the choice of a free name until the image has it."""
_NAMED = re.compile(f"„([^“]+)“ {re.escape(MISSING)}")
_THUMB = 320
"""Pixels of the longer side, twice the displayed size."""
_UPLOADS = frozenset({"editor.upload_image", "editor.replace_image"})
PENDING = "Dieses Bild wird gerade übernommen. Versuchen Sie es in ein paar Sekunden noch einmal."


@dataclass(frozen=True)
class ImageRow:
    """An image of the library."""

    path: str
    rights: Rights
    is_pending: bool
    """Whether its publication is still pending."""
    uses: tuple[str, ...] = ()
    """The texts that mention it, including working copies; only filled if needed."""

    @property
    def lacks_rights(self) -> bool:
        """Whether its author is unknown."""
        return not self.rights.author

    @property
    def name(self) -> str:
        """Its file name."""
        return posixpath.basename(self.path)

    @property
    def language(self) -> str:
        """The language of its edition; empty if that is the German one."""
        return kinds.edition_and_file(self.path)[0]

    @property
    def ending(self) -> str:
        """Its file name extension."""
        return posixpath.splitext(self.path)[1]

    @property
    def title(self) -> str:
        """Its alternative text, or its file name."""
        return alt_text(self.rights.alt) or self.name


@blueprint.record_once
def _register_globals(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(editor_upload=UPLOAD, editor_upload_hint=UPLOAD_HINT)


@blueprint.before_request
def _allow_images() -> None:
    if request.endpoint in _UPLOADS:
        request.max_content_length = LARGEST_REQUEST


@blueprint.get("/bibliothek/")
def images() -> str:
    """Show the images, pending ones first."""
    chosen = request.args.get("zeige", "")
    words = params.line(request.args.get("suche", ""))
    every = _rows()
    wanted = {
        "ohne": ("Angaben fehlen", [row for row in every if row.lacks_rights]),
        "unbenutzt": ("In keinem Text", [row for row in every if not row.uses]),
    }
    _, listed = wanted.get(chosen, ("", [] if chosen else every))
    found = [row for row in listed if _matches(row, words)]
    return render_template(
        "editor/images.html",
        rows=found[:SHOWN],
        total=len(found),
        words=words,
        chosen=chosen,
        filters=[(key, f"{label} ({len(rows)})") for key, (label, rows) in wanted.items()],
    )


@blueprint.get("/bibliothek/auswahl")
def image_choice() -> dict[str, list[dict[str, str]]]:
    """Return images for a text as JSON, with targets relative to its file."""
    file = text_or_404(request.args.get("von", ""))
    words = params.line(request.args.get("suche", ""))
    rows = [row for row in _known() if _matches(row, words) and _is_choice(row)]
    return {"images": [_offered(row.path, row.rights.alt, file) for row in rows[:OFFERED]]}


def images_beside(file: str) -> list[dict[str, str]]:
    """Return images in the folder of a text, with targets relative to its file."""
    folder = posixpath.dirname(file)
    rows = [row for row in _known() if posixpath.dirname(row.path) == folder]
    return [_offered(row.path, row.rights.alt, file) for row in rows if _is_choice(row)][:LISTED]


def _is_choice(row: ImageRow) -> bool:
    # Graphics for wide pages are shown in place of another by themselves.
    return not row.path.endswith(WIDE)


@blueprint.get("/bibliothek/neu")
def new_image() -> str:
    """Show the form for a new image."""
    return _upload_page(UploadForm())


@blueprint.post("/bibliothek/neu")
def upload_image() -> ResponseReturnValue:
    """Publish a new image with its rights."""
    form = UploadForm(CombinedMultiDict((request.files, request.form)))
    is_script = request.accept_mimetypes.best == "application/json"
    if form.validate():
        try:
            path, number = _take(form)
        except (ImageError, AuthoringError) as error:
            prefix = "Das Bild " if isinstance(error, ImageError) else ""
            form.file.errors = [f"{prefix}{error}"]
        else:
            if is_script:
                file = _text_named()
                offered = _offered(path, form.written_alt, file) if file else {}
                return {**offered, "path": path, "publication": number}
            flash("Hochgeladen. In wenigen Sekunden können Texte es zeigen.")
            return go_to("editor.image_page", name=path)
    if is_script:
        return {"errors": {field.name: field.errors[0] for field in form if field.errors}}, 422
    return _upload_page(form), 422


@blueprint.get("/bibliothek/bild/<path:name>")
def image_page(name: str) -> str:
    """Show one image, its rights and uses, and the possible actions."""
    row = _row_or_404(name)
    return _image_page(row, RightsForm.of(row.rights))


@blueprint.post("/bibliothek/bild/<path:name>/angaben")
def save_rights(name: str) -> ResponseReturnValue:
    """Save the rights of an image."""
    row, form = _row_or_404(name), RightsForm(request.form)
    if not form.validate():
        return _image_page(row, form), 422
    try:
        _request({}, f"Bildrechte: {row.name}", {row.path: form.rights})
    except AuthoringError as error:
        return _back(row, str(error))
    return _back(row, "Gespeichert. In wenigen Sekunden steht es in der Liste.", "message")


def _back(row: ImageRow, message: str, category: str = "problem") -> ResponseReturnValue:
    flash(message, category)
    return go_to("editor.image_page", name=row.path)


@blueprint.post("/bibliothek/bild/<path:name>/ersetzen")
def replace_image(name: str) -> ResponseReturnValue:
    """Replace an image, keeping its address."""
    row, is_chief = _row_or_404(name), may(Action.PUBLISH)
    sent = request.files.get("file")
    if row.is_pending:
        return _back(row, PENDING)
    if row.uses and not is_chief:
        return _back(row, "Dieses Bild zeigen Texte. Ersetzen darf es die Chefredaktion.")
    if not sent or not sent.filename:
        return _back(row, "Wählen Sie eine Bilddatei.")
    try:
        picture = uploads.read(sent.stream.read(), wanted=row.ending, allows_graphics=is_chief)
    except ImageError as error:
        return _back(row, f"Das Bild {error} Es ist nichts ersetzt.")
    number = _request({row.path: picture.data}, f"Bild ersetzt: {row.name}", {})
    return go_to("editor.publication", number=number)


@blueprint.post("/bibliothek/bild/<path:name>/loeschen")
def delete_image(name: str) -> ResponseReturnValue:
    """Delete an unused image."""
    row = _row_or_404(name)
    if row.is_pending:
        return _back(row, PENDING)
    if row.uses:
        where = ", ".join(row.uses[:3]) + (" und weitere" if row.uses[3:] else "")
        return _back(row, f"Dieses Bild wird gebraucht, nämlich in {where}. Es bleibt.")
    try:
        number = _request({row.path: None}, f"Bild gelöscht: {row.name}", {row.path: None})
    except AuthoringError as error:
        return _back(row, str(error))
    flash("Gelöscht. „Zurücknehmen“ holt es wieder.")
    return go_to("editor.publication", number=number)


@blueprint.get("/bibliothek/vorschau/<path:name>")
def thumbnail(name: str) -> Response:
    """Serve a thumbnail of an image; graphics are served unchanged."""
    found, pending, _ = _entries()
    entry = (found | pending).get(name) or abort(404)
    data = next(iter(editor_state().repository.read_all([entry.blob])))
    if name.lower().endswith(uploads.SVG):
        return Response(data, mimetype="image/svg+xml")
    try:
        made = services().cache.file(f"vorschau/{entry.blob}.webp", lambda: _small(data))
    except ImageError:
        abort(404)
    return send_file(made, mimetype="image/webp")


def without_arriving(report: TextReport, file: str) -> TextReport:
    """Return a report in which missing images are hints if their publication is pending.

    They are in the repository some seconds before they reach the exported content.

    :param file: the file of the report.
    """
    missing = {found[1] for each in report.problems if (found := _NAMED.search(each.message))}
    if not missing:
        return report
    official, pending, _ = _entries()
    folder = posixpath.dirname(file)
    paths = {name: posixpath.normpath(posixpath.join(folder, name)) for name in missing}
    arriving = [name for name, path in paths.items() if path in official | pending]
    problems = []
    for each in report.problems:
        named = [name for name in arriving if f"„{name}“" in each.message]
        if not named:
            problems.append(each)
        # Whatever else is said of them, such as whose they are, is not known yet either.
        for name in named:
            if f"„{name}“ {MISSING}" in each.message:
                hint = f"Das Bild „{name}“ wird gerade übernommen. Das dauert einige Sekunden."
                problems.append(Problem(each.path, each.line, hint, Severity.HINT))
    return replace(report, problems=by_severity(problems))


def _take(form: UploadForm) -> tuple[str, int]:
    """Request the publication of an image; return its path and the publication's number.

    :raises ImageError: if the image is rejected.
    :raises AuthoringError: if the list of rights cannot be written.
    """
    sent = request.files["file"]
    picture = uploads.read(sent.stream.read(), allows_graphics=may(Action.PUBLISH))
    file = _text_named()
    folder = posixpath.dirname(file) if file else ARTICLES.folder
    words = _UNNAMED if form.decorative.data else form.alt.data or ""
    with _naming:
        official, pending, _ = _entries()
        path = uploads.free_name(folder, words, picture.ending, {*official, *pending})
        number = _request({path: picture.data}, f"Bild: {words}", {path: form.rights})
    return path, number


def _request(
    changes: Mapping[str, bytes | None], subject: str, entries: Mapping[str, Rights | None]
) -> int:
    """Request the publication of images together with their entries in the list of rights."""
    state = editor_state()
    commit = state.repository.main
    files = dict(changes)
    for path, entry in entries.items():
        code, inner = kinds.edition_and_file(path)
        file = posixpath.join(code, RIGHTS)
        listed = files.get(file) or state.official(file, commit)[1]
        files[file] = image_library.with_rights(listed, inner, entry)
    touched = list(changes or entries)
    return workflow.publish_changes(files, commit, Message(subject), "image", touched, subject)


@functools.lru_cache(maxsize=16)
def _images_of(commit: str) -> tuple[dict[str, CommittedFile], dict[str, Rights]]:
    """Return the images of a commit, and their rights."""
    state = editor_state()
    files = state.repository.files(commit)
    entries = {
        path: entry
        for path, entry in files.items()
        if entry.is_regular and image_library.is_image(path)
    }
    rights = {}
    for code in {kinds.edition_and_file(path)[0] for path in entries}:
        # Each edition has a list of its own, in which its images are named from its folder.
        _, listed = state.official(posixpath.join(code, RIGHTS), commit)
        for path, entry in image_library.rights(listed).items():
            if not kinds.edition_and_file(path)[0]:
                rights[posixpath.join(code, path)] = entry
    return entries, rights


@functools.lru_cache(maxsize=16)
def _uses(commit: str) -> dict[str, list[str]]:
    """Return the texts of a commit that mention each image."""
    return image_library.uses(_images_of(commit)[0], editor_state().texts(commit))


def _entries() -> tuple[dict[str, CommittedFile], dict[str, CommittedFile], dict[str, Rights]]:
    """Return the published images, the pending ones, and the rights of both."""
    state, pending, known = editor_state(), dict[str, CommittedFile](), dict[str, Rights]()
    official, rights = _images_of(state.repository.main)
    for row in state.publications.waiting():
        if row.source and state.repository.find(row.source):
            entries, listed = _images_of(row.source)
            pending |= {path: entry for path, entry in entries.items() if path not in official}
            known |= listed
    return official, pending, known | rights


def _known() -> list[ImageRow]:
    """Return all images without searching the texts for uses."""
    official, pending, known = _entries()
    return [
        ImageRow(path, known.get(same_name(path), Rights()), path in pending)
        for path in [*pending, *official]
    ]


def _rows() -> list[ImageRow]:
    rows, state = _known(), editor_state()
    official = _uses(state.repository.main)
    written = {copy.file: copy.data for copy in state.copies.all()}
    drafts = image_library.uses((row.path for row in rows), written)
    return [
        replace(row, uses=tuple(dict.fromkeys([*official.get(row.path, ()), *drafts[row.path]])))
        for row in rows
    ]


def _row_or_404(name: str) -> ImageRow:
    return next((row for row in _rows() if row.path == name), None) or abort(404)


def _matches(row: ImageRow, words: str) -> bool:
    where = f"{row.path} {row.rights}".casefold()
    return all(word in where for word in words.casefold().split())


def _offered(path: str, alt: str, file: str) -> dict[str, str]:
    """Return an image as JSON for the dialog."""
    return {
        "target": posixpath.relpath(path, posixpath.dirname(file)),
        "alt": alt,
        "label": alt_text(alt) or posixpath.basename(path),
        "thumbnail": staff_url("editor.thumbnail", name=path),
    }


def _text_named() -> str:
    """Return the text that an image is meant for; empty if none is given."""
    named = request.values.get("von", "")
    return text_or_404(named) if named else ""


def _small(data: bytes) -> bytes:
    look = image_decoding.look(data)
    scale = min(1.0, _THUMB / max(look.width, look.height))
    size = max(1, round(look.width * scale)), max(1, round(look.height * scale))
    file = io.BytesIO()
    image_decoding.still(data, size).save(file, "WEBP", quality=75)
    return file.getvalue()


def _upload_page(form: UploadForm) -> str:
    return render_template("editor/new_image.html", form=form, text=_text_named())


def _image_page(row: ImageRow, form: RightsForm) -> str:
    return render_template(
        "editor/image.html",
        row=row,
        form=form,
        titles=dict(_titles(row.uses)),
        can_replace=may(Action.PUBLISH) or not row.uses,
    )


def _titles(files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    library = editor_state().site.library
    for file in files:
        item = library.item_in(file)
        yield file, item.title if item else file
