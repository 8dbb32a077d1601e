"""Parser of the site data, ``content/website.toml``: names, navigation, topics, provider.

The ``website.toml`` of an edition in another language holds only what visitors read in it. All else
is taken from the German file, so that every fact is stated once.
"""

import datetime
import pathlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from website.content import files, languages, slugs, toml_files
from website.content.addresses import DEEPEST, Addresses
from website.content.languages import GERMAN, Language, Translations
from website.content.models import Topic
from website.content.problems import Problem, is_none, is_placeholder, msg, reminder
from website.content.value_reader import (
    Fields,
    Path,
    Prose,
    Proses,
    RequiredDate,
    RequiredProse,
    RequiredText,
    Summary,
    line_of,
    shown,
    texts_in,
    value_at,
)
from website.infra import toml_tables

NAME = "website.toml"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""As BCP 47 wants it."""
_BRACE = re.compile(r"\{[^{}\n]*\}?|\}")

REFERENCE = "{reference}"
"""Where the number of a request goes in the mail that confirms it."""

_TRANSLATION = toml_tables.beside(__file__, "sitedata.toml")

_OWN: Collection[str] = _TRANSLATION["own"]
"""What no edition takes from the German one."""
_TRANSLATED: Collection[str] = _TRANSLATION["translated"]
"""Facts in whole sentences: each edition must translate those that the German file has."""
TRANSLATED_PATHS: Collection[str] = _TRANSLATION["translated_paths"]
"""The German paths that every edition needs words for."""
_TOGETHER: Collection[str] = _TRANSLATION["together"]
"""German paths below which all lies together: web servers have rules for the whole of them."""

_TAG = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_PART = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART}){{0,{DEEPEST - 1}}}")


@dataclass(frozen=True)
class NavigationItem:
    """An entry of a navigation menu."""

    label: RequiredProse
    address: str


@dataclass(frozen=True)
class Contact:
    """Contact data of the site."""

    name: RequiredText = ""
    role: Prose = ""
    phone: RequiredText = ""
    email: RequiredText = ""
    hours: Prose = ""


@dataclass(frozen=True)
class Representative:
    """A legal representative of the company."""

    name: RequiredText
    role: RequiredProse


@dataclass(frozen=True)
class Provider:
    """Provider identification as required by § 5 DDG, § 18 MStV and § 2 DL-InfoV.

    Source of the fields: those laws, and the chambers of commerce's notes on them (IHK Karlsruhe,
    IHK Hamburg, IHK München).
    """

    company: RequiredText = ""
    legal_form: RequiredText = ""
    representatives: tuple[Representative, ...] = ()
    street: RequiredText = ""
    postal_code: RequiredText = ""
    city: RequiredText = ""
    country: RequiredText = ""
    email: RequiredText = ""
    phone: RequiredText = ""
    register: RequiredText = ""
    register_court: RequiredText = ""
    register_number: RequiredText = ""
    vat_id: RequiredText = ""
    business_id: str = ""
    """Wirtschafts-Identifikationsnummer (§ 139c AO)."""
    capital: str = ""
    outstanding_contributions: str = ""
    """Named together with the capital, or not at all (§ 5 Abs. 1 Nr. 1 DDG)."""
    permit: RequiredProse = ""
    liability_insurance: RequiredProse = ""
    responsible_editor: RequiredText = ""
    responsible_editor_address: RequiredText = ""
    as_of: RequiredDate = None


@dataclass(frozen=True)
class RetentionPeriods:
    """Retention periods of requests after the last contact, by their status.

    The law says "as long as necessary" (Art. 5 Abs. 1 Buchst. e DSGVO); practice lies between six
    months and three years.
    """

    new_months: int = 6
    in_progress_months: int = 12
    """Talks on an assignment may rest for some time; each contact restarts the period."""
    qualified_months: int = 12
    lost_months: int = 6
    won_years: int = 6
    """After the end of the year: letters that belong to a contract (§ 257 HGB, § 147 AO)."""
    suspected_spam_days: int = 30
    """After the arrival: long enough to be found after a leave."""


@dataclass(frozen=True)
class Privacy:
    """Facts of the privacy policy: officer, authority, recipients and retention."""

    officer: RequiredProse = ""
    authority: RequiredProse = ""
    host: RequiredProse = ""
    mail_provider: RequiredProse = ""
    third_countries: RequiredProse = ""
    """Whether data leave the European Union, in one sentence."""
    webhook_receiver: RequiredProse = ""
    """Whose program gets each request."""
    candidates: RequiredProse = ""
    """What interim managers get to know of a request."""
    confirmation_mail: bool = False
    """Whether requests are confirmed by mail."""
    server_log_days: int = 7
    retention: RetentionPeriods = RetentionPeriods()


@dataclass(frozen=True)
class Accessibility:
    """Facts of the accessibility statement about the last test."""

    scope: Prose = ""
    tested_on: datetime.date | None = None
    method: Prose = ""
    result: Prose = ""
    gaps: Proses = ()


@dataclass(frozen=True)
class ConfirmationWords:
    """Subject and text of the mail that confirms a request."""

    subject: str = "Ihre Anfrage {reference}"
    text: str = "Guten Tag,\n\nIhre Anfrage ist angekommen. Ihre Nummer: {reference}"


@dataclass(frozen=True)
class SiteData:
    """The site data: everything that is set once for all pages."""

    name: RequiredText = ""
    motto: RequiredProse = ""
    description: Summary = ""
    articles_per_page: int = 10
    response_promise: Prose = ""
    """Printed only if it is set here; by default nothing is promised."""
    navigation: tuple[NavigationItem, ...] = ()
    legal_navigation: tuple[NavigationItem, ...] = ()
    topics: tuple[Topic, ...] = ()
    language: Language = GERMAN
    foreign_terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Terms that a screen reader must speak in another language, by language code."""
    contact: Contact = Contact()
    provider: Provider = Provider()
    privacy: Privacy = Privacy()
    accessibility: Accessibility = Accessibility()
    confirmation: ConfirmationWords = ConfirmationWords()
    is_readable: bool = True
    """Whether the file could be read; all else is empty otherwise."""
    lines: Mapping[Path, int] = field(default_factory=dict, compare=False)
    """Where each value stands in the file: ``("provider", "street")`` to a line."""

    def topic(self, slug: str) -> Topic | None:
        """Return the topic with a slug."""
        return next((topic for topic in self.topics if topic.slug == slug), None)


Read = tuple[SiteData, list[Problem], list[Problem]]
"""Site data, what is wrong with them, and the facts that are still placeholders."""


def read(folder: pathlib.Path, addresses: Addresses, data: bytes | None = None) -> Read:
    """Read the site data of the German edition.

    :param data: the bytes of the file, where they are not those on the disk.
    """
    holds = "Name, Navigation, Themen und Anbieterdaten"
    fields, problems = toml_files.read(folder, NAME, holds=holds, data=data)
    if fields is None:
        return SiteData(is_readable=False), problems, []
    site = of_fields(fields, addresses, GERMAN)
    return site, problems, open_facts(fields, files.label(folder, NAME))


def open_facts(fields: Fields, label: str) -> list[Problem]:
    """Return the facts that are still placeholders.

    :param label: the file as authors know it.
    """
    return [
        Problem(label, fields.lines.get(at, 1), reminder(value))
        for at, value in texts_in(fields.values)
        if is_placeholder(value)
    ]


def of_fields(fields: Fields, addresses: Addresses, language: Language) -> SiteData:
    """Return the site data that a file holds; what is wrong with them has been reported then."""
    return fields.into(
        SiteData,
        language=language,
        navigation=tuple(_navigation(fields, "navigation", addresses)),
        legal_navigation=tuple(_navigation(fields, "legal_navigation", addresses)),
        topics=tuple(_topics(fields, addresses)),
        foreign_terms=_foreign_terms(fields.table("foreign_terms")),
        confirmation=_confirmation(fields.table("confirmation")),
        is_readable=True,
        lines=fields.lines,
    )


def _navigation(fields: Fields, key: str, addresses: Addresses) -> Iterator[NavigationItem]:
    for item in fields.tables(key):
        address = addresses.at_root(item.text("to", required=True))
        yield item.into(NavigationItem, address=address)


def _topics(fields: Fields, addresses: Addresses) -> Iterator[Topic]:
    seen: set[str] = set()
    for item in fields.tables("topics"):
        slug = item.text("slug", required=True)
        if slug and (better := slugs.slugify(slug)) != slug:
            item.error("slug", msg("site.slug", slug=slug, better=better))
        elif slug in seen:
            item.error("slug", f"Das Thema „{slug}“ steht zweimal da. Löschen Sie eines davon.")
        seen.add(slug)
        yield item.into(Topic, slug=slug, address=addresses.topic(slugs.slugify(slug)))


def _foreign_terms(fields: Fields) -> dict[str, tuple[str, ...]]:
    for key in fields.values:
        if not _LANGUAGE.fullmatch(key):
            fields.error(key, f"„{key}“ ist kein Kürzel einer Sprache. Nehmen Sie etwa en oder fr.")
    return {language: fields.texts(language) for language in fields.values}


def _confirmation(fields: Fields) -> ConfirmationWords:
    """Read the confirmation mail; the default is used as long as it is faulty."""
    default = ConfirmationWords()
    subject = fields.text("subject") or default.subject
    # With its line ends, unlike other texts.
    text = fields.values["text"].strip() if fields.text("text") else default.text
    faults = [*_foreign_braces("subject", subject), *_foreign_braces("text", text)]
    if REFERENCE not in text:
        faults.append(("text", msg("site.no-reference", reference=REFERENCE)))
    for key, message in faults:
        fields.error(key, message)
    fields.finish()
    return default if faults else ConfirmationWords(subject, text)


def _foreign_braces(key: str, text: str) -> Iterator[tuple[str, str]]:
    if found := _BRACE.search(text.replace(REFERENCE, "")):
        yield key, msg("site.brace", found=found[0], reference=REFERENCE)


def read_translation(
    folder: pathlib.Path,
    site_root: str,
    of_german: Collection[Problem],
    data: bytes | None = None,
    before: Translations | None = None,
) -> tuple[Addresses, Read]:
    """Read the site data of an edition.

    :param folder: of the edition; its name is its language.
    :param site_root: the path of the German edition, ending with a slash.
    :param of_german: problems of the German site data, which are not reported again.
    :param data: the bytes of the edition's file, where they are not those on the disk.
    :param before: the translations as they were read before.
    :returns: the edition's addresses, and its site data as :func:`read` does.
    """
    holds = "Sprache, Adressen, Name, Navigation und Themen dieser Ausgabe"
    own, problems = toml_files.read(folder, NAME, holds=holds, data=data)
    german, _ = toml_files.read(folder.parent, NAME, holds=holds)
    root = f"{site_root}{folder.name}/"
    if own is None or german is None:
        site = SiteData(is_readable=False, language=Language(folder.name, folder.name))
        return Addresses(root, site_root), (site, problems, [])

    def report_catalogue(line: int, message: str) -> None:
        problems.append(Problem(files.label(folder, languages.NAME), line, message))

    translations = languages.read_catalogue(folder, report_catalogue, before)
    own.language = language = replace(_language(own, folder.name), translations=translations)
    addresses = Addresses(root, site_root, dict(_words(own.table("addresses"))))
    fields = replace(own, values=_merged(german.values, own.values, left_out=_OWN))
    site = of_fields(fields, addresses, language)
    for path in _TRANSLATED:
        _require_translation(own, german.values, tuple(path.split(".")))
    known = {problem.message for problem in of_german}
    found = [problem for problem in problems if problem.message not in known]
    label = files.label(folder, NAME)
    return addresses, (site, found, open_facts(own, label))


def _language(own: Fields, code: str) -> Language:
    tag = own.text("language", required=True)
    if tag and (not _TAG.fullmatch(tag) or tag.partition("-")[0] != code):
        own.error("language", msg("edition.language", code=code))
        tag = ""
    elif tag and not languages.is_known(code):
        own.error("language", msg("edition.unknown-language", code=code))
    return Language(tag or code, own.text("language_name", required=True) or code)


def _words(rows: Fields) -> Iterator[tuple[str, str]]:
    """Yield German paths with the edition's own; no two share one."""
    seen: dict[str, str] = {}
    for german in rows.values:
        word = rows.text(german, required=True)
        if not word:
            continue  # as is told already
        above = next((path for path in _TOGETHER if german.startswith(f"{path}/")), "")
        root = rows.values.get(above, above)
        if not _PATH.fullmatch(german) or not _PATH.fullmatch(word):
            rows.error(german, msg("edition.path", path=shown(german), word=shown(word)))
        elif above and not word.startswith(f"{root}/"):
            rows.error(german, msg("edition.outside", above=above, root=shown(root)))
        elif word in seen:
            rows.error(german, f"„{word}“ steht schon bei „{seen[word]}“. Nehmen Sie ein anderes.")
        else:
            seen[word] = german
            yield german, word
    for german in TRANSLATED_PATHS:
        if german not in rows.values:
            rows.report(rows.line(), msg("edition.no-word", path=german))


def _merged(
    german: Mapping[str, Any], own: Mapping[str, Any], *, left_out: Collection[str] = ()
) -> dict[str, Any]:
    kept = {key: value for key, value in german.items() if key not in left_out}
    found: dict[str, Any] = {**kept, **own}
    for key, value in own.items():
        under = german.get(key)
        if isinstance(value, dict) and isinstance(under, dict) and key not in left_out:
            found[key] = _merged(under, value)
    return found


def _require_translation(own: Fields, german: Mapping[str, Any], path: tuple[str, ...]) -> None:
    said, translated = value_at(german, path), value_at(own.values, path)
    is_fact = isinstance(said, str) and (is_placeholder(said) or is_none(said))
    if said and not is_fact and not translated:
        *tables, key = path
        where = f" unter [{tables[0]}]" if tables else ""
        own.report(line_of(own.lines, path), msg("edition.untranslated", key=key, where=where))
