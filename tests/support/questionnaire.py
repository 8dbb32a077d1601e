"""What the form of the repository's own content asks."""

from __future__ import annotations

from website.config import Settings
from website.content import questionnaire_file
from website.questionnaire import Questionnaire

QUESTIONNAIRE, _ = questionnaire_file.read(Settings().content_dir)


def questionnaire() -> Questionnaire:
    """Return it, as the website is given it."""
    return QUESTIONNAIRE
