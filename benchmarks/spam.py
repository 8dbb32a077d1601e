"""Share of the labelled messages that is quarantined, by the way they are sent.

    python benchmarks/spam.py

The messages are those of ``tests/leads/corpus``; they are synthetic, as the test for them states.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.corpus import WAYS, read, suspected


def main() -> None:
    print("| Messages | Sent by | Number | In quarantine |")
    print("|---|---|---:|---:|")
    for kind in ("wanted", "spam"):
        for way in WAYS:
            sent = [entry for entry in read(kind) if entry["via"] == way]
            if sent:
                caught = len(suspected(sent))
                print(f"| {kind} | {way} | {len(sent)} | {caught} ({caught / len(sent):.1%}) |")


if __name__ == "__main__":
    main()
