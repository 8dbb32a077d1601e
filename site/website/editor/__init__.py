"""The editor: all texts of the site, written, checked and published in the browser.

In reading order: ``blueprint`` (the blueprint, its sections, what its views share), ``edited_site``
(the content with what is being typed), ``file_form`` (what the forms of all files share),
``front_matter_form`` (the data above a text as a form), ``typed_text`` (the form of a text),
``data_fields`` and ``data_form`` (the TOML files of the content as forms), ``question_form`` (the
questions of the request form), ``text_forms`` (the forms of one request, and how they are saved),
``saving`` (a file opened, saved, discarded) with the pages of ``text_page`` and ``site_data``,
``counterparts`` (a text in other languages), ``steps`` (what is done with a text), ``text_list``,
``new_text``, ``previews``, ``link_targets``, ``images``, ``history``, ``publications``, ``moving``
(another address, or none), ``replacements`` (words in all texts), ``planning`` (what comes next,
and when), ``sharing`` (drafts for readers without an account), ``links`` (which links to other
websites are broken), ``guide``.
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
    sharing,
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
