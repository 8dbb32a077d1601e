"""The editor's blueprint, its sections, and what its views share."""

import functools
import itertools
import logging
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import PathConverter, ValidationError

from website.config import EDITOR
from website.content import kinds
from website.content.models import TEXT
from website.editor.data_fields import title_of
from website.editor.edited_site import EditedSite
from website.editorial.audit_trail import AuditTrail
from website.editorial.external_links import ExternalLinks
from website.editorial.publications import PublicationRequests, Publications
from website.editorial.repository import Repository
from website.editorial.share_links import ShareLinks
from website.editorial.working_copies import WorkingCopies
from website.editorial.workspace import Workspace
from website.exceptions import RepositoryError
from website.infra import german, toml_tables
from website.infra.database import Database
from website.leads import labels
from website.staff import access, error_pages
from website.staff.access import Action
from website.web.security import CONTENT_SECURITY_POLICY, written
from website.web.services import services

log = logging.getLogger(__name__)

MAX_BYTES = 2 * 1024 * 1024
"""Of what is sent: the longest text that anybody writes, some of its letters in six bytes."""

KEPT = 500
"""Files of commits that are kept in memory."""

WORDS = toml_tables.beside(__file__, "words.toml")
"""What staff read, by the keys of the code."""

_KEY = "website.editor"
_TEXTS = (".md", ".toml")
_POLICY = written(CONTENT_SECURITY_POLICY | {"frame-src": "'self'"})
"""The preview of a text is a frame beside it."""

blueprint = Blueprint("editor", __name__, url_prefix=EDITOR)
access.guard(blueprint)


class EditorState:
    """What the editor's pages share, beside the services of every room."""

    def __init__(self, site: EditedSite, workspace: Workspace, database: Database) -> None:
        self.site = site
        self.workspace = workspace
        self.copies = WorkingCopies(database)
        self.trail = AuditTrail(database)
        self.publications = Publications(database)
        self.requests = PublicationRequests(workspace, self.publications)
        self.links = ShareLinks(database)
        self.external_links = ExternalLinks(database)
        # Commits never change; pages ask for many of them.
        self._find = functools.lru_cache(KEPT)(workspace.repository.find)
        self._read = functools.lru_cache(KEPT)(workspace.repository.read)

    @property
    def repository(self) -> Repository:
        """The repository with the official texts, which is made if there is none yet."""
        if not self.workspace.exists:
            self.workspace.open()
        return self.workspace.repository

    def official(self, file: str, commit: str = "") -> tuple[str, bytes | None]:
        """Return a commit, and the bytes of a text in it; nothing if it has none.

        :param commit: by default the one that is official now.
        """
        commit = (commit and self._find(commit)) or self.repository.main
        return commit, self._read(commit, file)

    def texts(self, commit: str) -> dict[str, bytes]:
        """Return every text and file of data in a commit, by its path in the content folder."""
        files = self.repository.files(commit).values()
        found = [each for each in files if each.is_regular and each.path.endswith(_TEXTS)]
        blobs = self.repository.read_all(each.blob for each in found)
        return {each.path: data for each, data in zip(found, blobs, strict=True)}

    def attach(self, app: Flask) -> None:
        """Attach this state to an application."""
        app.extensions[_KEY] = self


def editor_state(app: Flask | None = None) -> EditorState:
    """Return the state of an application's editor; by default of the one that answers now."""
    found: EditorState = (app or current_app).extensions[_KEY]
    return found


_SECTIONS = (
    ("Texte", "editor.texts", Action.EDIT),
    ("Planung", "editor.planning", Action.EDIT),
    ("Bilder", "editor.images", Action.EDIT),
    ("Angaben", "editor.facts", Action.EDIT),
    ("Veröffentlichungen", "editor.publications", Action.EDIT),
    ("Ersetzen", "editor.replacing", Action.PUBLISH),
    ("Externe Links", "editor.external_links", Action.EDIT),
    ("Hilfe", "editor.guide", Action.EDIT),
)  # fmt: skip
_INBOX = (
    ("Posteingang", "inbox.today", Action.READ),
    ("Systemstatus", "inbox.health", Action.SEE_HEALTH),
)


def sections() -> Iterator[access.Section]:
    """Yield the sections that the person signed in may use; then the way to the inbox."""
    yield from access.sections(_SECTIONS)
    yield from itertools.islice(access.sections(_INBOX), 1)


@blueprint.record_once
def _register_globals(state: BlueprintSetupState) -> None:
    state.app.url_map.converters |= {"file": FileConverter, "text": TextConverter}
    state.app.jinja_env.filters["thousands"] = german.number
    state.app.jinja_env.filters["language_name"] = labels.language
    state.app.jinja_env.globals.update(
        editor_sections=sections,
        editor_asset_url=services(state.app).editor_assets.url,
        editor_page_of=page_of,
        editor_words=WORDS,
    )


@blueprint.before_request
def _refuse_other_machines() -> None:
    if not services().settings.is_edited_here:
        raise error_pages.EditedElsewhere


@blueprint.errorhandler(RepositoryError)
def _without_repository(error: RepositoryError) -> ResponseReturnValue:
    log.error("%s", error)
    return error_pages.response(error_pages.NoRepository())


@blueprint.before_request
def _allow_long_texts() -> None:
    request.max_content_length = MAX_BYTES
    request.max_form_memory_size = MAX_BYTES


@blueprint.after_request
def _allow_frames(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", _POLICY)
    return response


def page_of(file: str) -> str:
    """Return the address of the page on which a file is edited."""
    return access.staff_url("editor.open_file", file=file)


def go_to_page_of(file: str) -> ResponseReturnValue:
    """Lead to the page on which a file is edited, in the view from which something was sent."""
    query = request.query_string.decode()
    return redirect(f"{page_of(file)}?{query}" if query else page_of(file), 303)


def is_editable(file: str) -> bool:
    """Return whether a file is a text, or one that has a form of its own."""
    is_safe = "\\" not in file and {"", ".", ".."}.isdisjoint(file.split("/"))
    return is_safe and bool(title_of(file) or kinds.of_content_file(file))


class FileConverter(PathConverter):
    """A file in an address, ``<file:…>``, that can be edited; any other is not found."""

    regex = r"[^/].*?\.(?:md|toml|po)"

    def to_python(self, value: str) -> str:
        """Return the file, named from the content folder."""
        if not is_editable(value):
            raise ValidationError
        return value


class TextConverter(FileConverter):
    """A text in an address, ``<text:…>``."""

    regex = r"[^/].*?\.md"


def text_or_404(typed: str) -> str:
    """Return the file of a text that a request names, with or without its ending."""
    file = f"{typed.removesuffix(TEXT)}{TEXT}"
    return file if is_editable(file) else abort(404)
