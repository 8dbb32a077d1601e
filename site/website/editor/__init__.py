"""The editor: write, check and publish all content of the site in the browser.

In reading order: ``blueprint`` (the blueprint, its sections, what its views share), ``edited_site``
(the content with unsaved changes), ``file_form`` (the form of any file, by default TOML),
``data_fields`` and ``text_fields`` (the fields of TOML files and of front matter), ``typed_text``
(the form of a Markdown file), ``question_form`` (the form of the questionnaire),
``text_forms`` (the form of the current request, and saving it), ``saving`` (the pages on which
files are opened, saved and discarded) with ``site_data``, ``translations``,
``workflow`` (submitting, approving, publishing), ``text_list``, ``new_text``, ``previews`` (also by
share links), ``link_targets``, ``images``, ``history``, ``publications``, ``moving`` (renaming and
deleting), ``replacements`` (find and replace), ``planning`` (the calendar), ``links`` (the link
checker), ``guide``.
"""

from collections.abc import Callable

from flask import Flask

from website.content.library import Library
from website.editor import (
    guide,
    history,
    images,
    link_targets,
    links,
    moving,
    new_text,
    planning,
    previews,
    publications,
    replacements,
    saving,
    site_data,
    text_list,
)
from website.editor.blueprint import EXTENSION, EditorState, blueprint
from website.editor.edited_site import EditedSite
from website.editorial.workspace import Workspace
from website.web.services import Edition, services


def set_up(
    app: Flask,
    read: Callable[[Library | None], Library],
    make_pages: Callable[[Library], Flask],
    editions: Callable[[Library], dict[str, Edition]],
) -> None:
    """Add the editor to an application.

    :param read: reads the content, given the previous library.
    :param make_pages: creates an application with the public pages.
    :param editions: creates the editions of a library, with their social cards.
    """
    shared = services(app)
    workspace = Workspace.of(shared.settings)
    site = EditedSite(workspace.content, read, make_pages, editions)
    app.extensions[EXTENSION] = EditorState(site, workspace, shared.leads.database)
    app.register_blueprint(blueprint)
