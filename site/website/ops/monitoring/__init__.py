"""Monitoring: scheduled jobs, health of the website, and alerts.

In reading order: ``models`` (tables), ``jobs`` (scheduled jobs of the worker), ``health_snapshot``
(the current state), ``health_history`` (the last month), ``alerts`` (what is wrong, and when it is
reported), ``alert_channels`` (by which way), ``heartbeat`` (the check of every minute),
``weekly_report`` (the mail of Mondays), ``metrics`` (for Prometheus). Words, times and meanings are
in TOML files beside them. Imports no Flask.
"""
