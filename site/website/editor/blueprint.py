"""The editor's blueprint, navigation, URL converters, and the state shared by its views."""

import functools
import logging

from flask import Flask, Response, abort, current_app, redirect, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.routing import PathConverter, ValidationError

from website.config import EDITOR
from website.content import kinds
from website.content.models import TEXT
from website.editor.data_fields import title_of
from website.editor.edited_site import EditedSite
from website.editorial.audit_trail import AuditTrail
from website.editorial.external_links import ExternalLinks
from website.editorial.publication_requests import PublicationRequests
from website.editorial.publications import Publications
from website.editorial.repository import Repository
from website.editorial.share_links import ShareLinks
from website.editorial.workflow import Actor
from website.editorial.working_copies import WorkingCopies
from website.editorial.workspace import Workspace
from website.exceptions import RepositoryError
from website.infra import clock, german, toml_tables
from website.infra.database import Database
from website.leads import labels
from website.staff import access, error_pages
from website.staff.access import Action
from website.web.security import CONTENT_SECURITY_POLICY, written
from website.web.services import services

log = logging.getLogger(__name__)

MAX_BYTES = 2 * 1024 * 1024
"""Maximum size of a request: a very long text, percent-encoded."""

KEPT = 500
"""Number of files of commits to cache."""

msg = toml_tables.messages(__file__)
"""Renders a message of ``messages.toml`` in this folder."""
WORDS = toml_tables.beside(__file__, "words.toml")
"""The German words of the editor, by their keys in the code."""

EXTENSION = "website.editor"
"""The key of the state in ``app.extensions``."""
_TEXTS = (".md", ".toml")
_POLICY = written(CONTENT_SECURITY_POLICY | {"frame-src": "'self'"})
"""Allows the preview, which is a frame beside the text."""

blueprint = access.StaffBlueprint("editor", EDITOR, access.requires(Action.EDIT))


class EditorState:
    """State shared by the editor's views, in addition to the application's services."""

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
        """The content repository, created on first use."""
        if not self.workspace.exists:
            self.workspace.open()
        return self.workspace.repository

    def official(self, file: str, commit: str = "") -> tuple[str, bytes | None]:
        """Return a commit, and the bytes of a file in it; None if the file is missing.

        :param commit: by default the official one.
        """
        commit = (commit and self._find(commit)) or self.repository.main
        return commit, self._read(commit, file)

    def texts(self, commit: str) -> dict[str, bytes]:
        """Return all texts and data files of a commit, by their paths."""
        files = self.repository.files(commit).values()
        found = [each for each in files if each.is_regular and each.path.endswith(_TEXTS)]
        blobs = self.repository.read_all(each.blob for each in found)
        return {each.path: data for each, data in zip(found, blobs, strict=True)}


def editor_state(app: Flask | None = None) -> EditorState:
    """Return the editor state of an application, by default the current one."""
    found: EditorState = (app or current_app).extensions[EXTENSION]
    return found


def actor() -> Actor:
    """Return the current user and time."""
    return Actor(current_user.id, clock.now(), access.may(Action.PUBLISH))


@blueprint.record_once
def _register_globals(state: BlueprintSetupState) -> None:
    state.app.url_map.converters |= {"file": FileConverter, "text": TextConverter}
    state.app.jinja_env.filters["thousands"] = german.number
    state.app.jinja_env.filters["language_name"] = labels.language
    state.app.jinja_env.globals.update(
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
    """Return the URL of the page that edits a file."""
    return access.staff_url("editor.open_file", file=file)


def go_to_page_of(file: str) -> ResponseReturnValue:
    """Redirect to the page that edits a file, with the current query string."""
    query = request.query_string.decode()
    return redirect(f"{page_of(file)}?{query}" if query else page_of(file), 303)


def is_editable(file: str) -> bool:
    """Return whether a file can be edited."""
    is_safe = "\\" not in file and {"", ".", ".."}.isdisjoint(file.split("/"))
    return is_safe and bool(title_of(file) or kinds.of_content_file(file))


class FileConverter(PathConverter):
    """URL converter ``<file:…>`` for editable files; all others are not found."""

    regex = r"[^/].*?\.(?:md|toml|po|txt)"

    def to_python(self, value: str) -> str:
        """Return the path of the file in the content folder."""
        if not is_editable(value):
            raise ValidationError
        return value


class TextConverter(FileConverter):
    """URL converter ``<text:…>`` for texts."""

    regex = r"[^/].*?\.md"


def text_or_404(typed: str) -> str:
    """Return the file of a text, given with or without its extension."""
    file = f"{typed.removesuffix(TEXT)}{TEXT}"
    return file if is_editable(file) else abort(404)
