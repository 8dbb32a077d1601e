"""Syllables are counted as they are spoken."""

from __future__ import annotations

import pytest

from website.checking.readability import syllables

GERMAN = {
    1: "Haus Knie See Staat Boot leer hier neu früh Typ Key Team Mai vier Tausch Markt nicht",
    2: "Kunde aber über Abend Auge Häuser Quelle bequem Prinzip Beispiel dienen Termin Umsatz "
    "Linie Ferien Studie Prämie Aktie Serie Radio sozial speziell Region Million Union Patient "
    "neue Mauer Feier Trauer Büro Bayern loyal Yoga Handy System real Seen Niveau Service online "
    "Klient naiv geehrt Budget Branche Chance Account Vertrag Firma",
    3: "Agentur Familie Italien Energie Strategie Ideen finanziell Spezialist Material Dialog "
    "Kriterien Variante Qualität beenden Museum Gremium Theorie Video Ruine aktuell Referenz "
    "Beschwerde Dienstleister geeignet Industrie Management Controlling Hygiene Mitarbeit "
    "Entscheidung Interim Akquise",
    4: "Unternehmen Situation Information Strategien Energien Garantien Priorität Biologie "
    "beauftragen beurteilen beinhalten beeinflussen variieren Materialien Reklamation Reihenfolge "
    "Schlüsselkunden Mitarbeiter Kriterium Koalition Loyalität Engagement Schulungspläne",
    5: "Initiative individuell kooperieren koordinieren orientieren Verantwortlichkeit "
    "Zusammenarbeit Wertschöpfungskette",
    6: "Beschwerdemanagement Mitarbeiterschulung Verantwortlichkeiten Kundenbeziehungen",
    7: "Key-Account-Management-Team",
}

ENGLISH = {
    1: "the price change asked helped played use used rule whole rates based fee goes years real",
    2: "manage agreed people table service prices value wanted senior social special science quiet "
    "being going useful money client million region union opens boxes replies business before "
    "statement people's create every",
    3: "customer management company created area businesses industry audience idea interim "
    "relation employee enquiry services previous serious period financial annual supplier earlier "
    "manual decision examples employer",
    4: "reliable relationship situation experience usually responsible society variety material "
    "valuable appropriate associate immediate",
    5: "organisation individual negotiation association immediately",
}

COUNTED_BY_HAND = [
    (language, word, number)
    for language, table in (("de", GERMAN), ("en", ENGLISH))
    for number, words in table.items()
    for word in words.split()
]


@pytest.mark.parametrize(("language", "word", "number"), COUNTED_BY_HAND)
def test_a_word_has_as_many_syllables_as_one_hears(language: str, word: str, number: int) -> None:
    assert syllables(word, language) == number
