"""Leads: intake, storage, delivery, follow-up, retention. Independent of Flask and HTTP.

In reading order:

- ``models`` and ``migrations`` (tables), ``reference`` (the number of a lead);
- ``intake`` (accepting and storing requests), with ``fingerprints`` (duplicates), ``rate_limit``
  and ``spam`` (scoring);
- ``store``, ``search`` and ``search_vocabulary`` (finding leads), ``workflow`` (changes by staff,
  release from quarantine), ``statistics`` and ``office_hours`` (response times);
- ``deliveries`` (the queue), ``outbox`` (attempts and retries), ``channels`` with ``mail`` and
  ``webhooks`` (how messages are sent), ``canaries`` (test requests);
- ``housekeeping``, ``retention``, ``erasure_log``, ``data_subjects`` (deletion, and access by the
  people that leads are about);
- ``services`` (all of it, opened together).
"""

from website.infra import toml_tables

msg = toml_tables.messages(__file__)
"""Renders a message of ``messages.toml`` in this folder."""
