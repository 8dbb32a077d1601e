"""Whether ``doctor`` sees that the privacy page and the settings disagree."""

from __future__ import annotations

from support import doctor
from support.content import Content
from website.ops.doctor.results import Level


def test_the_privacy_page_tells_what_the_settings_do(content: Content) -> None:
    quiet = {"WEBSITE_CONTENT_DIR": str(content.folder)}
    (found,) = doctor.look(quiet, "privacy page")
    assert found.level is Level.OK
    loud = quiet | {
        "WEBSITE_WEBHOOK_URL": "https://crm.example/hook",
        "WEBSITE_CONFIRMATION_MAIL": "yes",
    }
    receiver, confirmation = doctor.look(loud, "privacy page")
    assert "webhook_receiver" in f"{receiver}"
    assert "confirmation_mail" in f"{confirmation}"
    assert {receiver.level, confirmation.level} == {Level.WARNING}
