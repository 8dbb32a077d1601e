"""Backups: made while the site runs, encrypted for a public key, and restored as a whole.

A backup is one file: a ``tar`` archive, compressed with ``gzip``, encrypted with ``age``, so that
it can be opened without this program: ``age --decrypt -i FILE.key BACKUP | tar xz``. It contains
the database, the secret generated in the instance folder, the content repository, and a manifest
that lists all of them.

In reading order: ``rotation`` (names of backups, and how long they are kept), ``workdir`` (where a
backup is assembled), ``sqlite`` and ``postgresql`` (copying and replacing a database), ``archive``
and ``encryption`` (one encrypted file), ``create_backup``, ``restore_backup`` (also checks a
backup, and brings old data up to date before they are used again).
"""

from website.infra import toml_tables

msg = toml_tables.messages(__file__)
"""Renders a message of ``messages.toml`` in this folder."""
