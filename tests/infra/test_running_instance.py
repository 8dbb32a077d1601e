"""Commands in another shell know where the instance they work on is being served."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from support.processes import Flask, run_flask
from support.site import free_port
from support.sqlite import migrated
from support.waiting import wait_until
from website.config import ROOT, Settings
from website.infra import running_instance

NINE = "http://127.0.0.1:9000"


def here(folder: Path, base_url: str = NINE) -> Settings:
    return Settings(instance_dir=folder, base_url=base_url)


def test_an_address_is_known_only_as_long_as_it_is_served(tmp_path: Path) -> None:
    assert running_instance.address(tmp_path) == ""
    with running_instance.announced(here(tmp_path)):
        assert running_instance.address(tmp_path) == NINE
        assert running_instance.known(Settings(instance_dir=tmp_path), {}).base_url == NINE
    assert running_instance.address(tmp_path) == ""
    assert running_instance.known(Settings(instance_dir=tmp_path), {}) == Settings(
        instance_dir=tmp_path
    )


def test_settings_that_name_an_address_keep_it(tmp_path: Path) -> None:
    named = Settings(instance_dir=tmp_path, base_url="http://127.0.0.1:8000")
    with running_instance.announced(here(tmp_path)):
        assert running_instance.known(named, {"WEBSITE_BASE_URL": named.base_url}) == named


def test_who_serves_last_is_known_and_neither_disturbs_the_other(tmp_path: Path) -> None:
    with running_instance.announced(here(tmp_path)):
        with running_instance.announced(here(tmp_path, "http://127.0.0.1:9001")):
            assert running_instance.address(tmp_path) == "http://127.0.0.1:9001"
        assert running_instance.address(tmp_path) == ""


def test_an_instance_that_others_reach_keeps_its_address_in_its_settings(tmp_path: Path) -> None:
    with running_instance.announced(here(tmp_path, "https://www.firma.example")):
        assert running_instance.address(tmp_path) == ""


def test_a_folder_that_cannot_be_written_to_is_no_reason_not_to_serve(tmp_path: Path) -> None:
    with running_instance.announced(here(tmp_path / "fehlt")):
        assert running_instance.address(tmp_path / "fehlt") == ""


@pytest.mark.parametrize("left", ["http://127.0.0.1:1", "", "\x00\xff"])
def test_what_a_process_left_behind_that_was_killed_does_not_count(
    tmp_path: Path, left: str
) -> None:
    (tmp_path / running_instance.FILE).write_text(left, encoding="latin-1")
    assert running_instance.address(tmp_path) == ""


def test_an_invitation_leads_to_where_the_instance_is_served(tmp_path: Path) -> None:
    folder = migrated(tmp_path / "instance")
    environ = os.environ | {"WEBSITE_INSTANCE_DIR": str(folder)}
    environ.pop("WEBSITE_BASE_URL", None)
    with running_instance.announced(here(folder)):
        words = ("staff", "add", "a@firma.example", "Anna", "--role", "sales")
        added = run_flask(environ, *words, cwd=ROOT, check=True)
    assert re.search(rf"^{NINE}/posteingang/einladung/", added.stdout, re.MULTILINE)


@pytest.mark.parametrize("is_named", [True, False])
def test_a_server_tells_its_address(tmp_path: Path, is_named: bool) -> None:
    folder, port = migrated(tmp_path / "instance"), free_port()
    url = f"http://127.0.0.1:{port}"
    environ = os.environ | {"WEBSITE_INSTANCE_DIR": str(folder)}
    environ["WEBSITE_BASE_URL"] = url if is_named else ""
    build = tmp_path / "build"
    build.mkdir()
    words = ("serve", "--port", str(port), "--build", str(build), "--no-deliver")
    process = Flask(environ, *words, cwd=ROOT)

    def told() -> str:
        assert process.poll() is None
        return running_instance.address(folder)

    try:
        found = wait_until(told, "its address", 60)
    finally:
        process.terminate()
        process.wait(90)
    assert found == url
    assert running_instance.address(folder) == ""
