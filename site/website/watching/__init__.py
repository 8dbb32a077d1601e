"""Whether all is well: what runs by the clock, what is known of it, what gives cause for concern.

In reading order: ``models`` (what is kept of it), ``jobs`` (what the worker does by the clock),
``facts`` (what can be seen now), ``observations`` (what was seen in the last month), ``concerns``
(what of it is not as it should be), ``alarms`` (when somebody is told), ``telling`` (in which
words), ``channels`` (by which way), ``watch`` (what looks every minute), ``weekly`` (the mail of
Monday), ``metrics`` (what Prometheus is told). Knows no Flask.
"""
