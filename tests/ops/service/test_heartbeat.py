"""The two processes of a real website: both have a heartbeat, and the canary goes through both."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import select

from support.house import House
from support.processes import Flask, run_flask
from support.site import free_port, wait_for
from support.sqlite import migrated
from support.waiting import wait_until
from website.config import Settings
from website.infra.database import connect
from website.ops.monitoring.models import ProcessStatus


def canary(house: House, **settings: str) -> subprocess.CompletedProcess[str]:
    return run_flask(os.environ | house.environ | settings, "canary")


def test_a_canary_goes_through_a_whole_website_and_leaves_no_trace(house: House) -> None:
    mails = len(house.mail_server.mails)
    done = canary(house)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{house.environ['WEBSITE_BASE_URL']}/kontakt/: stored after ")
    assert "delivered after" in done.stdout
    assert len(house.mail_server.mails) == mails
    assert house.look("quarantine")[0].seen == "0 requests in 24 hours, 0 of them in quarantine"


def test_a_canary_of_another_secret_is_taken_for_a_request_and_removed(house: House) -> None:
    done = canary(house, WEBSITE_SECRET_KEY="x" * 40)
    assert done.returncode == 1
    assert "The endpoint took the canary for a visitor's request" in done.stderr
    assert "WEBSITE_SECRET_KEY" in done.stderr
    assert house.look("quarantine")[0].seen == "0 requests in 24 hours, 0 of them in quarantine"


def test_web_process_and_worker_both_have_a_heartbeat_as_soon_as_they_run(tmp_path: Path) -> None:
    port, folder = free_port(), migrated(tmp_path / "instance")
    environ = os.environ | {
        "WEBSITE_BASE_URL": f"http://127.0.0.1:{port}",
        "WEBSITE_INSTANCE_DIR": str(folder),
        "WEBSITE_ALARM_URL": "http://127.0.0.1:9/",
    }
    process = Flask(environ, "serve", "--port", str(port), "--build", str(tmp_path))
    database = connect(Settings(instance_dir=folder).database)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        roles = select(ProcessStatus.role)
        wait_until(lambda: {*database.all(roles)} == {"web", "worker"}, "signs of both")
    finally:
        process.terminate()
        assert process.wait(90) == 0
        database.close()
