from __future__ import annotations

import re
import tomllib

from support.site import ROOT
from website.infra.mail_transport import IN_GERMAN

FOLDER = ROOT / "site/website/ops/canary"
STEPS = tomllib.loads((FOLDER / "steps.toml").read_text("utf-8"))


def test_every_step_has_words_for_operators_and_for_the_alert() -> None:
    source = (FOLDER / "journey.py").read_text("utf-8")
    assert set(re.findall(r'_failed\(\s*"([a-z-]+)"', source)) == set(STEPS)
    assert all(set(words) == {"english", "german"} for words in STEPS.values())


def test_the_alert_on_a_refused_login_is_known_by_its_beginning() -> None:
    assert STEPS["login-refused"]["german"].startswith(IN_GERMAN)
