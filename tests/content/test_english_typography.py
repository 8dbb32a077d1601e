from support.typesetting import SET_IN_ENGLISH, unchanged
from website.content.typography.rules import FULL_SPACE

# What the eye cannot tell apart is written in these tables as:
#   _ no-break space   = en dash   < inner opening quote   > apostrophe, or inner closing quote
meant, cases, set_english = SET_IN_ENGLISH.meant, SET_IN_ENGLISH.cases, SET_IN_ENGLISH.set_text


@cases(
    {
        "a word": ('the "word" holds', "the “word” holds"),
        "a whole sentence": ('"Yes!" she said.', "“Yes!” she said."),
        "single inside double": ("\"He said 'yes' to it\"", "“He said <yes> to it”"),
        "double inside double": ('"He said "yes" to it"', "“He said <yes> to it”"),
        "inner at both edges": ("\"'Yes'\"", "“<Yes>”"),
        "single alone": ("one 'word' more", "one <word> more"),
        "a possessive inside": ('"Our customers\' wishes"', "“Our customers> wishes”"),
        "a possessive between": ('customers\' "wishes"', "customers> “wishes”"),
        "after a bracket": ('("word")', "(“word”)"),
        "after dots": ('"No..."', "“No…”"),
        "only digits": ('the "24" and "2026"', "the “24” and “2026”"),
        "around an address": ('"https://x.de/a-b"', "“https://x.de/a-b”"),
        "never closed": ('he said "yes and went', "he said “yes and went"),
    }
)
def test_quotes_become_english(written: str, expected: str) -> None:
    assert set_english(written) == expected


@cases(
    {
        "left out inside a word": ("it's, don't, o'clock", "it>s, don>t, o>clock"),
        "a singular possessive": ("the agency's site", "the agency>s site"),
        "a plural possessive": ("the customers' wishes", "the customers> wishes"),
        "left out before a word": ("'tis so, let 'em go", ">tis so, let >em go"),
        "left out on both sides": ("rock 'n' roll", "rock >n> roll"),
        "a decade, with a possessive later": (
            "in the '90s its users' trust",
            "in the >90s its users> trust",
        ),
        "inside double quotes": ('"It\'s so"', "“It>s so”"),
    }
)
def test_an_apostrophe_is_no_quote(written: str, expected: str) -> None:
    assert set_english(written) == expected


@cases(
    {
        "a hyphen between words": ("well - or not", "well_= or not"),
        "two hyphens between words": ("well -- or not", "well_= or not"),
        "per cent": ("10-20 %, 8%-10%", "10=20%, 8%=10%"),
        "per cent written apart": ("8 %-10%, 8 %-10 %", "8%=10%, 8%=10%"),
        "money": ("€1,200-1,500 and £5-£10", "€1,200=1,500 and £5=£10"),
        "millions": ("€2-3 million", "€2=3_million"),
        "months": ("3-6 months", "3=6 months"),
        "hours": ("9-5 pm, 9:00-17:30", "9=5_pm, 9:00=17:30"),
        "years": ("2019-2021", "2019=2021"),
        "pages and sections": ("pp. 3-5, sections 19-21", "pp._3=5, sections_19=21"),
        "days": ("5-8 May", "5=8_May"),
    }
)
def test_a_hyphen_that_means_a_dash_becomes_one(written: str, expected: str) -> None:
    assert set_english(written) == expected


@cases(
    {
        "a per cent sign stands close": ("10 % and 5% more", "10% and 5% more"),
        "a unit": ("20 km, 5 h, -5 °C", "20_km, 5_h, -5_°C"),
        "large numbers": ("€14 million, 3 per cent", "€14_million, 3_per cent"),
        "a day": ("on 23 November 2026", "on 23_November_2026"),
        "a day of a month in short": ("5 Sept 2026", "5_Sept_2026"),
        "the time of day": ("9 am, 5 p.m.", "9_am, 5_p.m."),
        "a section": ("section 14, Section 25(2)", "section_14, Section_25(2)"),
        "an article": ("Article 6(1)(f), Art. 5", "Article_6(1)(f), Art._5"),
        "a number": ("No. 5, nos. 4, no. 10", "No._5, nos._4, no._10"),
        "a section sign": ("§ 5", "§_5"),
        "a page": ("p. 4, page 5", "p._4, page_5"),
        "a title": ("Dr Meyer, Prof. Weber", "Dr_Meyer, Prof._Weber"),
        "initials": ("J. K. Weber", "J._K._Weber"),
        "at a line end": ("section\n14", "section_14"),
    }
)
def test_what_belongs_together_holds_together(written: str, expected: str) -> None:
    assert set_english(written) == expected


@unchanged(
    {
        "a sum of money": "€14,000, £ 500, 500 euros.",
        "a large number": "1,400 words",
        "compounds": "mid-sized, 3-fold, pre- and post-war",
        "the dash of a list": "- first",
        "a minus": "5 - 3 = 2",
        "a date": "2021-05-06",
        "falling years": "2021-2019",
        "telephone numbers": "0800 2019-2021, 030 - 123456, +49 30 12-34 months",
        "an identifier": "AB-2019-2021, 2019-2021-X",
        "a dash without spaces": "well—or not",
        "a verb like a month": "5 may be",
        "a word that begins like a unit": "5 kmx, 20 hot",
        "English quotes": meant("“word”, <word>, it>s"),
        "inches and feet": "24\" wide, 6' high, 5'6\"",
        "a web address": "https://x.de/a-1...b/it's?q=8%20x",
        "a path": "/srv/5-8%/a...b",
    }
)
def test_the_rest_stays(text: str) -> None:
    expected = text.replace("500 euros", f"500{FULL_SPACE}euros")
    assert set_english(text) == expected
