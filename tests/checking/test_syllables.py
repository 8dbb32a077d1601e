"""Syllables are counted as they are spoken."""

from __future__ import annotations

import pytest

from website.checking import syllables

COUNTED_BY_HAND = {
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


@pytest.mark.parametrize(
    ("word", "number"),
    [(word, number) for number, words in COUNTED_BY_HAND.items() for word in words.split()],
)
def test_a_word_has_as_many_syllables_as_one_hears(word: str, number: int) -> None:
    assert syllables.count(word) == number
