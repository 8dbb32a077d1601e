"""The report for people on what is stored about them (Art. 15 DSGVO).

Made from what :mod:`website.leads.data_subjects` exports. It is a file of its own, which is handed
over or printed: no style sheet, no script, no picture.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from website.infra import templates
from website.infra.clock import in_german
from website.leads import labels


def page(data: Mapping[str, Any], *, privacy_page: str) -> str:
    """Render the page.

    :param data: what :meth:`website.leads.data_subjects.DataSubjects.export` returned.
    :param privacy_page: full address of the page with the rest of what Art. 15 asks for.
    """
    template = _TEMPLATES.get_template("mail/access_report.html")
    return template.render(data, privacy_page=privacy_page)


def _word(value: str, kind: str) -> str:
    """Return the German word for a value of the database; the value itself if there is none."""
    return labels.ACCESS_REPORT[kind].get(value, value)


def _moment(written: str) -> str:
    return in_german(datetime.datetime.fromisoformat(written))


def _day(written: str) -> str:
    return f"{datetime.date.fromisoformat(written):%d.%m.%Y}"


_TEMPLATES = templates.environment()
_TEMPLATES.filters.update(word=_word, moment=_moment, day=_day, language=labels.language)
