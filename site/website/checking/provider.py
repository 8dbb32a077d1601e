"""Whether the provider's data are complete and plausible, before anybody relies on them.

Sources: § 5 DDG, § 18 MStV, § 2 DL-InfoV, and the chambers of commerce's notes on them (IHK
Karlsruhe, IHK Hamburg, IHK München). Finds what was forgotten or mistyped; is no legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from website import mailboxes
from website.checking.check_context import SiteContext
from website.checking.rules import FoundAnywhere, SiteRule
from website.content.placeholders import is_placeholder
from website.content.problems import Severity
from website.exceptions import MailboxError

FULL_NAME, SHORTEST_PHONE = 2, 6
"""Words of a name, digits of a telephone number."""

_DUMMY = re.compile(
    r"\b(?:TODO|XXX+|Lorem|Ipsum|Max Muster|Muster(?:mann|frau|firma|straße|str\.|stadt|ort)"
    r"|Beispiel(?:straße|firma|stadt|ort)?|example)\b",
    re.IGNORECASE,
)
_TAX_NUMBER = re.compile(r"\b\d{2,3}/\d{3}/\d{4,5}\b")
_VAT_ID = re.compile(r"DE ?\d{3} ?\d{3} ?\d{3}|keine", re.IGNORECASE)
_BUSINESS_ID = re.compile(r"DE\d{9}-\d{5}|keine", re.IGNORECASE)
_ABBREVIATED = re.compile(r"^(?:(?:Dr|Prof)\.(?: ?(?:med|jur|rer|-Ing)\.?)* )*[A-ZÄÖÜ]\.")
_REGISTERED = re.compile(r"\b(?:GmbH|UG|AG|SE|KG|OHG|KGaA|eG|e\. ?K\.)(?!\w)")
_HRB = re.compile(r"\b(?:GmbH|UG|AG|SE|KGaA)\b(?! & Co)")
_REGISTER_NUMBER = re.compile(r"(?:HR[AB]|GnR|PR|VR|GsR) ?\d+(?: ?[A-Z]{1,3})?")
_NONE = frozenset({"", "keine", "keiner", "keines", "nicht bestellt"})


def _provider(site: SiteContext) -> FoundAnywhere:
    label = site.label("website.toml")
    provider = site.library.site.provider
    for key, message in [
        *_place(site),
        *_register(site),
        *_identity(site),
        *_capital(site),
    ]:
        yield label, site.line("provider", key), message
    for index, person in enumerate(provider.representatives):
        if message := _person(person.name):
            yield label, site.line("provider.representatives", index), message
    if message := _person(provider.responsible_editor):
        yield label, site.line("provider", "responsible_editor"), message


def _place(site: SiteContext) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    in_germany = provider.country.strip().lower() in {"deutschland", "germany", "de"}
    if (
        in_germany
        and _is_given(provider.postal_code)
        and not re.fullmatch(r"\d{5}", provider.postal_code)
    ):
        yield (
            "postal_code",
            "Die Postleitzahl hat in Deutschland fünf Ziffern (§ 5 Abs. 1 Nr. 1 DDG).",
        )
    for key in ("street", "responsible_editor_address"):
        value = getattr(provider, key)
        if _is_given(value) and "postfach" in value.lower():
            yield key, "Ein Postfach genügt nicht. Nennen Sie Straße und Hausnummer (§ 5 DDG)."
    address = provider.responsible_editor_address
    if _is_given(address) and not re.search(r"\b\d{4,5}\b", address):
        yield "responsible_editor_address", "Hier fehlt die Postleitzahl (§ 18 Abs. 2 MStV)."


def _register(site: SiteContext) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    form = f"{provider.legal_form} {provider.company}"
    if not _is_given(provider.legal_form) or not _is_given(provider.register_number):
        return
    number = provider.register_number.strip()
    if _REGISTERED.search(form) and not _REGISTER_NUMBER.fullmatch(number):
        yield (
            "register_number",
            (
                "Bei dieser Rechtsform ist die Registernummer Pflicht, etwa HRB 12345, nicht "
                f"„{number}“ (§ 5 Abs. 1 Nr. 4 DDG)."
            ),
        )
    elif _HRB.search(provider.legal_form) and number.startswith("HRA"):
        yield "register_number", "Kapitalgesellschaften stehen in Abteilung B: HRB statt HRA."
    if _REGISTERED.search(form) and provider.register_court.strip().lower() in _NONE:
        yield "register_court", "Bei dieser Rechtsform gehört das Registergericht dazu (§ 5 DDG)."


def _identity(site: SiteContext) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    if _is_given(provider.vat_id) and not _VAT_ID.fullmatch(provider.vat_id.strip()):
        yield (
            "vat_id",
            (
                "Die Umsatzsteuer-Identifikationsnummer besteht aus DE und neun Ziffern: "
                "DE123456789. Wer keine hat, schreibt „keine“. Mit Strich und fünf weiteren "
                "Ziffern ist es die Wirtschafts-Identifikationsnummer: „business_id“."
            ),
        )
    if _is_given(provider.business_id) and not _BUSINESS_ID.fullmatch(provider.business_id.strip()):
        yield (
            "business_id",
            (
                "Die Wirtschafts-Identifikationsnummer besteht aus DE, neun Ziffern, einem Strich "
                "und fünf Ziffern: DE123456789-00001 (§ 139c AO)."
            ),
        )
    permit = provider.permit
    if re.search(r"AÜG|Arbeitnehmerüberlassung", permit) and "Bundesagentur" not in permit:
        yield (
            "permit",
            (
                "Zur Erlaubnis nach dem AÜG gehört die Aufsichtsbehörde: Bundesagentur für "
                "Arbeit (§ 5 Abs. 1 Nr. 3 DDG)."
            ),
        )
    alone = re.search(r"einzelunternehm|freiberuf|e\. ?K\.", provider.legal_form, re.IGNORECASE)
    if _is_given(provider.legal_form) and not alone and not provider.representatives:
        yield (
            "legal_form",
            (
                "Es fehlt, wer die Firma vertritt: [[provider.representatives]] mit name und "
                "role (§ 5 Abs. 1 Nr. 1 DDG)."
            ),
        )


def _capital(site: SiteContext) -> Iterator[tuple[str, str]]:
    provider = site.library.site.provider
    if bool(provider.capital) is not bool(provider.outstanding_contributions):
        there = "capital" if provider.capital else "outstanding_contributions"
        yield (
            there,
            (
                "Nennen Sie „capital“ (Stamm- oder Grundkapital) und „outstanding_contributions“ "
                "(ausstehende Einlagen, oder „keine“) zusammen, oder keines von beiden (§ 5 Abs. 1 "
                "Nr. 1 DDG)."
            ),
        )


def _person(name: str) -> str:
    if not _is_given(name):
        return ""
    if _ABBREVIATED.match(name):
        return f"„{name}“: Schreiben Sie den Vornamen aus (§ 5 Abs. 1 Nr. 1 DDG)."
    if _REGISTERED.search(name) or len(name.split()) < FULL_NAME:
        return f"„{name}“: Hier steht ein Mensch mit Vor- und Nachnamen."
    return ""


def _reachable(site: SiteContext) -> FoundAnywhere:
    data = site.library.site
    for table, contact in (("provider", data.provider), ("contact", data.contact)):
        label = site.label("website.toml")
        if _is_given(contact.email) and not _is_address(contact.email):
            yield (
                label,
                site.line(table, "email"),
                "Das ist keine E-Mail-Adresse. So sieht eine aus: name@firma.de.",
            )
        if _is_given(contact.phone) and len(re.sub(r"\D", "", contact.phone)) < SHORTEST_PHONE:
            yield (
                label,
                site.line(table, "phone"),
                "Das ist keine Telefonnummer. So sieht eine aus: +49 711 123456.",
            )


def _is_address(text: str) -> bool:
    """Whether it is a bare address that the whole internet knows."""
    try:
        found = mailboxes.read(text)
    except MailboxError:
        return False
    return found.address.casefold() == text.casefold() and "." in text.rpartition("@")[2]


def _dummy(site: SiteContext) -> FoundAnywhere:
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
                    "lässt sich Missbrauch treiben."
                ),
            )


def _texts_of(
    site: SiteContext, tables: Iterable[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for table in tables:
        data = getattr(site.library.site, table)
        for key in data.__dataclass_fields__:
            value = getattr(data, key)
            if isinstance(value, str) and _is_given(value):
                yield (table, key), value


def _is_given(value: str) -> bool:
    return bool(value) and not is_placeholder(value)


RULES = (
    SiteRule("provider", Severity.ERROR, _provider),
    SiteRule("reachable", Severity.ERROR, _reachable),
    SiteRule("dummy", Severity.ERROR, _dummy),
)
