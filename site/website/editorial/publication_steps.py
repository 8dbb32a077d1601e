"""The steps of a publication, as its row names them and as staff read them."""

from __future__ import annotations

MERGE, READ, CHECK, BUILD = "merge", "read", "check", "build"
COMMIT, SWITCH, VERIFY, PUSH = "commit", "switch", "verify", "push"
NAMES = {
    MERGE: "Änderungen zusammenführen",
    READ: "Texte lesen",
    CHECK: "Prüfen",
    BUILD: "Seiten erzeugen",
    COMMIT: "Festhalten",
    SWITCH: "Umschalten",
    VERIFY: "Live-Seite vergleichen",
    PUSH: "An das entfernte Archiv senden",
}
"""What staff read, in the order in which it is done."""
