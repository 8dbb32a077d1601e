"""What the law wants on the legal pages, and nowhere on the site.

Sources: § 5 DDG, § 18 MStV, § 2 DL-InfoV (provider), Art. 13 DSGVO (privacy), § 25 TDDDG, and the
chambers of commerce's notes on them. Finds what was forgotten or mistyped; is no legal advice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from website.checking.rules import SiteRule, TextRule
from website.checking.subjects import LEGAL_PAGES
from website.content.models import Insert
from website.content.placeholders import is_placeholder
from website.content.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from website.checking.rules import Found, FoundAnywhere
    from website.checking.subjects import Site, Subject

STALE_AFTER_DAYS, OLD_AFTER_DAYS = 365, 304
"""A year, and ten months."""

FULL_NAME, SHORTEST_PHONE = 2, 6
"""Words of a name, digits of a telephone number."""

NEEDED_INSERTS = {
    "impressum": ("anbieter",),
    "datenschutz": ("verantwortlicher", "formularfelder", "aufbewahrung", "empfaenger"),
}
"""They are made from the same data as the form and the deleting of requests, so none is "
"forgotten."""

RIGHTS = {
    "15": "Auskunft",
    "16": "Berichtigung",
    "17": "Löschung",
    "18": "Einschränkung",
    "20": "Übertragung",
    "21": "Widerspruch",
    "77": "Beschwerde bei der Aufsichtsbehörde",
}

OBSOLETE = re.compile(
    r"\bTMG\b|\bTTDSG\b|\bRStV\b|Telemediengesetz\w*|Rundfunkstaatsvertrag\w*"
    r"|ec\.europa\.eu/(?:consumers/)?odr"
    r"|OS-Plattform|Online-Streitbeilegung\w*"
)
_DISCLAIMER = re.compile(
    r"Haftungsausschluss|Haftung für (?:Links|Inhalte)|Abmahnung ohne vorherigen"
)
_DUMMY = re.compile(
    r"\b(?:TODO|XXX+|Lorem|Ipsum|Max Muster|Muster(?:mann|frau|firma|straße|str\.|stadt|ort)"
    r"|Beispiel"
    r"(?:straße|firma|stadt|ort)?|example)\b",
    re.IGNORECASE,
)
_TAX_NUMBER = re.compile(r"\b\d{2,3}/\d{3}/\d{4,5}\b")
_VAT_ID = re.compile(r"DE ?\d{3} ?\d{3} ?\d{3}(?:-\d{5})?|keine", re.IGNORECASE)
_ABBREVIATED = re.compile(r"^(?:(?:Dr|Prof)\.(?: ?(?:med|jur|rer|-Ing)\.?)* )*[A-ZÄÖÜ]\.")
_REGISTERED = re.compile(r"\b(?:GmbH|UG|AG|SE|KG|OHG|KGaA|eG|e\. ?K\.)(?!\w)")
_HRB = re.compile(r"\b(?:GmbH|UG|AG|SE|KGaA)\b(?! & Co)")
_REGISTER_NUMBER = re.compile(r"(?:HR[AB]|GnR|PR|VR|GsR) ?\d+(?: ?[A-Z]{1,3})?")
_NONE = frozenset({"", "keine", "keiner", "keines", "nicht bestellt"})
_ADVERTISING = re.compile(
    r"Newsletter|Rabatt|Angebot des Monats|Sonderangebot|Gutschein|jetzt sparen", re.IGNORECASE
)
_LINK = re.compile(r"https?://[^\s<>]+")
_MAY_BE_LINKED = frozenset({"", "/", "/impressum/", "/datenschutz/"})


def _obsolete(subject: Subject) -> Found:
    for line, row in subject.rows:
        yield from ((line, _replaced(found[0])) for found in OBSOLETE.finditer(row))
    for passage in subject.fields:
        for found in OBSOLETE.finditer(passage.text):
            yield passage.line, _replaced(found[0])


def _replaced(name: str) -> str:
    return (
        f"„{name}“ gilt nicht mehr und kann abgemahnt werden. Seit 2024 heißen die Gesetze DDG "
        f"(statt "
        "TMG) und TDDDG (statt TTDSG), § 18 MStV steht statt § 55 RStV; die OS-Plattform ist "
        "geschlossen."
    )


def _disclaimer(subject: Subject) -> Found:
    if subject.is_legal:
        for line, row in subject.rows:
            if found := _DISCLAIMER.search(row):
                yield (
                    line,
                    f"„{found[0]}“ hat rechtlich keine Wirkung. Lassen Sie den Abschnitt weg.",
                )


def _insert_missing(site: Site) -> FoundAnywhere:
    for name, needed in NEEDED_INSERTS.items():
        page = site.library.pages.get(name)
        if page is None:
            continue
        there = {
            part.name for part in site.library.rendered(page).parts if isinstance(part, Insert)
        }
        for insert in needed:
            if insert not in there:
                yield (
                    page.text.label,
                    page.text.line,
                    (
                        f"Auf dieser Seite fehlt der Baustein „{insert}“: /// baustein | "
                        f"{insert}. Er nennt, "
                        "was das Gesetz verlangt, aus den Angaben in website.toml und im Formular."
                    ),
                )


def _right_missing(site: Site) -> FoundAnywhere:
    page = site.library.pages.get("datenschutz")
    if page is None:
        return
    named = set(re.findall(r"\b(?:Art\.|Artikel)\s(\d+)", page.text.body))
    for span in re.finditer(r"\bArt\.\s(\d+)\s?(?:[–-]|bis)\s?(\d+)", page.text.body):
        named |= {str(number) for number in range(int(span[1]), min(int(span[2]), 99) + 1)}
    for article, right in RIGHTS.items():
        if article not in named:
            yield (
                page.text.label,
                page.text.line,
                f"Hier fehlt ein Recht der Besucher: {right} (Art. {article} DSGVO).",
            )


def _stale(site: Site) -> FoundAnywhere:
    for label, line, days in _ages(site):
        if days > STALE_AFTER_DAYS:
            yield (
                label,
                line,
                "Dieser Stand ist älter als ein Jahr. Prüfen Sie, ob alles noch stimmt.",
            )


def _soon_stale(site: Site) -> FoundAnywhere:
    for label, line, days in _ages(site):
        if OLD_AFTER_DAYS < days <= STALE_AFTER_DAYS:
            yield (
                label,
                line,
                (
                    "Dieser Stand ist bald ein Jahr alt. Prüfen Sie ihn, und setzen Sie das neue "
                    "Datum."
                ),
            )


def _ages(site: Site) -> Iterator[tuple[str, int, int]]:
    today = site.library.today
    if as_of := site.library.site.provider.as_of:
        yield site.label("website.toml"), _line(site, "provider", "as_of"), (today - as_of).days
    for subject in site.subjects:
        updated = subject.item.updated
        if subject.is_legal and updated:
            yield subject.text.label, subject.line("updated"), (today - updated).days


def _provider(site: Site) -> FoundAnywhere:
    label = site.label("website.toml")
    provider = site.library.site.provider
    for key, message in [*_place(site), *_register(site), *_identity(site)]:
        yield label, _line(site, "provider", key), message
    for index, person in enumerate(provider.representatives):
        if message := _person(person.name):
            yield label, _line(site, "provider.representatives", index), message
    if message := _person(provider.responsible_editor):
        yield label, _line(site, "provider", "responsible_editor"), message


def _place(site: Site) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    in_germany = provider.country.strip().lower() in {"deutschland", "germany", "de"}
    if (
        in_germany
        and _is_told(provider.postal_code)
        and not re.fullmatch(r"\d{5}", provider.postal_code)
    ):
        yield (
            "postal_code",
            "Die Postleitzahl hat in Deutschland fünf Ziffern (§ 5 Abs. 1 Nr. 1 DDG).",
        )
    for key in ("street", "responsible_editor_address"):
        told = getattr(provider, key)
        if _is_told(told) and "postfach" in told.lower():
            yield key, "Ein Postfach genügt nicht. Nennen Sie Straße und Hausnummer (§ 5 DDG)."
    address = provider.responsible_editor_address
    if _is_told(address) and not re.search(r"\b\d{4,5}\b", address):
        yield "responsible_editor_address", "Hier fehlt die Postleitzahl (§ 18 Abs. 2 MStV)."


def _register(site: Site) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    form = f"{provider.legal_form} {provider.company}"
    if not _is_told(provider.legal_form) or not _is_told(provider.register_number):
        return
    number = provider.register_number.strip()
    if _REGISTERED.search(form) and not _REGISTER_NUMBER.fullmatch(number):
        yield (
            "register_number",
            (
                f"Bei dieser Rechtsform ist die Registernummer Pflicht, etwa HRB 12345, nicht "
                f"„{number}“ "
                "(§ 5 Abs. 1 Nr. 4 DDG)."
            ),
        )
    elif _HRB.search(provider.legal_form) and number.startswith("HRA"):
        yield "register_number", "Kapitalgesellschaften stehen in Abteilung B: HRB statt HRA."
    if _REGISTERED.search(form) and provider.register_court.strip().lower() in _NONE:
        yield "register_court", "Bei dieser Rechtsform gehört das Registergericht dazu (§ 5 DDG)."


def _identity(site: Site) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    if _is_told(provider.vat_id) and not _VAT_ID.fullmatch(provider.vat_id.strip()):
        yield (
            "vat_id",
            (
                "Die Umsatzsteuer-Identifikationsnummer besteht aus DE und neun Ziffern: "
                "DE123456789. Wer "
                "keine hat, schreibt „keine“."
            ),
        )
    permit = provider.permit
    if re.search(r"AÜG|Arbeitnehmerüberlassung", permit) and "Bundesagentur" not in permit:
        yield (
            "permit",
            (
                "Zur Erlaubnis nach dem AÜG gehört die Aufsichtsbehörde: Bundesagentur für Arbeit "
                "(§ 5 "
                "Abs. 1 Nr. 3 DDG)."
            ),
        )
    alone = re.search(r"einzelunternehm|freiberuf|e\. ?K\.", provider.legal_form, re.IGNORECASE)
    if _is_told(provider.legal_form) and not alone and not provider.representatives:
        yield (
            "legal_form",
            (
                "Es fehlt, wer die Firma vertritt: [[provider.representatives]] mit name und role "
                "(§ 5 "
                "Abs. 1 Nr. 1 DDG)."
            ),
        )


def _person(name: str) -> str:
    if not _is_told(name):
        return ""
    if _ABBREVIATED.match(name):
        return f"„{name}“: Schreiben Sie den Vornamen aus (§ 5 Abs. 1 Nr. 1 DDG)."
    if _REGISTERED.search(name) or len(name.split()) < FULL_NAME:
        return f"„{name}“: Hier steht ein Mensch mit Vor- und Nachnamen."
    return ""


def _reachable(site: Site) -> FoundAnywhere:
    data = site.library.site
    for table, contact in (("provider", data.provider), ("contact", data.contact)):
        label = site.label("website.toml")
        if _is_told(contact.email) and not re.fullmatch(r"[^@\s]+@[^@\s]+\.\w{2,}", contact.email):
            yield label, _line(site, table, "email"), "Das ist keine E-Mail-Adresse: name@firma.de."
        if _is_told(contact.phone) and len(re.sub(r"\D", "", contact.phone)) < SHORTEST_PHONE:
            yield label, _line(site, table, "phone"), "Das ist keine Telefonnummer: +49 711 123456."


def _dummy(site: Site) -> FoundAnywhere:
    for path, text in _texts_of(site, ("provider", "contact", "privacy")):
        if found := _DUMMY.search(text):
            yield (
                site.label("website.toml"),
                site.library.site.lines.get(path, 1),
                f"„{found[0]}“ ist erfunden. Tragen Sie die richtige Angabe ein.",
            )
        elif _TAX_NUMBER.search(text):
            yield (
                site.label("website.toml"),
                site.library.site.lines.get(path, 1),
                (
                    "Das sieht aus wie die Steuernummer. Sie gehört nicht ins Impressum: Mit ihr "
                    "lässt "
                    "sich Missbrauch treiben."
                ),
            )


def _texts_of(site: Site, tables: Iterable[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for table in tables:
        data = getattr(site.library.site, table)
        for key in data.__dataclass_fields__:
            value = getattr(data, key)
            if isinstance(value, str) and _is_told(value):
                yield (table, key), value


def _legal_navigation(site: Site) -> FoundAnywhere:
    there = {(item.label, item.address) for item in site.library.site.legal_navigation}
    for name in LEGAL_PAGES:
        label = name.capitalize()
        if (label, site.library.addresses.page(name)) not in there:
            yield (
                site.label("website.toml"),
                _line(site, "legal_navigation"),
                (
                    f"In der Fußzeile fehlt „{label}“: [[legal_navigation]] mit "
                    f'label = "{label}" und to = "/{name}/". '
                    "Von jeder Seite muss man hinkommen (§ 5 DDG)."
                ),
            )


def _confirmation(site: Site) -> FoundAnywhere:
    told = site.library.site.confirmation
    label = site.label("website.toml")
    if found := _ADVERTISING.search(f"{told.subject} {told.text}"):
        yield (
            label,
            _line(site, "confirmation", "text"),
            (
                f"„{found[0]}“ macht aus der Bestätigung Werbung; die braucht "
                "eine Einwilligung (§ 7 UWG)."
            ),
        )
    for link in _LINK.findall(told.text):
        if urlsplit(link).path not in _MAY_BE_LINKED:
            yield (
                label,
                _line(site, "confirmation", "text"),
                f"{link}: Die Bestätigung verlinkt nur Startseite, Impressum und Datenschutz.",
            )


def _is_told(value: str) -> bool:
    return bool(value) and not is_placeholder(value)


def _line(site: Site, table: str, *key: str | int) -> int:
    lines = site.library.site.lines
    path: tuple[str | int, ...] = (*table.split("."), *key)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


RULES = (
    SiteRule("provider", Severity.ERROR, _provider),
    SiteRule("reachable", Severity.ERROR, _reachable),
    SiteRule("dummy", Severity.ERROR, _dummy),
    SiteRule("legal-navigation", Severity.ERROR, _legal_navigation),
    SiteRule("insert-missing", Severity.ERROR, _insert_missing),
    SiteRule("right-missing", Severity.ERROR, _right_missing),
    SiteRule("stale", Severity.ERROR, _stale),
    SiteRule("soon-stale", Severity.WARNING, _soon_stale),
    SiteRule("confirmation", Severity.ERROR, _confirmation),
)
TEXT_RULES = (
    TextRule("obsolete-law", Severity.ERROR, _obsolete),
    TextRule("disclaimer", Severity.HINT, _disclaimer),
)
