"""The editor: all texts of the site, written, checked and published in the browser.

In reading order: ``blueprint`` (the blueprint, its sections, what its views share), ``edited_site``
(the content with unsaved changes), ``file_form`` (the common part of all forms of files),
``front_matter_form`` and ``typed_text`` (the form of a Markdown file), ``data_fields`` and
``data_form`` (the forms of TOML files), ``question_form`` (the form of the questionnaire),
``text_forms`` (the form of the current request, and saving it), ``saving`` (the pages on which
files are opened, saved and discarded) with ``site_data``, ``counterparts`` (translations),
``steps`` (submitting, approving, publishing), ``text_list``, ``new_text``, ``previews`` (also by
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
from website.editor.blueprint import EditorState, blueprint
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

    :param read: reads the content, with what was read before.
    :param make_pages: makes an application with the public pages.
    :param editions: makes the editions of some content, with their social cards.
    """
    shared = services(app)
    workspace = Workspace.of(shared.settings)
    site = EditedSite(workspace.content, read, make_pages, editions)
    EditorState(site, workspace, shared.leads.database).attach(app)
    app.register_blueprint(blueprint)
