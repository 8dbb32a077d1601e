"""The forms in which somebody says what an image shows, and whose it is."""

from __future__ import annotations

import datetime  # noqa: TC003 - read by WTForms' types
import re
from typing import TYPE_CHECKING

from wtforms import DateField, FileField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from website.checking.pictures import LONGEST_ALT
from website.editorial.image_library import Rights
from website.infra import clock
from website.web import params

if TYPE_CHECKING:
    from wtforms import Field

LONGEST = 150
_NO_NAME = re.compile(r"(?i)(?!\S+\.(?:jpe?g|png|svg|webp|gif|avif|heic)$)")


def _line(text: str | None) -> str:
    return params.line(text or "", longest=2 * LONGEST_ALT)


class RightsForm(Form):
    """What is known of an image."""

    alt = StringField(
        "Was ist auf dem Bild zu sehen?",
        [
            DataRequired("Beschreiben Sie das Bild für alle, die es nicht sehen"),
            Length(max=LONGEST_ALT, message=f"Bitte höchstens {LONGEST_ALT} Zeichen"),
            Regexp(_NO_NAME, message="Das ist ein Dateiname. Was ist zu sehen?"),
            Regexp(r"[^#]*\Z", message="Bitte ohne das Zeichen #"),
        ],
        filters=[_line],
        render_kw={"lang": "de", "spellcheck": "true"},
    )
    author = StringField(
        "Wer hat es gemacht?",
        [
            DataRequired("Nennen Sie, wer das Bild gemacht hat"),
            Length(max=LONGEST, message=f"Bitte höchstens {LONGEST} Zeichen"),
            Regexp(r"[^,;#]*\Z", message="Bitte ohne Komma, Strichpunkt und #"),
        ],
        filters=[_line],
        render_kw={"autocomplete": "off"},
    )
    licence = StringField(
        "Warum dürfen Sie es zeigen?",
        [
            DataRequired("Nennen Sie die Lizenz oder die Abmachung"),
            Length(max=LONGEST, message=f"Bitte höchstens {LONGEST} Zeichen"),
            Regexp(r"[^;#]*\Z", message="Bitte ohne Strichpunkt und #"),
        ],
        filters=[_line],
        render_kw={"autocomplete": "off"},
    )
    people = RadioField(
        "Sind Menschen zu erkennen?",
        [InputRequired("Wählen Sie eine der beiden Antworten")],
        choices=[
            SelectChoice("nein", "Nein"),
            SelectChoice("ja", "Ja, und alle haben der Veröffentlichung zugestimmt"),
        ],
        validate_choice=False,
    )
    consent = DateField("Zugestimmt am (bei Menschen)", [], format="%Y-%m-%d")

    def validate_consent(self, field: Field) -> None:
        """Want the day of the consent where people are shown (§ 22 KunstUrhG)."""
        day: datetime.date | None = field.data
        field.errors = []
        if self.people.data != "ja":
            return
        if day is None:
            raise ValidationError("Nennen Sie den Tag, an dem die Letzten zugestimmt haben")
        if day > clock.today():
            raise ValidationError("Dieser Tag liegt in der Zukunft")

    @property
    def rights(self) -> Rights:
        """What was said, once it is valid."""
        day = self.consent.data if self.people.data == "ja" else None
        return Rights(
            self.author.data or "",
            self.licence.data or "",
            day.isoformat() if day else "",
            self.alt.data or "",
        )


class UploadForm(RightsForm):
    """A new image, and what is known of it."""

    file = FileField(
        "Bilddatei",
        [InputRequired("Wählen Sie eine Bilddatei")],
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/svg+xml"},
    )
