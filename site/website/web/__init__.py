"""Shared by all blueprints: assets, security headers, request parameters, templates, services."""
