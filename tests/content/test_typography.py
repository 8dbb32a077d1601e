from support.typesetting import SET_IN_GERMAN, unchanged
from website.content import typography

# What the eye cannot tell apart is written in these tables as:
#   ~ narrow no-break space   _ no-break space   = en dash
#   < and > inner quotes      ^ apostrophe         | no-break hyphen
meant, cases = SET_IN_GERMAN.meant, SET_IN_GERMAN.cases
set_german, set_runs = SET_IN_GERMAN.set_text, SET_IN_GERMAN.set_runs


@cases(
    {
        "a word": ('das "Wort" gilt', "das „Wort“ gilt"),
        "a whole sentence": ('"Ja!", sagte er.', "„Ja!“, sagte er."),
        "single inside double": ("\"Er sagte 'ja' dazu\"", "„Er sagte <ja> dazu“"),
        "double inside double": ('"Er sagte "ja" dazu"', "„Er sagte <ja> dazu“"),
        "double inside single": ("'Das \"Wort\" gilt'", "<Das „Wort“ gilt>"),
        "inner at both edges": ("\"'Ja'\"", "„<Ja>“"),
        "single alone": ("ein 'Wort' mehr", "ein <Wort> mehr"),
        "after a bracket": ('("Wort")', "(„Wort“)"),
        "after a hyphen": ('Key-"Account"', "Key-„Account“"),
        "after a slash": ('Kunde/"Partner"', "Kunde/„Partner“"),
        "after a dash": ('gut - "sehr gut" -', "gut_= „sehr gut“ -"),
        "before punctuation": ('"A", "B". "C"? "D"; "E":', "„A“, „B“. „C“? „D“; „E“:"),
        "around a suspended compound": ('"Kunden-" und', "„Kunden-“ und"),
        "after dots": ('"Nein..."', "„Nein…“"),
        "before dots in brackets": ('("...und dann")', "(„…und dann“)"),
        "only digits": ('das "24" und "2026"', "das „24“ und „2026“"),
        "inside a compound": ('Haupt"kunde"', "Haupt„kunde“"),
        "empty": ('""', "„“"),
        "never closed": ('er sagte "ja und ging', "er sagte „ja und ging"),
        "never opened": ('ja" und ging', "ja“ und ging"),
        "across a line end": ('"eine\nZeile"', "„eine\nZeile“"),
        "an inch mark within a text with quotes": ('"nur" 5", oder', '„nur“ 5", oder'),
        "beside guillemets": ('» "Wort" «', "» „Wort“ «"),
        "around an address": ('"https://x.de/a-b"', "„https://x.de/a-b“"),
    }
)
def test_quotes_become_german(written: str, expected: str) -> None:
    assert set_german(written) == expected


@cases(
    {
        "left out inside a word": ("geht's", "geht^s"),
        "after a name": ("Müller's Büro", "Müller^s Büro"),
        "after an accent": ("André's und Andre\u0301's", "André^s und Andre\u0301^s"),
        "genitive of a name in s": ("Hans' Haus", "Hans^ Haus"),
        "left out before a word": ("'n Kunde, 's ist", "^n Kunde, ^s ist"),
        "left out before a word, with a quote later": ("'ne 'Sache'", "^ne <Sache>"),
        "left out on both sides": ("Rock 'n' Roll", "Rock ^n^ Roll"),
        "of a year": ("im Jahr '89", "im Jahr ^89"),
        "of a decade in quotes": ('"die \'68er"', "„die ^68er“"),
        "inside double quotes": ('"Ich war\'s"', "„Ich war^s“"),
        "beside inner quotes": ("\"Das 'geht's' gut\"", "„Das <geht^s> gut“"),
    }
)
def test_an_apostrophe_is_no_quote(written: str, expected: str) -> None:
    assert set_german(written) == expected


@cases(
    {
        "a hyphen between words": ("gut - oder", "gut_= oder"),
        "two hyphens between words": ("gut -- oder", "gut_= oder"),
        "a dash already there": (meant("gut = oder"), "gut_= oder"),
        "a pair": ("a - b - c", "a_= b_= c"),
        "before a number": ("Ende - 5 Tage", "Ende_= 5 Tage"),
        "after a number": ("8 Tage - immerhin", "8 Tage_= immerhin"),
        "after a per cent sign": ("50 % - immerhin", "50~%_= immerhin"),
        "before a line end": ("gut -\noder", "gut_=\noder"),
        "after the dash of a list": ("- gut - oder", "- gut_= oder"),
        "hours": ("9-17 Uhr", "9=17~Uhr"),
        "hours written apart": ("9 - 17 Uhr", "9=17~Uhr"),
        "hours with minutes": ("9:00-17:30 Uhr", "9:00=17:30~Uhr"),
        "months": ("3-6 Monate", "3=6 Monate"),
        "per cent": ("10-20 %, 8%-10%", "10=20~%, 8~%=10~%"),
        "money": ("1.200-1.500 €", "1.200=1.500~€"),
        "years": ("2019-2021", "2019=2021"),
        "pages": ("S. 3-5", "S.~3=5"),
        "paragraphs of a law": ("§§ 3-5", "§§~3=5"),
        "days": ("5.-8. Mai", "5.=8.~Mai"),
        "days written apart": ("5. - 8. Mai", "5.=8.~Mai"),
    }
)
def test_a_hyphen_that_means_a_dash_becomes_one(written: str, expected: str) -> None:
    assert set_german(written) == expected


@cases(
    {
        "after a word": ("Preise und -listen", "Preise und |listen"),
        "in a bracket": ("Bezahlung (-skosten)", "Bezahlung (|skosten)"),
        "in the next line": ("Preise und\n-listen", "Preise und\n|listen"),
        "after another hyphen": ("-- gut -oder", "-- gut |oder"),
        "at the end of a word": ("Preis- und Listen", "Preis- und Listen"),
        "of a compound": ("Key-Account-Plan", "Key-Account-Plan"),
        "a minus": ("bis -5 Grad, x -y", "bis -5 Grad, x -y"),
    }
)
def test_a_hyphen_for_what_is_left_out_stays_with_its_word(written: str, expected: str) -> None:
    assert set_german(written) == expected


@unchanged(
    {
        "suspended compounds": "Kunden- und Lieferantenpflege, An- und Abreise",
        "compounds": "Vertriebs-Team, 3-mal, Key-Account-Management",
        "the dash of a list": "- erstens",
        "the dash of a list on a later line": "Liste\n- erstens\n - zweitens",
        "a minus": "5 - 3 = 2",
        "a date": "2021-05-06",
        "falling years": "2021-2019",
        "telephone numbers": "0800 2019-2021, 030 - 123456, +49 30 12-34 Monate",
        "an identifier": "AB-2019-2021 und 2019-2021-X",
        "several blanks": "gut  -  oder  nicht",
        "a hyphen at the end": "gut -",
    }
)
def test_other_hyphens_stay(text: str) -> None:
    assert set_german(text) == text


@cases(
    {
        "z. B.": ("z. B. hier", "z.~B. hier"),
        "z.B. without a space": ("z.B. hier", "z.~B. hier"),
        "at the start of a sentence": ("Z.B. hier", "Z.~B. hier"),
        "d. h.": ("d.h. so", "d.~h. so"),
        "three parts": ("i. d. R. u.v.m.", "i.~d.~R. u.~v.~m."),
        "the longer of two": ("u. a. m.", "u.~a.~m."),
        "capitals": ("o.Ä., u. U., z. T.", "o.~Ä., u.~U., z.~T."),
        "before dots": ("z.B...", "z.~B…"),
        "n. Chr.": ("50 n. Chr.", "50 n.~Chr."),
        "at a line end": ("z.\nB. hier", "z.~B. hier"),
        "a section of a law": ("§ 5 Abs. 1 Nr. 4 DDG", "§~5 Abs.~1 Nr.~4 DDG"),
        "a section written together": ("§5", "§~5"),
        "a letter of a law": ("Art. 6 Abs. 1 Buchst. f DSGVO", "Art.~6 Abs.~1 Buchst.~f DSGVO"),
        "a sentence that goes on": ("Weiter, wenn ...", "Weiter, wenn~…"),
        "a sentence with a gap": ("haben … oder", "haben~… oder"),
        "an article": ("Art. 6(1)(b), Satz 2", "Art.~6(1)(b), Satz~2"),
        "chapter and figure": ("Kap. 2, Abb. 3, S. 4", "Kap.~2, Abb.~3, S.~4"),
        "per cent": ("ca. 20 %", "ca. 20~%"),
        "per cent written together": ("100%, (5%) 8%", "100~%, (5~%) 8~%"),
        "money": ("1.200,50 € und 5€", "1.200,50~€ und 5~€"),
        "millions": ("3 Mio. €", "3~Mio.~€"),
        "units": ("20 km, 5 h, 100 km/h", "20~km, 5~h, 100~km/h"),
        "money per month": ("5 €/Monat", "5~€/Monat"),
        "a temperature": ("-5 °C, 20°C", "-5~°C, 20~°C"),
        "a day": ("am 5. Mai", "am 5.~Mai"),
        "a day with its year": ("5. Mai 2026", "5.~Mai~2026"),
        "a title": ("Prof. Dr. Meyer", "Prof.~Dr.~Meyer"),
        "a faculty": ("Dr. med. Meyer", "Dr.~med. Meyer"),
    }
)
def test_what_belongs_together_holds_together(written: str, expected: str) -> None:
    assert set_german(written) == expected


@unchanged(
    {
        "an adjective of per cent": "8%ige, 8%-ige, 100%ig, 100 %ig",
        "an ordinal at a sentence end": "am 5. Es folgt",
        "a word that begins like a month": "5. Maifeier",
        "a word that begins like a unit": "5 kmx, 20 hohe",
        "abbreviations of one part": "bzw. usw. etc. ca. 20",
        "an abbreviation run into a word": "z.B.Kunden",
        "a word that ends like an abbreviation": "Los. 5, Part. 6, Jur. Meyer",
        "several blanks": "8  %, z.  B.",
        "a no-break space of the author": "8\u00a0%",
        "a year and a word": "Mai 2026",
    }
)
def test_other_spaces_stay(text: str) -> None:
    assert set_german(text) == text


@unchanged(
    {
        "German quotes": meant("„Wort“ und <Wort>"),
        "English quotes": "\u201cword\u201d",
        "guillemets": "»Wort« und «mot»",
        "inches and feet": "24\" breit, 6' hoch, 5'6\"",
        "a quote between blanks": "a \" b ' c",
        "four dots": "und .... dann ..",
    }
)
def test_other_marks_stay(text: str) -> None:
    assert set_german(text) == text


@unchanged(
    {
        "a web address": "https://x.de/a-1...b/it's?q=8%20z.B.x",
        "a web address without scheme": "www.x.de/2019-2021/z.B./a",
        "an e-mail address": "o'brien@x.de und a...b@x.de",
        "a path from the root": "/srv/z.B./8%/a...b",
        "a relative path": "inhalt/z.B./2019-2021.md",
        "a path on Windows": "C:\\z.B.\\a...b",
        "a file name": "bericht-2019-2021.pdf",
    }
)
def test_addresses_stay(text: str) -> None:
    assert set_german(text) == text


def test_dots_after_an_address_are_set() -> None:
    assert set_german("www.x.de...") == "www.x.de…"


def test_a_quote_closes_in_a_later_run() -> None:
    assert set_runs(['Ein "', "Wort", '" mehr']) == ["Ein „", "Wort", "“ mehr"]


def test_a_quote_opens_before_emphasis() -> None:
    assert set_runs(['"', "Wort", ' ist"']) == ["„", "Wort", " ist“"]


def test_a_number_holds_to_a_unit_in_the_next_run() -> None:
    expected = [meant("8~"), "%", meant(" und 5"), meant("~%")]
    assert set_runs(["8 ", "%", " und 5", "%"]) == expected


def test_three_dots_in_two_runs_are_one_ellipsis() -> None:
    assert set_runs(["und.", "..", ""]) == ["und…", "", ""]


def test_skipped_elements_stay_and_count_as_words() -> None:
    runs = ['der Befehl "', typography.SKIPPED, '" - kurz']
    expected = ["der Befehl „", typography.SKIPPED, meant("“_= kurz")]
    assert set_runs(runs) == expected


def test_no_runs_are_no_runs() -> None:
    assert set_runs([]) == []
    assert set_runs(["", ""]) == ["", ""]
