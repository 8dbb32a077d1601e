"""Fixtures that many tests share."""

from __future__ import annotations

import functools
import gc
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from support.applications import (
    CompiledTemplates,
    SharedRule,
    share_compiled_statements,
    share_templates_of_builds,
)
from support.content import Content
from support.postgres import PostgreSQL, running_postgres
from support.site import Running, freeze, running_site
from support.sqlite import NAME, migrated
from website import factory
from website.infra.database import Database, connect
from website.leads.migrations import migrate
from website.web import templating
from website.web.assets import Assets
from website.web.editions import Website

# Images of containers often set this; every process that a test starts would compile all code.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long one example takes says more of the machine's other work than of the code.
hypothesis.settings.register_profile("whole", deadline=None)
# A fifth of the examples; "make test" takes them all.
hypothesis.settings.register_profile("fast", deadline=None, max_examples=20)
hypothesis.settings.load_profile("whole")

# Milliseconds; a busy machine may take long to show what is expected.
expect.set_options(timeout=60_000)

# A shell that starts the tests in the background has SIGINT ignored, in all their processes too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# An application is made for nearly every test of the rooms that answer requests.
templating.OPTIONS["bytecode_cache"] = CompiledTemplates()
share_templates_of_builds()
share_compiled_statements()
Website.url_rule_class = SharedRule
factory.Assets = functools.cache(Assets)

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium-headless-shell")
QUIET = (
    "--accept-lang=de-DE,de",  # as every browser tells some; without it would be suspected
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    # Letters as wide as they are, not rounded to whole pixels: layout shift is measured here.
    "--font-render-hinting=none",
    "--enable-font-subpixel-positioning",
    "--disable-font-subpixel-positioning=0",
)


SLOW_FIXTURES = frozenset({"build", "chromium", "postgres", "running"})
SLOW_PATHS = (
    "authoring/test_commands.py", "authoring/test_in_a_browser.py", "browser/", "build/", "cases/",
    "checking/test_agreement.py", "checking/test_command.py", "content/test_file_cache.py",
    "content/test_source_lines.py", "editor/test_four_eyes.py", "editor/test_links.py",
    "editor/test_publications.py", "editor/test_questions.py", "editor/test_scripts.py",
    "editor/test_signing_in_again.py", "editor/test_translations.py",
    "editorial/test_front_matter_edits.py", "editorial/test_toml_edits.py",
    "infra/test_running_instance.py", "inbox/test_every_lead.py", "inbox/test_fresh.py",
    "inbox/test_nothing_typed_is_lost.py", "inbox/test_owners.py", "leads/test_demo.py",
    "leads/test_housekeeping.py", "ops/backup/", "ops/canary/test_invisible.py", "ops/deploy/",
    "ops/monitoring/test_breakdowns.py", "ops/monitoring/test_weekly_report.py", "ops/publishing/",
    "ops/service/", "public/contact/test_costs.py", "public/contact/test_faults.py",
    "public/contact/test_hostile.py", "public/contact/test_traces.py",
    "public/pages/test_pictures.py", "test_cli", "test_every_parameter.py",
    "tools/test_calculations.py",
)  # fmt: skip
"""Of single tests, the marker says so."""
QUICK_PATHS = frozenset({
    "ops/service/test_doctor_messages.py", "ops/service/test_doctor_units.py",
    "ops/service/test_logs.py", "ops/service/test_safety.py",
})  # fmt: skip
"""What is none of the slow ones beside it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, a server or processes of its own, or takes long."""
    for item in items:
        path = item.path.relative_to(HERE).as_posix()
        params = getattr(item, "callspec", None)
        if (
            (path.startswith(SLOW_PATHS) and path not in QUICK_PATHS)
            or SLOW_FIXTURES.intersection(getattr(item, "fixturenames", ()))
            or (params and "postgresql" in params.params.values())
        ):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Spare the garbage collector the tests themselves, which stay until the end."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what processes started by tests write away from the real instance folder."""
    folder = tmp_path_factory.mktemp("instance")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEBSITE_INSTANCE_DIR", str(folder))
        yield folder


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """Run PostgreSQL once; each test takes a database of its own."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a migrated database; of "new sqlite" there is not even a file."""
    match request.param:
        case "sqlite":
            yield f"sqlite:///{migrated(tmp_path / 'instance') / NAME}"
        case "new sqlite":
            yield f"sqlite:///{tmp_path / 'instance' / NAME}"
        case _:
            server: PostgreSQL = request.getfixturevalue("postgres")
            with server.database() as url:
                yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = connect(database_url)
    migrate(database.engine)
    yield database
    database.close()


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Freeze the real content once; nobody may change the folder."""
    folder = tmp_path_factory.mktemp("real") / "build"
    freeze("--output", folder)
    return folder


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Freeze and serve the real site, with a database and mails of its own."""
    settings = {"WEBSITE_CONFIRMATION_MAIL": "yes"}
    with running_site(tmp_path_factory.mktemp("running"), settings=settings) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once, for readers who want no motion unless a test says otherwise.

    Pages that change over take twice the time; where one loads slowly, that is broken off, which
    counts as an error.
    """
    if CHROMIUM is None:
        pytest.fail("Chromium is missing: run 'make test', which installs Debian's package.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        still = functools.partial(browser.new_context, reduced_motion="reduce")
        browser.new_context = still  # type: ignore[method-assign]
        yield browser
        browser.close()
