"""Monitoring: scheduled jobs, the website's health, and alerts.

In reading order: ``models`` (what is stored), ``jobs`` (what the worker does by the clock),
``health_snapshot`` (the state of everything now), ``health_history`` (that of the last month),
``alerts`` (what is wrong, and when it is sent), ``alert_channels`` (by which way), ``heartbeat``
(what checks every minute), ``weekly_report`` (the mail of Mondays), ``metrics`` (for Prometheus).
Words, times and meanings are in the TOML files beside them. Knows no Flask.
"""
