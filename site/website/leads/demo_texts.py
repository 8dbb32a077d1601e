"""What the companies of a demonstration ask for. All of them are invented."""

from __future__ import annotations

COMPANIES = (
    ("Wolkenwerk Beispiel GmbH", "wolkenwerk", "Maschinenbau", "Musterstadt"),
    ("Sternstaub & Söhne KG", "sternstaub", "Großhandel", "Beispielhausen"),
    ("Nirgendwo Logistik AG", "nirgendwo-logistik", "Logistik", "Nirgendwo"),
    ("Papierboot Verpackungen GmbH", "papierboot", "Verpackung", "Musterhafen"),
    ("Fantasia Medizintechnik GmbH", "fantasia-med", "Medizintechnik", "Beispielfurt"),
    ("Zahnradmühle Übungsbetrieb e. K.", "zahnradmuehle", "Maschinenbau", "Probeheim"),
    ("Mondlicht Leuchten GmbH", "mondlicht-leuchten", "Elektrotechnik", "Mondstadt"),
    ("Luftschloss Bau AG", "luftschloss-bau", "Bauzulieferung", "Musterberg"),
    ("Siebenmeilen Schuhe GmbH", "siebenmeilen", "Konsumgüter", "Beispielhausen"),
    ("Wunschbrunnen Getränke GmbH", "wunschbrunnen", "Lebensmittel", "Bad Muster"),
    ("Kupferkessel Chemie Muster AG", "kupferkessel", "Chemie", "Probeheim"),
    ("Echo & Hall Software GmbH", "echo-hall", "Software", "Musterstadt"),
    ("Drachenfels Dichtungen GmbH", "drachendichtung", "Automobilzulieferung", "Drachenort"),
    ("Morgenrot Versicherungsmakler", "morgenrot-makler", "Versicherung", "Beispielfurt"),
)
"""Name, label of the domain, industry, place."""

PEOPLE = (
    "Erika Beispiel", "Max Probe", "Jörg Muster", "Aylin Fiktiv", "Björn Erfunden", "Ida Vorlage",
    "Tomasz Platzhalter", "Renate Übung", "Karim Exempel", "Sofie Entwurf",
)  # fmt: skip

ROLES = ("Leitung Vertrieb", "Geschäftsführung", "Leitung Kundendienst", "Personalleitung")

MESSAGES = {
    "kam-aufbauen": (
        (
            "Wir haben {n} große Kunden, aber niemanden, der sie als Ganzes betreut. Wir möchten "
            "ein Key Account Management aufbauen und suchen dafür Unterstützung auf Zeit."
        ),
        (
            "Unser Vertrieb ist nach Regionen geordnet, unsere {n} wichtigsten Kunden sind es "
            "nicht. Jeder Standort macht eigene Preise. Wie fangen wir das an?"
        ),
    ),
    "kam-auf-zeit": (
        (
            "Unsere Key Account Managerin fällt für mehrere Monate aus. Sie betreut {n} "
            "Schlüsselkunden, bei zweien stehen Jahresgespräche an. Wir brauchen eine Vertretung."
        ),
        (
            "Die Stelle ist seit {n} Monaten unbesetzt. Bis zur Nachfolge suchen wir einen Key "
            "Account Manager auf Zeit, der den Handel kennt."
        ),
    ),
    "beschwerdemanagement": (
        (
            "Bei uns laufen rund {n}0 Beschwerden im Monat auf, verteilt auf Postfächer und "
            "Zuruf. Wir wollen Annahme und Bearbeitung neu ordnen."
        ),
        (
            "Nach einer Umstellung der Software häufen sich Beschwerden, {n} Großkunden haben "
            "sich direkt bei der Geschäftsführung gemeldet. Wer kann das kurzfristig übernehmen?"
        ),
    ),
    "schulung": (
        (
            "Unser Innendienst mit {n} Personen soll Beschwerden selbst entscheiden dürfen. "
            "Bieten Sie Schulungen dazu an, am liebsten an zwei halben Tagen?"
        ),
    ),
    "kundenportfolio": (
        (
            "Mit {n} Kunden verdienen wir nichts mehr, aber niemand will es ihnen sagen. Wir "
            "möchten das Portfolio mit jemandem von außen durchgehen."
        ),
    ),
    "sonstiges": (
        (
            "Wir suchen für unseren Vertrieb an {n} Standorten eine Führungskraft auf Zeit. Das "
            "passt in keine Ihrer Auswahlmöglichkeiten, betrifft aber vor allem unsere "
            "Großkunden."
        ),
    ),
}
"""By topic; ``{n}`` becomes a small number."""

GOALS = (
    "Eine feste Ansprechperson für jeden Schlüsselkunden.",
    "Antwort auf jede Beschwerde innerhalb von zwei Werktagen.",
    "Ein Plan, mit dem unser Team nach dem Einsatz allein weiterarbeitet.",
    "Kein Kunde soll wegen der Umstellung gehen.",
)
CALLBACKS = ("vormittags", "Di und Do nach 14 Uhr", "jederzeit", "ab 16 Uhr")
LANGUAGES = ("Deutsch", "Deutsch, Englisch", "Deutsch, Polnisch")

ADVERTISING = (
    (
        "Guten Tag, wir bringen Ihre Website bei Google auf Seite 1, garantiert. Fordern Sie "
        "jetzt Ihr kostenloses Audit an: https://rakete.example/audit und "
        "http://rakete.example/preise ({n})"
    ),
    (
        "Hello, we offer SEO services and guest posts. We rank your website on page 1 of "
        "Google within {n} weeks. Reply for a free audit and our price list: "
        "https://rank.example/offer"
    ),
    (
        "Hi! Buy verified email lists of {n}0000 companies at the best price, limited offer: "
        "<a href=https://lists.example/>click here</a>"
    ),
)
NOTES = (
    "Telefoniert: Bedarf ist echt, Entscheidung fällt in der Geschäftsführung.",
    "Zwei Profile geschickt, Rückmeldung steht aus.",
    "Möchte erst das Quartal abwarten.",
    "Rückruf vereinbart.",
    "Budget ist noch nicht freigegeben.",
)
TAGS = ("dringend", "Vertretung", "Stammkunde", "Messe", "Empfehlung", "remote")
