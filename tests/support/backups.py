"""An agency whose data are backed up and restored by the commands of operators."""

from __future__ import annotations

import dataclasses
import itertools
import os
from pathlib import Path

from click.testing import CliRunner, Result
from pyrage import x25519

from support.leads import ANSWERS, Sender
from support.processes import Flask
from support.questionnaire import questionnaire
from website.cli import backups as commands
from website.config import Settings
from website.leads.services import Leads, open_leads

SECRET = "the secret of an agency that is backed up"  # noqa: S105 - of the tests

HIDDEN = """\
-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBBYS9ydGIwc29KSld4YXN0
aWZoU0t3IDQKZGVuU0M1K0J0MlhDVmlRQ0VqakpiVitjUGxqZGw3WUJvR25zeS9o
MjhJcwotLS0gZE55UGtPanRPN3JoMjVXMWd2aEZTeDRYdTVQMlQwMERkSGVtdmVz
cE1VZwoeD1gHZvQO/krhwOJujsa5lnol5dKLak45m/QbyOf3heyuX1p8pAf+qeF8
vi2D/N520NSjWQ+7d1tVigc6loF2Fr7Z7olZ0o9J/xXa6dx+r7e/7E7kygTu+QXl
n7e6U4WyYh2LlBzqfWxML7RRpH+3IPsQ58ZTVY/jOEup9LdfWuCBPIo/jjRzixfL
D1oKVuh9wEO6pXJ7tBQ1G5dPlb+UIkpU2q2gwps5Ymhir/juyBEN4bbm/q4T
-----END AGE ENCRYPTED FILE-----
"""
"""A key file as ``age -p`` writes it, but with so little work that a test need not wait for it."""
PASSPHRASE = "richtig"  # noqa: S105
PUBLIC_HALF = "age1ckdf42vd7c6y7cqg9eg0scf9ckjmwfcf0gfgygzagfdntu8wud5s4lhw72"

_NUMBERS = itertools.count()
"""The same company with the same words would be the same request."""


class Pair:
    """A pair of keys, whose secret lies in a file."""

    def __init__(self, folder: Path, name: str = "backup.key") -> None:
        identity = x25519.Identity.generate()
        self.public = str(identity.to_public())
        self.file = folder / name
        self.file.write_text(f"# public key: {self.public}\n{identity}\n")


@dataclasses.dataclass(frozen=True)
class Agency:
    """An instance, with what its operator types."""

    settings: Settings
    environ: dict[str, str]

    @classmethod
    def at(cls, folder: Path, database_url: str = "", **variables: str) -> Agency:
        """Found one in a folder, with SQLite unless another database is given."""
        environ = {
            "WEBSITE_INSTANCE_DIR": str(folder),
            "WEBSITE_DATABASE_URL": "" if database_url.startswith("sqlite") else database_url,
            "WEBSITE_SECRET_KEY": SECRET if database_url.startswith("postgresql") else "",
            "WEBSITE_BACKUP_DIR": "",
            "WEBSITE_BACKUP_RECIPIENT": "",
        } | variables
        return cls(Settings.from_environment(environ), environ)

    @property
    def database(self) -> Path:
        """The file of SQLite."""
        return self.settings.instance_dir / "website.sqlite3"

    def open(self) -> Leads:
        """Open its leads; whoever does so closes them."""
        return open_leads(self.settings, questionnaire)

    def take(self, count: int = 1) -> list[str]:
        """Take requests, and give their numbers."""
        leads = self.open()
        send = Sender(leads.intake)
        taken = [
            send(ANSWERS | {"company": f"Firma {next(_NUMBERS)} GmbH"}).reference
            for _ in range(count)
        ]
        leads.close()
        return taken

    def references(self) -> set[str]:
        """Render the list of requests."""
        leads = self.open()
        found = set(leads.store.references())
        leads.close()
        return found

    def run(self, *words: str | Path, fed: str = "") -> Result:
        """Type a command."""
        name, *options = map(str, words)
        command = getattr(commands, name)
        return CliRunner(env=self.environ).invoke(command, options, input=fed)

    def start(self, *words: str | Path) -> Flask:
        """Start a command in a process of its own, as operators do."""
        return Flask(os.environ | self.environ, *map(str, words))

    def back_up(self, *words: str | Path) -> Path:
        """Make a backup, and give its file."""
        result = self.run("backup", *words)
        assert result.exit_code == 0, result.output
        return Path(result.stdout.split()[0])
