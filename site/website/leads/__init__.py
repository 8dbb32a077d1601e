"""A lead, from arrival to handed over. Knows neither Flask nor HTTP.

In reading order:

- ``models`` and ``migrations`` (what is stored, and where), ``reference`` (the number of a lead);
- ``intake`` (taking leads in), with ``fingerprints`` and ``rate_limit`` (recognising without
  keeping) and ``spam`` (how likely a lead is none);
- ``store``, ``search`` and ``vocabulary`` (finding leads), ``workflow`` (what the
  staff do, quarantine included), ``statistics`` and ``office_hours`` (how fast they are
  answered);
- ``deliveries`` and ``outbox`` (the queue, and when to try again), ``channels`` with ``mail``
  and ``webhooks`` (how they reach people and programs), ``canaries`` (the same on
  trial);
- ``housekeeping``, ``retention``, ``erasure_log``, ``data_subjects`` (how leads are
  deleted, and disclosed to those they are about);
- ``services`` (all of it, opened together).
"""
