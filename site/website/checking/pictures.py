"""Images: what is said of them to those who do not see them, and whose they are.

Whose an image is stands in a list of its own (:data:`website.content.files.RIGHTS`), because
neither the file nor the text can tell: § 13 and § 31 UrhG ask for author and licence, § 22
KunstUrhG for consent.
"""

from __future__ import annotations

import re

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.content.problems import Severity

LONGEST_ALT = 350
"""Characters. What needs more belongs into the text, for everybody."""

_FILE_NAME = re.compile(
    r"^\S+\.(?:jpe?g|png|svg|webp|gif|avif)$|^(?:img|dsc|foto|bild)[\W_]*\d*$", re.IGNORECASE
)
_SAID_TWICE = re.compile(
    r"^(?:(?:bild|foto|grafik|abbildung)\s+(?:von|des|der|eines|einer)"
    r"|(?:an? )?(?:image|picture|photo(?:graph)?|graphic|illustration)\s+(?:of|showing))\b",
    re.IGNORECASE,
)


def _alt_says_nothing(subject: TextContext) -> Found:
    for alt, _, line in subject.images:
        if _FILE_NAME.match(alt.strip()):
            yield line, f"„{alt.strip()}“ ist ein Dateiname. Was ist auf dem Bild zu sehen?"
        elif found := _SAID_TWICE.match(alt.strip()):
            yield (
                line,
                (
                    f"„{found[0]} …“: Dass es ein Bild ist, sagt der Screenreader schon. Beginnen "
                    "Sie mit dem, was darauf zu sehen ist."
                ),
            )


def _alt_too_long(subject: TextContext) -> Found:
    for alt, _, line in subject.images:
        if len(alt) > LONGEST_ALT:
            yield (
                line,
                (
                    f"Der Text zum Bild hat {len(alt)} Zeichen. Nennen Sie das Wichtige in "
                    f"höchstens {LONGEST_ALT}, den Rest im Artikel."
                ),
            )


def _no_rights(subject: TextContext) -> Found:
    for _, file, line in subject.images:
        path = subject.image_path(file)
        if path and path not in subject.rights:
            yield (
                line,
                (
                    f"Zum Bild „{file}“ ist nicht festgehalten, wem es gehört. Schreiben Sie in "
                    f"{subject.rights_label} eine Zeile „{path}: Urheber, Lizenz“."
                ),
            )


def _no_consent(subject: TextContext) -> Found:
    for alt, file, line in subject.images:
        entry = subject.rights.get(subject.image_path(file), "")
        if (
            re.search(r"portr[aä]i?t", f"{alt} {file}", re.IGNORECASE)
            and "Einwilligung" not in entry
        ):
            yield (
                line,
                (
                    f"„{file}“ zeigt einen Menschen. Halten Sie in {subject.rights_label} fest, "
                    "dass er zugestimmt hat: „Einwilligung: Jahr-Monat-Tag“ (§ 22 KunstUrhG)."
                ),
            )


RULES = (
    TextRule("alt-says-nothing", Severity.WARNING, _alt_says_nothing),
    TextRule("alt-too-long", Severity.HINT, _alt_too_long),
    TextRule("image-rights", Severity.WARNING, _no_rights),
    TextRule("image-consent", Severity.WARNING, _no_consent),
)
