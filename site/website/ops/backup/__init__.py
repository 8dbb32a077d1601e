"""Backups: made while the site runs, encrypted for somebody else's key, and restored as a whole.

A backup is one file: ``tar``, compressed with ``gzip``, encrypted with ``age``, so that it can be
opened without this program: ``age --decrypt -i FILE.key BACKUP | tar xz``. It holds the database,
the secret that was made in the instance folder, and a manifest that says what must be in it.

In reading order: ``rotation`` (what the files are called, which stay), ``workdir`` (where a backup
is put together), ``sqlite`` and ``postgresql`` (copying a database, and putting one in place),
``archive`` and ``encryption`` (one file, for one key), ``create_backup``, ``restore_backup`` (also
finding what is wrong with one, and what must be done to old data before they are in use again).
"""
