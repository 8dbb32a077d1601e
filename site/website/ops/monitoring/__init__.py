"""Whether all is well: what runs by the clock, what is known of it, what gives cause for alert.

In reading order: ``models`` (what is kept of it), ``jobs`` (what the worker does by the clock),
``health_snapshot`` (what can be seen now), ``health_history`` (what was seen in the last month),
``alerts`` (what of it is not as it should be), ``alert_state`` (when somebody is told),
``alert_messages`` (in which words), ``alert_channels`` (by which way), ``heartbeat`` (what looks
every minute), ``weekly_report`` (the mail of Monday), ``metrics`` (what Prometheus is told). Knows
no Flask.
"""
