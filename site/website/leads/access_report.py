"""The page for people that tells them what is kept of them, made from what ``subjects`` exports.

It is a file of its own, which is handed over or printed: no style sheet, no script, no picture.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from website.infra.clock import in_german
from website.leads.labels import LOST_REASON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STATUS = {
    "new": "noch nicht bearbeitet",
    "in-progress": "in Bearbeitung",
    "qualified": "in Vorbereitung eines Einsatzes",
    "won": "Auftrag erteilt",
    "lost": "kein Auftrag",
}
CHANNELS = {
    "mail": "E-Mail an unsere Mitarbeiter",
    "webhook": "Übergabe an ein anderes Programm",
    "confirmation": "Bestätigung an Sie",
}
STATES = {
    "withheld": "zurückgehalten",
    "pending": "wird noch zugestellt",
    "sent": "zugestellt",
    "dead": "nicht zustellbar",
}
ACTIONS = {
    "received": "eingegangen",
    "quarantined": "eingegangen und wegen des Verdachts auf Werbemüll zurückgehalten",
    "confirmed": "vom Absender bestätigt",
    "released": "vom Verdacht befreit",
    "status": "Stand geändert",
    "sent": "zugestellt",
    "postponed": "Zustellung verschoben",
    "given-up": "Zustellung aufgegeben",
    "send-again": "Zustellung neu begonnen",
    "answered": "beantwortet",
    "not-answered": "Vermerk „beantwortet“ zurückgenommen",
    "owner": "Zuständigkeit geändert",
    "follow-up": "Wiedervorlage geändert",
    "lost-reason": "Grund festgehalten, warum es zu keinem Auftrag kam",
    "tags": "Schlagwörter geändert",
    "note": "Notiz geschrieben",
}
LOST_REASONS = {reason.value: told for reason, told in LOST_REASON.items()}
ACTORS = {
    "visitor": "Absender",
    "outbox": "Programm für die Zustellung",
    "operator": "Mitarbeiter",
    "staff": "Mitarbeiter",
}
FINGERPRINTS = {
    "content": "der ganzen Anfrage",
    "page": "der Anfrage und ihrer Seite",
    "text": "der Nachricht",
    "proof": "der Rechenaufgabe",
    "asker": "der E-Mail-Adresse",
}

_PAGE = Markup("""\
<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Auskunft nach Art. 15 DSGVO</title>
</head>
<body>
<h1>Auskunft nach Art. 15 DSGVO</h1>
<p>Zu der E-Mail-Adresse {address} {count} gespeichert. Stand: {date}.</p>
<p>Zwecke, Rechtsgrundlagen, Fristen und Ihre Rechte stehen unter
<a href="{privacy_page}">{privacy_page}</a>.</p>
{requests}</body>
</html>
""")
_REQUEST = Markup("""\
<h2>Anfrage {reference}</h2>
{facts}
<h3>Ihre Angaben</h3>
{answers}
<h3>Prüfung auf Werbemüll</h3>
{suspicion}
<h3>Notizen unserer Mitarbeiter</h3>
{notes}
<h3>Zustellungen</h3>
{deliveries}
<h3>Verlauf</h3>
{events}
<h3>Prüfwerte, an denen wir sie wiedererkennen</h3>
{fingerprints}
""")


def page(data: Mapping[str, Any], *, privacy_page: str) -> str:
    """Write the page.

    :param data: what :meth:`website.leads.data_subjects.DataSubjects.export` gave.
    :param privacy_page: full address of the page that tells the rest of what Art. 15 asks for.
    """
    requests = data["requests"]
    return str(
        _PAGE.format(
            address=data["address"],
            count="ist 1 Anfrage" if len(requests) == 1 else f"sind {len(requests)} Anfragen",
            date=_told(data["exported_at"]),
            privacy_page=privacy_page,
            requests=Markup("").join(_request(request) for request in requests),
        )
    )


def _request(request: Mapping[str, Any]) -> Markup:
    return _REQUEST.format(
        reference=request["reference"],
        facts=_terms(_facts(request)),
        answers=_terms((row["question"], row["answer"]) for row in request["answers"]),
        suspicion=_suspicion(request["suspicion"]),
        notes=_list(f"{_told(note['at'])}: {note['text']}" for note in request["notes"]),
        deliveries=_list(_delivery(row) for row in request["deliveries"]),
        events=_list(_event(row) for row in request["events"]),
        fingerprints=_list(_fingerprint(row) for row in request["fingerprints"]),
    )


def _facts(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Eingegangen", _told(request["received_at"])
    yield "Letzter Kontakt", _told(request["last_contact"])
    yield "Stand", _word(STATUS, request["status"])
    if request["lost_reason"]:
        yield "Grund", _word(LOST_REASONS, request["lost_reason"])
    if request["answered_at"]:
        yield "Zuerst beantwortet", _told(request["answered_at"])
    if request["follow_up_on"]:
        yield "Wiedervorlage", request["follow_up_on"]
    if request["tags"]:
        yield "Schlagwörter", ", ".join(request["tags"])
    yield "Seite, von der aus das Formular geöffnet wurde", request["source"] or "nicht bekannt"


def _suspicion(suspicion: Mapping[str, Any]) -> Markup:
    kept = "Sie wartet auf die Prüfung durch einen Menschen."
    told = f"Punkte: {suspicion['points']}. {kept if suspicion['in_quarantine'] else ''}".rstrip()
    reasons = _list(f"{row['reason']} ({row['points']:+d})" for row in suspicion["reasons"])
    return Markup("<p>{}</p>\n{}").format(told, reasons)


def _delivery(delivery: Mapping[str, Any]) -> str:
    channel, state = _word(CHANNELS, delivery["channel"]), _word(STATES, delivery["state"])
    when = _told(delivery["sent_at"] or delivery["owed_since"])
    error = f". Letzter Fehler: {delivery['last_error']}" if delivery["last_error"] else ""
    return (
        f"{channel} ({delivery['recipient']}): {state}, {when}, "
        f"Versuche: {delivery['attempts']}, Kennung {delivery['message_id']}{error}"
    )


def _event(event: Mapping[str, Any]) -> str:
    action, actor = _word(ACTIONS, event["action"]), _word(ACTORS, event["actor"])
    detail = f" ({STATUS.get(event['detail'], event['detail'])})" if event["detail"] else ""
    return f"{_told(event['at'])}: {action}{detail}, durch: {actor}"


def _fingerprint(fingerprint: Mapping[str, Any]) -> str:
    of = _word(FINGERPRINTS, fingerprint["of"])
    return f"Prüfwert {of}, gültig bis {_told(fingerprint['expires_at'])}"


def _terms(rows: Iterable[tuple[str, str]]) -> Markup:
    row = Markup("<dt>{}</dt><dd>{}</dd>\n")
    rows = [(term, Markup("<br>").join(text.split("\n"))) for term, text in rows]
    return Markup("<dl>\n{}</dl>").format(Markup("").join(row.format(*pair) for pair in rows))


def _list(lines: Iterable[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>\n").format(line) for line in lines)
    return Markup("<ul>\n{}</ul>").format(items) if items else Markup("<p>Keine.</p>")


def _word(words: Mapping[str, str], word: str) -> str:
    """Tell a word of the database; one that is not known here is told as it is."""
    return words.get(word, word)


def _told(moment: str) -> str:
    return in_german(datetime.datetime.fromisoformat(moment))
