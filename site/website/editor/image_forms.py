"""The forms in which somebody says what an image shows, and whose it is."""

import datetime
import re
from typing import Self

from wtforms import BooleanField, DateField, Field, FileField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Regexp,
    StopValidation,
    ValidationError,
)

from website.checking.pictures import LONGEST_ALT
from website.content.models import DECORATIVE, alt_text
from website.editorial.image_library import Rights
from website.infra import clock
from website.web import params

LONGEST = 150
_NO_NAME = re.compile(r"(?i)(?!\S+\.(?:jpe?g|png|svg|webp|gif|avif|heic)$)")


def _line(text: str | None) -> str:
    return params.line(text or "", longest=2 * LONGEST_ALT)


def _unless_decorative(form: Form, field: Field) -> None:
    """Want no description of an image that is only decorative (WCAG 1.1.1)."""
    if form["decorative"].data:
        field.errors = []
        raise StopValidation


def _text(label: str, longest: int, *validators: object, **attributes: str) -> StringField:
    """Return a field for a text on one line."""
    length = Length(max=longest, message=f"Bitte höchstens {longest} Zeichen")
    return StringField(label, [*validators, length], filters=[_line], render_kw=attributes)


class RightsForm(Form):
    """What is known of an image."""

    alt = _text(
        "Was ist auf dem Bild zu sehen?",
        LONGEST_ALT,
        _unless_decorative,
        DataRequired("Beschreiben Sie das Bild für alle, die es nicht sehen"),
        Regexp(_NO_NAME, message="Das ist ein Dateiname. Was ist zu sehen?"),
        Regexp(r"[^#]*\Z", message="Bitte ohne das Zeichen #"),
        lang="de",
        spellcheck="true",
    )
    decorative = BooleanField("Nur Schmuck: Vorleseprogramme überspringen es")
    author = _text(
        "Wer hat es gemacht?",
        LONGEST,
        DataRequired("Nennen Sie, wer das Bild gemacht hat"),
        Regexp(r"[^,;#]*\Z", message="Bitte ohne Komma, Strichpunkt und #"),
        autocomplete="off",
    )
    licence = _text(
        "Warum dürfen Sie es zeigen?",
        LONGEST,
        DataRequired("Nennen Sie die Lizenz oder die Abmachung"),
        Regexp(r"[^;#]*\Z", message="Bitte ohne Strichpunkt und #"),
        autocomplete="off",
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
    def written_alt(self) -> str:
        """What texts and the list of rights say about the image, once it is valid."""
        return DECORATIVE if self.decorative.data else self.alt.data or ""

    @property
    def rights(self) -> Rights:
        """What was said, once it is valid."""
        day = self.consent.data if self.people.data == "ja" else None
        return Rights(
            self.author.data or "",
            self.licence.data or "",
            day.isoformat() if day else "",
            self.written_alt,
        )

    @classmethod
    def of(cls, known: Rights) -> Self:
        """Return the form with what is known of an image."""
        described = alt_text(known.alt)
        return cls(
            data={
                "alt": described,
                "decorative": bool(known.alt) and not described,
                "author": known.author,
                "licence": known.licence,
                "people": "ja" if known.consent else "nein" if known.author else None,
                "consent": params.day(known.consent),
            }
        )


class UploadForm(RightsForm):
    """A new image, and what is known of it."""

    file = FileField(
        "Bilddatei",
        [InputRequired("Wählen Sie eine Bilddatei")],
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/svg+xml"},
    )
