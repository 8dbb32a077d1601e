"""Checks of images: alternative texts, rights and consent.

Rights are kept in a list of their own (:data:`website.content.files.RIGHTS`): § 13 and § 31 UrhG
require author and licence, § 22 KunstUrhG consent.
"""

from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule
from website.content.files import RIGHTS

LONGEST_ALT = 350
"""Characters. What needs more belongs into the text, for everybody."""


@text_rule("alt-says-nothing")
def _alt_says_nothing(rule: Rule, subject: TextContext) -> Found:
    for alt, _, line in subject.images:
        for case in ("file_name", "said_twice"):
            if found := rule.pattern(case).match(alt.strip()):
                yield line, rule.message(case, found=found[0])
                break


@text_rule("alt-too-long")
def _alt_too_long(rule: Rule, subject: TextContext) -> Found:
    for alt, _, line in subject.images:
        if len(alt) > LONGEST_ALT:
            yield line, rule.message(count=len(alt), longest=LONGEST_ALT)


@text_rule("image-rights")
def _no_rights(rule: Rule, subject: TextContext) -> Found:
    for _, file, line in subject.images:
        path = subject.image_path(file)
        if path and path not in subject.rights:
            yield line, rule.message(file=file, list=subject.library.label(RIGHTS), path=path)


@text_rule("image-consent")
def _no_consent(rule: Rule, subject: TextContext) -> Found:
    for alt, file, line in subject.images:
        entry = subject.rights.get(subject.image_path(file), "")
        if rule.pattern().search(f"{alt} {file}") and "Einwilligung" not in entry:
            yield line, rule.message(file=file, list=subject.library.label(RIGHTS))
