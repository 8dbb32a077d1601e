"""A small content folder that tests change file by file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from website.content import kinds, library_problems, loading
from website.content.library import Library
from website.questionnaire import CONTRACTS

TODAY = datetime.date(2026, 11, 23)

CAMERA = "Kamera von Erika Muster"

ARTICLE = """\
---
title: Ein Titel
description: Eine Beschreibung.
date: 2026-11-01
topic: kunden
status: published
reviewed_by: Erika Muster
---
Ein Absatz.
"""

SITE = """\
name = "Interim Profis"
motto = "Schnell, fair und effizient!"
description = "Eine Beschreibung."
articles_per_page = 2

[[navigation]]
label = "Kontakt"
to = "/kontakt/"

[[topics]]
slug = "kunden"
title = "Kunden"
description = "Alles über Kunden."

[foreign_terms]
en = ["Key Account Management"]

[contact]
name = "Erika Muster"
phone = "+49 711 123456"
email = "kontakt@interim-profis.test"

[provider]
company = "Interim Profis Test GmbH"
legal_form = "GmbH"
street = "Hauptstraße 1"
postal_code = "70173"
city = "Stuttgart"
country = "Deutschland"
email = "kontakt@interim-profis.test"
phone = "+49 711 123456"
register = "Handelsregister"
register_court = "Stuttgart"
register_number = "HRB 1"
vat_id = "DE123456789"
permit = "keine"
liability_insurance = "keine"
responsible_editor = "Erika Muster"
responsible_editor_address = "Hauptstraße 1, 70173 Stuttgart"
as_of = 2026-11-23

[[provider.representatives]]
name = "Erika Muster"
role = "Geschäftsführerin"

[privacy]
officer = "nicht bestellt"
authority = "Landesbeauftragter"
host = "Ein Anbieter"
mail_provider = "Ein Anbieter"
third_countries = "Nein."
webhook_receiver = "keiner"
candidates = "nichts"
"""

FORM = """\
[[groups]]
key = "alles"
title = "Ihre Anfrage"
staff_title = "Anfrage"

[[questions]]
key = "topic"
group = "alles"
kind = "auswahl"
label = "Worum geht es?"
purpose = "Um zu wissen, wer antwortet"

[questions.choices]
kam-aufbauen = "Key Account Management aufbauen"
sonstiges = "Sonstiges"
""" + "".join(
    f"""
[[questions]]
key = "{name}"
group = "alles"
kind = "{contract.kind.value}"
label = "{name.title()}"
purpose = "Um zu antworten"
"""
    for name, contract in CONTRACTS.items()
    if name != "topic"
)

EDITION = """\
language = "{tag}"
language_name = "{name}"
name = "Interim Profis"
motto = "Swift, fair and efficient."
description = "A description."

[[navigation]]
label = "Contact"
to = "/contact/"

[[topics]]
slug = "kunden"
title = "Customers"
description = "All about customers."

[provider]
country = "Germany"

[privacy]
third_countries = "No."

[addresses]
artikel = "articles"
"artikel/ein-artikel" = "articles/an-article"
praxisfaelle = "case-studies"
werkzeuge = "tools"
themen = "topics"
"themen/kunden" = "topics/customers"
seite = "page"
checkliste = "checklist"
kontakt = "contact"
"kontakt/kam-aufbauen" = "contact/set-up"
suche = "search"
anfrage = "enquiry"
"anfrage/bestaetigen" = "enquiry/confirm"
impressum = "legal-notice"
"""

WORDS = """\
[groups.alles]
title = "Your enquiry"

[questions.topic]
label = "What is it about?"
purpose = "To know who should answer"

[questions.topic.choices]
kam-aufbauen = "Set up key account management"
sonstiges = "Something else"
""" + "".join(
    f"""
[questions.{name}]
label = "{name.title()}"
purpose = "To answer"
"""
    for name in CONTRACTS
    if name != "topic"
)

PAGE = "---\ntitle: {}\ndescription: Eine Seite.\nupdated: 2026-11-02\n---\n\nText der Seite.\n"


def camera(orientation: int = 1) -> Image.Exif:
    """Return what a camera writes into a file: how it was held, who owns it, and where it was."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = CAMERA
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    return exif


def with_changes(text: str, changes: Mapping[str, str]) -> str:
    """Replace lines of a text's front matter, or add them."""
    for key, value in changes.items():
        lines = text.split("\n")
        at = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
        if at is None:
            lines.insert(1, f"{key}: {value}")
        else:
            lines[at] = f"{key}: {value}"
        text = "\n".join(lines)
    return text


class Content:
    """A content folder that a test changes file by file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in kinds.required_pages():
            self.write(f"seiten/{name}.md", PAGE.format(name.title()))
        self.write("website.toml", SITE)
        self.write("formular.toml", FORM)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the content."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def edition(self, tag: str = "en-GB", name: str = "English") -> None:
        """Write an edition in another language, with an article that has a German one."""
        code = tag.partition("-")[0]
        for page in kinds.required_pages():
            self.write(f"{code}/seiten/{page}.md", PAGE.format(f"{page.title()} in {name}"))
        self.write(f"{code}/website.toml", EDITION.format(tag=tag, name=name))
        self.write(f"{code}/formular.toml", WORDS)
        self.write(
            f"{code}/oberflaeche.po",
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n',
        )
        self.write(f"{code}/artikel/ein-artikel.md", ARTICLE.replace("Ein Titel", "A title"))

    def article(self, slug: str = "ein-artikel", text: str = ARTICLE, **changes: str) -> Path:
        """Write an article; ``changes`` replace lines of its front matter, or add them."""
        return self.write(f"artikel/{slug}.md", with_changes(text, changes))

    def image(self, name: str, *, color: str = "red") -> Path:
        """Put an image of 30 by 20 pixels beside the articles."""
        path = self.write(f"artikel/{name}", b"")
        Image.new("RGB", (30, 20), color).save(path)
        return path

    def photo(
        self, name: str, size: tuple[int, int], *, orientation: int = 1, **options: Any
    ) -> Path:
        """Put a photograph beside the articles: soft shapes, grain, and what a camera adds.

        Its upper left quarter is red, so that one sees whether it was turned.
        """
        width, height = size
        grain = Image.effect_noise(size, 30)
        slope = Image.linear_gradient("L").resize(size)
        image = Image.merge("RGB", (Image.blend(grain, slope, 0.5), slope, grain))
        image.paste((200, 20, 20), (0, 0, width // 2, height // 2))
        path = self.write(f"artikel/{name}", b"")
        image.save(path, exif=camera(orientation), **options)
        return path

    def without(self, slug: str, key: str) -> None:
        """Take a line of front matter away."""
        file = self.folder / f"artikel/{slug}.md"
        kept = [line for line in file.read_text().split("\n") if not line.startswith(f"{key}:")]
        file.write_text("\n".join(kept))

    def load(self, *, today: datetime.date = TODAY, with_unpublished: bool = False) -> Library:
        """Read the folder."""
        return loading.load(
            self.folder,
            today=today,
            with_unpublished=with_unpublished,
        )

    def problems(self) -> list[str]:
        """Tell everything that is wrong with the folder."""
        return [str(problem) for problem in library_problems.every(self.load())]
