"""Parser of translated site data: an edition's own texts merged over the German facts.

Its ``website.toml`` holds only what visitors read in its language. All else is taken from the
German file, so that every fact stands once.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from website.content import files, languages, sitedata, toml_files
from website.content.addresses import DEEPEST, Addresses
from website.content.languages import Language, Translations
from website.content.placeholders import is_none, is_placeholder
from website.content.problems import Problem, msg
from website.content.sitedata import Read
from website.content.value_reader import Fields, line_of, shown
from website.infra import toml_tables

_TABLE = toml_tables.beside(__file__, "translated_site_data.toml")

OWN: Collection[str] = _TABLE["own"]
"""What no edition takes from the German one."""
PROSE: Collection[str] = _TABLE["prose"]
"""Facts that are told in sentences: where the German file has one, each edition translates it."""
WORDS: Collection[str] = _TABLE["words"]
"""The German paths that every edition needs words for."""
TOGETHER: Collection[str] = _TABLE["together"]
"""German paths below which all lies together: web servers have rules for the whole of them."""

_TAG = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_PART = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART}){{0,{DEEPEST - 1}}}")


def read(
    folder: Path,
    site_root: str,
    of_german: Collection[Problem],
    data: bytes | None = None,
    before: Translations | None = None,
) -> tuple[Addresses, Read]:
    """Read the site data of an edition.

    :param folder: of the edition; its name is its language.
    :param site_root: the path of the German edition, ending with a slash.
    :param of_german: what is wrong with the German site data, which is not said again.
    :param data: the bytes of the edition's file, where they are not those on the disk.
    :param before: the words of the interface as they were read before.
    :returns: the edition's addresses, and its site data as :func:`sitedata.read` does.
    """
    holds = "Sprache, Adressen, Name, Navigation und Themen dieser Ausgabe"
    own, problems = toml_files.read(folder, sitedata.NAME, holds=holds, data=data)
    german, _ = toml_files.read(folder.parent, sitedata.NAME, holds=holds)
    root = f"{site_root}{folder.name}/"
    if own is None or german is None:
        site = sitedata.SiteData(is_readable=False, language=Language(folder.name, folder.name))
        return Addresses(root, site_root), (site, problems, [])

    def report_catalogue(line: int, message: str) -> None:
        problems.append(Problem(files.label(folder, languages.NAME), line, message))

    translations = languages.read_catalogue(folder, report_catalogue, before)
    own.language = language = replace(_language(own, folder.name), translations=translations)
    addresses = Addresses(root, site_root, dict(_words(own.table("addresses"))))
    fields = replace(own, values=_merged(german.values, own.values, left_out=OWN))
    site = sitedata.of_fields(fields, addresses, language)
    for path in PROSE:
        _require_translation(own, german.values, tuple(path.split(".")))
    known = {problem.message for problem in of_german}
    found = [problem for problem in problems if problem.message not in known]
    label = files.label(folder, sitedata.NAME)
    return addresses, (site, found, sitedata.open_facts(own, label))


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
        above = next((path for path in TOGETHER if german.startswith(f"{path}/")), "")
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
    for german in WORDS:
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
    said, translated = _at(german, path), _at(own.values, path)
    is_fact = isinstance(said, str) and (is_placeholder(said) or is_none(said))
    if said and not is_fact and not translated:
        *tables, key = path
        where = f" unter [{tables[0]}]" if tables else ""
        own.report(line_of(own.lines, path), msg("edition.untranslated", key=key, where=where))


def _at(values: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - TOML
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values
