"""Keeping the site up: server, worker, alerts, doctor, backups, deployment."""
