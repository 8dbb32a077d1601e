"""What reaches readers otherwise than it was meant is told, on its line, and nothing else is."""

from __future__ import annotations

import pytest

from support import sound
from support.content import Content
from website import checking
from website.checking.check_context import TextContext

SAFE = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2F&data=05%7Cerika%40y.example%7C"
CASES = [
    ("unpaired-mark", "Das ist ** wichtig ** für alle.", 1, "Das ist **wichtig** für alle."),
    ("unpaired-mark", "Text.\n\nDas ist **nie geschlossen.", 3, r"Das ist \*\*kein Fett\*\*."),
    ("unpaired-mark", "Das ist __nie geschlossen.", 1, "Die Datei `__init__` und __fett__."),
    ("unpaired-mark", "- Punkt\n- **Punkt", 2, "- **Punkt**\n- Kund*innen"),
    (
        "unpaired-mark",
        "| A | B |\n|---|---|\n| **a | b |",
        3,
        "| A | B |\n|---|---|\n| **a** | b |",
    ),
    ("unpaired-mark", "Das ist ~~nie geschlossen.", 1, "Das ist ~~alt~~ neu."),
    ("unpaired-accent", "Drücken Sie `Strg.", 1, "Drücken Sie `Strg`, dann ``a`b``."),
    ("unpaired-accent", "Drücken Sie ´Strg´.", 1, "Wie geht es?"),
    ("no-link", "Siehe [Kammer] (https://x.example/).", 1, "Siehe [Kammer](https://x.example/)."),
    ("no-link", "Siehe [Kammer] (kontakt.md).", 1, "Er sagte […] (leise) nichts."),
    ("no-link", "Siehe (Kammer)[https://x.example/].", 1, "Siehe (Kammer) [sic]."),
    ("no-link", "Siehe [Kammer][fehlt].", 1, "[Kammer][da]\n\n[da]: https://x.example/"),
    ("no-link", "Siehe [Kammer](https://x.example/", 1, r"Siehe \[Kammer\](nicht)."),
    ("wiki-link", "Siehe [[von-kunden-trennen]].", 1, "Siehe `[[x]]`."),
    ("wiki-link", "![[wert-und-aufwand.svg]]", 1, r"Siehe \[\[x\]\]."),
    ("missing-note", "Ein Satz.[^quelle]", 1, "Ein Satz.[^1]\n\n[^1]: Anmerkung"),
    ("foreign-box", "> [!NOTE]\n> Ein Hinweis.", 1, "> Ein Hinweis."),
    ("foreign-box", "Text.\n\n::: tip\nEin Hinweis.\n:::", 3, "/// merksatz\nEin Hinweis.\n///"),
    ("foreign-box", "!!! note\n    Ein Hinweis.", 1, "Achtung!"),
    ("foreign-box", "{{< youtube x >}}", 1, "{x}"),
    ("foreign-attribute", "## Was zu tun ist {#was}\n\nText.", 1, "## Was zu tun ist\n\nText."),
    ("foreign-attribute", "Ein Absatz{.gross}", 1, "Die Menge {a, b}"),
    ("foreign-mark", "Das ist ==markiert==.", 1, "a == b, c == d"),
    ("emoji-code", "Gut :smile:", 1, "Um 9:30:15 Uhr, Ziel: gut"),
    ("formula", "$$a = b$$", 1, "Das kostet 5 $."),
    ("typed-html", "Erste Zeile<br>zweite", 1, "Erste Zeile\\\nzweite"),
    ("typed-html", "Ein <b>fettes</b> Wort", 1, "Wert < 5 und > 3, `<b>`"),
    ("typed-html", "| A | B |\n|---|---|\n| a<br/>c | b |", 3, "| A | B |\n|---|---|\n| a | b |"),
    ("typed-html", '<div class="x">\nText\n</div>', 1, "<https://x.example/>, <Name>"),
    ("comment", "Text. <!-- Notiz an Jonas -->", 1, "Text, `<!-- x -->`"),
    ("comment", "Text. %%Notiz%%", 1, "5 %"),
    ("copied-along", "Text. :contentReference[oaicite:0]{index=0}", 1, "Text."),
    ("copied-along", "Text【12†Quelle】", 1, "Text【12】"),
    ("copied-along", "Als KI-Sprachmodell kann ich das nicht.", 1, "KI-Modelle helfen dabei."),
    ("copied-along", "Text citeturn0search3", 1, "Text [1]"),
    ("copied-along", "Fehler! Verweisquelle konnte nicht gefunden werden.", 1, "Fehler!"),
    ("heading-mark", "#Kundenbindung ist wichtig", 1, "#1 der Branche"),
    ("misplaced-field", "Text.\n\nstatus: published", 3, "Status: gut"),
    ("no-table", "| A | B |\n|---|\n| a | b |", 2, "| A | B |\n|---|---|\n| a | b |"),
    ("no-table", "Text.\n\nA | B\n---|---|---\na | b", 4, "Text --- Text"),
    ("no-list", "Das ist gut\n- sehr gut.", 2, "Das ist gut:\n- sehr gut."),
    ("no-list", "Das kommt\n3. danach\n4. zuletzt", 2, "Das kommt\n\n3. danach\n4. zuletzt"),
    ("no-list", "a) Zuerst\nb) Dann", 1, "Er sagte (a) und b) nicht."),
    (
        "unpaired-mark",
        "Das ist *nie geschlossen.",
        1,
        "Der Preis* und Kund*innen.\n\n*netto, *1964",
    ),
    ("unpaired-mark", "*kursiv *und mehr.", 1, "*kursiv* und (*1964)"),
    ("unpaired-mark", "Das ist _nie geschlossen.", 1, "Das ist _kursiv_, `_blank` und a_b."),
    ("no-link", "Siehe Kammer](https://x.example/).", 1, "Siehe [Kammer](https://x.example/)."),
    ("no-link", "!Stühle](foto.png)", 1, "[leer] (nichts)"),
    ("no-link", "Siehe <www.x.example>.", 1, "Siehe www.x.example und <https://x.example/>."),
    ("inline-note", "Ein Satz.^[Anmerkung]", 1, "Ein Satz.[^1]\n\n[^1]: Anmerkung"),
    ("foreign-box", "// merksatz\nText\n//", 1, "/// merksatz\nText\n///"),
    ("foreign-attribute", "![Stühle](foto.png){width=50%}", 1, "Die Menge {a, b}"),
    ("foreign-attribute", "![Stühle|300](foto.png)", 1, "![Stühle](foto.png)"),
    ("foreign-mark", "Das ist ~alt~ neu.", 1, "Es sind ~5 bis ~7 Tage, ~10 %."),
    ("foreign-mark", "Das ist ++neu++.", 1, "C++ und C++/CLI"),
    ("foreign-mark", "Die Fläche in x^2.", 1, "Die Fläche in x²."),
    ("formula", "Das Feld $x_1$ gilt.", 1, "US$100 und US$200, $100 oder $200, 5 $"),
    ("heading-mark", "Text.\n\n=====\n\nText.", 3, "Text.\n\n---\n\nText."),
    ("no-table-head", "| A | B |\n| a | b |", 1, "| A | B |\n|---|---|\n| a | b |"),
    ("no-table-head", "Text.\n\n| A | B |\n|–––|–––|\n| a | b |", 3, "Text | Text"),
    ("no-table-head", "| A | B |\n|===|===|\n| a | b |", 1, "| A | B |\n|---|\n| a | b |"),
    ("no-table-head", "+---+---+\n| A | B |\n+===+===+", 1, "`| A | B |`"),
    ("no-table-head", "| A | B |\n|---|---|\n\n| a | b |", 4, "```\n| A | B |\n-- --\n```"),
    ("no-table-head", "A   B\n--- ---\na   b", 2, "- - -\n\n--- "),
    ("no-list", "![A](b.png)\n* Eins", 2, "![A](b.png)\n\n* Eins"),
    ("no-list", "Das ist gut.\n1. Eins", 2, "Er sitzt im\n1. Stock."),
    ("no-list", "Das ist gut\n1) Eins", 2, "Das ist gut.\n1. Mai 2027 folgt."),
    ("no-list", "Text.\n\n*\n\nText.", 3, "- Eins\n- Zwei"),
    ("heading-mark", "#\n\nText.", 1, "Text C#\n\n#1 der Branche"),
    ("no-list", "•Erstens\n•Zweitens", 1, "• Erstens\n• Zweitens"),
    ("no-list", "-Erstens\n-Zweitens", 1, "Preise und\n-listen für alle"),
    ("no-list", "1.Erstens\n2.Zweitens", 1, "1.5 Millionen\n2.5 Millionen"),
    ("no-list", "(1) Erstens\n(2) Zweitens", 1, "(1) Erstens (2) Zweitens"),
    ("no-list", "1.) Erstens\n2.) Zweitens", 1, "1) Erstens\n2) Zweitens"),
    ("no-list", "a. Erstens\nb. Zweitens", 1, "d. h.\nWir a. D."),
    ("no-list", "II. Erstens\nIII. Zweitens", 1, "Karl II. und\nKarl III. "),
    ("no-list", "— Erstens\n— Zweitens", 1, "Das ist — glaube ich\n— gut."),
    ("no-task", "- [] Zahlen holen", 1, "- [ ] Zahlen holen"),
    ("no-task", "[ ] Zahlen holen\n[x] Termin", 1, "- [x] Termin\n- [X] Zahlen"),
    ("no-task", "1. [x] Zahlen holen", 1, "Er sagte [x]."),
    ("no-definition", "Wert\n:Erklärung", 2, "Wert\n: Erklärung"),
    ("lone-backslash", "Text\\\n\nText", 1, "Text\\\nText in C:\\Ordner\\"),
    ("open-fence", "Text.\n\n```\nBetreff: x", 3, "```\nBetreff: x\n```"),
    ("open-fence", "- Punkt\n\n  ```\n  x\n  ```", 3, "`` `x` ``"),
    ("open-fence", "~~~\nx\n```", 1, "~~~\n```\n~~~"),
    ("indented-code", "Text.\n\n    Dieser Absatz war eingerückt.", 3, "Text.\n    weiter"),
    ("indented-code", "- Punkt\n\nText.\n\n\tEingerückt.", 5, "- Punkt\n\n    Dazu gehört es."),
    (
        "typed-tab",
        "Text.\n\nKunde\tUmsatz\nMüller AG\t120.000 €",
        3,
        "| Kunde\t| Umsatz |\n|---|---|\n| Müller AG |\t120.000 € |",
    ),
    ("typed-tab", "Ein Wort\tund noch eines.", 1, "1.\tPunkt\n2.\tPunkt"),
    ("typed-tab", "- Kunde\tUmsatz", 1, "•\tPunkt\n•\tPunkt"),
    ("typed-tab", "> Kunde\tUmsatz", 1, "Begriff\n:\tErklärung"),
    ("typed-tab", "Kunde\tUmsatz\n\n```\na\tb\n```", 1, "```\na\tb\n```"),
    ("date-as-item", "15. März 2027: Der Vertrag endet.", 1, r"15\. März 2027: Der Vertrag endet."),
    ("date-as-item", "3. Oktober", 1, "3. Orte nennen"),
    ("date-as-item", "2026. Das war gut.", 1, "Am 15. März endet der Vertrag."),
    ("other-number", "3. Drei\n5. Fünf", 2, "3. Drei\n4. Vier"),
    ("other-number", "1. Eins\n2. Zwei\n2. Drei\n5. Vier", 4, "1. Eins\n1. Zwei\n1. Drei"),
    ("bold-heading", "**Was zu tun ist**\n\nText.", 1, "**Das ist wichtig.**\n\nText."),
    ("bold-heading", "## **Was zu tun ist**\n\nText.", 1, "## Was **zu tun** ist\n\nText."),
    (
        "underlined-heading",
        "1. Eins\n===\n\nText.",
        1,
        "## 1. Eins\n\nText.\n\n## 2) Zwei\n\nText.",
    ),
    ("ragged-table", "| A | B |\n|---|---|\n| 1. a |", 3, "| A |\n|---|\n| 1. a |"),
    ("underlined-heading", "Das ist gut.\n---\nText.", 1, "Das ist gut.\n\n---\n\nText."),
    (
        "ragged-table",
        "| A | B |\n|---|---|\n| a | b | c |",
        3,
        "| A | B |\n|---|---|\n| a | b \\| c |",
    ),
    (
        "ragged-table",
        "| A | B |\n|---|---|\n| a | b |\nDanach.",
        4,
        "| A | B |\n|---|---|\n| a | |",
    ),
    ("unused-note", "Text.\n\n[^1]: Niemand verweist darauf.", 3, "Text.[^1]\n\n[^1]: Anmerkung"),
    ("unused-note", "Text.[^1]\n\n[^1]: A\n\n[^1]: B", 5, "Text.[^1][^2]\n\n[^1]: A\n\n[^2]: B"),
    ("unused-reference", "Text.\n\n[Hinweis]: wichtig", 3, "[Hinweis][] da\n\n[hinweis]: b.md"),
    ("unused-reference", "Text.\n\n* [KAM]: Schlüssel", 3, "[//]: # (Notiz)\n\n[KAM]: zwei Worte"),
    ("unused-reference", "Text.\n\n*[KAM]: Schlüssel", 3, "Das KAM.\n\n*[KAM]: Schlüssel"),
    ("unused-reference", "Das KAM.\n\n*[kam]: Schlüssel", 3, "```\n[KAM]: x\n```"),
    (
        "hidden-caption",
        'Text.\n\nEin ![Stuhl](b.png "Im Büro") hier.',
        3,
        '![Stuhl](b.png "Im Büro")',
    ),
    ("hidden-caption", '- ![Stuhl](b.png "Im Büro")', 1, "- ![Stuhl](b.png)"),
    ("hidden-caption", '![A](b.png "B")\n![C](b.png)', 1, '- a\n\n    ![Stuhl](b.png "Im Büro")'),
    ("box-content", "Text.\n\n/// ablauf\n- Eins\n///", 3, "/// ablauf\n1. Eins\n2. Zwei\n///"),
    (
        "box-content",
        "/// fragen\n**Wann?**\n\nMorgen.\n///",
        1,
        "/// fragen\n### Wann?\n\nMorgen.\n///",
    ),
    ("box-content", "/// checkliste\nZahlen\n///", 1, "/// checkliste | Vorab\n- Zahlen\n///"),
    (
        "box-content",
        "/// merksatz\n///",
        1,
        "/// merksatz\n![Stuhl](b.png)\n///\n\n```\n/// wichtig\n///\n```",
    ),
    ("box-content", "> /// wichtig\n> ///", 1, "> /// wichtig\n> Text\n> ///"),
    ("tracked-link", f"Siehe [Kammer]({SAFE}).", 1, "Siehe [Kammer](https://x.example/)."),
    (
        "tracked-link",
        "[A](https://www.google.com/url?q=https://x.example/&sa=D)",
        1,
        "[A](https://www.google.com/maps)",
    ),
    (
        "tracked-link",
        "[A](https://deref-gmx.net/mail/client/x/?redirectUrl=https%3A%2F%2Fx.example)",
        1,
        "[A](https://gmx.net/)",
    ),
    (
        "tracked-link",
        "[A](https://x.example/?utm_source=chatgpt.com)",
        1,
        "[A](https://x.example/?seite=2)",
    ),
    (
        "tracked-link",
        "[A][b]\n\n[b]: https://x.example/?von=jo%40y.example",
        1,
        "[A](mailto:jo@y.example)",
    ),
    (
        "tracked-link",
        "[A](https://duckduckgo.com/l/?uddg=https%3A%2F%2Fx.example)",
        1,
        "[A](https://duckduckgo.com/)",
    ),
    (
        "tracked-link",
        "[A](https://www.linkedin.com/safety/go?url=https%3A%2F%2Fx.example)",
        1,
        "[A](https://www.linkedin.com/in/x)",
    ),
    (
        "tracked-link",
        "[A](https://3c.web.de/mail/client/dereferrer?redirectUrl=https%3A%2F%2Fx.example)",
        1,
        "[A](https://web.de/)",
    ),
    ("tracked-link", "[A](https://x.example/?PHPSESSID=1)", 1, "[A](https://x.example/?a=1#teil)"),
    ("link-to-oneself", "[A](http://intranet/x)", 1, "[A](https://intranet.x.example/)"),
    ("link-to-oneself", "[A](http://172.16.0.1/)", 1, "[A](https://172.x.example/)"),
    ("link-to-oneself", "[A](http://nas.fritz.box/)", 1, "[A](https://fritz.example/)"),
    (
        "link-to-oneself",
        "[A](http://127.0.0.1:8000/artikel/x/)",
        1,
        "[A](https://x.example/127.0.0.1)",
    ),
]


def found(content: Content, rule: str) -> list[tuple[int, str]]:
    library = content.load()
    (item,) = library.articles
    (named,) = (each for each in checking.TEXT_RULES if each.name == rule)
    return list(named.find(TextContext(library, item)))


@pytest.mark.parametrize(("rule", "bad", "line", "good"), CASES)
def test_it_is_told_on_its_line_and_only_it(
    whole: Content, rule: str, bad: str, line: int, good: str
) -> None:
    sound.article(whole, bad)
    assert [at for at, _ in found(whole, rule)][:1] == [sound.FIRST_LINE + line - 1]
    sound.article(whole, good)
    assert found(whole, rule) == []


def test_a_table_of_tabs_is_told_once_with_the_row_that_it_lacks(whole: Content) -> None:
    sound.article(whole, "Kunde\tUmsatz\tRang\nMüller AG\t12 €\tA\nMeier GmbH\t9 €\tB")
    ((_, message),) = found(whole, "typed-tab")
    assert message.endswith("unter die erste Zeile |---|---|---|.")
    assert found(whole, "double-space") == []


def test_every_rule_has_its_cases() -> None:
    assert {case[0] for case in CASES} == {
        rule.name for rule in checking.TEXT_RULES if rule.subject in {"links", "markup"}
    }


def test_a_redirect_is_told_with_its_target_and_whom_it_names(whole: Content) -> None:
    sound.article(whole, f"Siehe [Kammer]({SAFE}).")
    told = " ".join(message for _, message in found(whole, "tracked-link"))
    assert "Schreiben Sie das Ziel selbst: https://x.example/" in told
    assert "erika@y.example" in told


def test_the_place_within_a_page_stays_in_the_address_that_is_advised(whole: Content) -> None:
    sound.article(whole, "[A](https://x.example/?a=1&utm_source=b#teil)")
    ((_, message),) = found(whole, "tracked-link")
    assert message.endswith("Schreiben Sie nur https://x.example/?a=1#teil.")


def test_the_address_of_a_source_is_looked_at_too(whole: Content) -> None:
    sources = '[{text: Ein Buch, year: "2026", url: "https://x.example/?fbclid=1"}]'
    sound.article(whole, sources=sources)
    ((line, message),) = found(whole, "tracked-link")
    assert (line, "https://x.example/." in message) == (2, True)


def test_marks_above_the_text_are_told_too(whole: Content) -> None:
    sound.article(whole, title='"Beschwerden **gut** annehmen"')
    assert {line for line, _ in found(whole, "unpaired-mark")} == {2}
