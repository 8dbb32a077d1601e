"""Makes pages with Frozen-Flask, and notes what each was made from."""

from __future__ import annotations

import contextlib
import shutil
import warnings
from functools import partial
from typing import TYPE_CHECKING, cast

import flask_frozen

from website.build import dirsync, pictures, workers
from website.build.build_cache import Made
from website.build.build_plan import path_of
from website.build.dependencies import DependencyRecorder
from website.build.search_names import name_of
from website.build.template_cache import TemplateCache
from website.build.wsgi_client import WsgiClient
from website.exceptions import FreezeError
from website.web.services import services

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from flask import Flask

    from website.build.build_context import BuildContext
    from website.build.build_plan import Plan
    from website.build.builder import Progress
    from website.build.dependencies import Answers
    from website.build.targets import BuildTarget
    from website.content.library import Library

PICTURES = ("bilder/", "karten/")
"""Files already, which are copied."""


def make(
    app: Flask, workshop: BuildContext, plan: Plan, answers: Answers, progress: Progress
) -> dict[str, Made]:
    """Make what is missing, in the spare folder."""
    app.jinja_env.bytecode_cache = compiled = TemplateCache(workshop.memory.templates)
    if len(plan.missing) > workers.FEWEST:
        compiled.warm(app.jinja_env)
    workshop.blobs.close()
    done, written = 0, {}
    work = partial(_freeze, app, workshop.place, answers)
    for count, made in workers.spread(plan.missing, workshop.jobs, work):
        written.update(made)
        done += count
        progress(done, len(plan.missing))
    return written


def _freeze(
    app: Flask, place: BuildTarget, answers: Answers, addresses: Sequence[str]
) -> dict[str, Made]:
    """Make some files, and note what each was made from."""
    library = services(app).library
    recorder = DependencyRecorder(library)
    services(app).library = cast("Library", recorder)
    made: dict[str, Made] = {}
    address = ""
    visitor = WsgiClient(app, services(app).settings.base_url + "/")
    pages = _frozen(app, place, visitor, [a for a in addresses if not a.startswith(PICTURES)])
    try:
        # Closed here: Frozen-Flask holds a request's context open until then.
        with contextlib.closing(pages):
            for address in addresses:
                path = path_of(address)
                if address.startswith(PICTURES):
                    _copy(pictures.file(app, library, address), place.spare / path)
                else:
                    next(pages)
                questions = recorder.taken()
                signature = dirsync.signature(place.spare / path)
                name = name_of(visitor.last.get_data(as_text=True)) if _is_page(path) else ""
                made[address] = Made(path, signature, questions, answers.key(questions), name)
    except Exception as error:
        raise FreezeError(f"/{address}: {error}") from error
    finally:
        services(app).library = library
    return made


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _frozen(
    app: Flask, place: BuildTarget, visitor: WsgiClient, addresses: Sequence[str]
) -> Generator[object]:
    app.test_client_class = lambda *_, **__: visitor  # type: ignore[assignment]
    app.config.update(
        FREEZER_DESTINATION=str(place.spare),
        FREEZER_BASE_URL=visitor.base_url,
        FREEZER_REDIRECT_POLICY="error",
        FREEZER_REMOVE_EXTRA_FILES=False,
        PROPAGATE_EXCEPTIONS=True,
    )
    freezer = flask_frozen.Freezer(
        app, with_static_files=False, with_no_argument_rules=False, log_url_for=False
    )
    freezer.register_generator(lambda: [f"/{address}" for address in addresses])
    with warnings.catch_warnings():
        warnings.simplefilter("error", flask_frozen.FrozenFlaskWarning)
        # Which addresses there are is our decision, so rules without one are no mistake.
        warnings.simplefilter("ignore", flask_frozen.MissingURLGeneratorWarning)
        yield from freezer.freeze_yield()


def _is_page(path: str) -> bool:
    return path.endswith(".html")
