"""All checks, in the order in which they are reported: from the ground up."""

from __future__ import annotations

from website.operations.doctor import (
    content,
    database,
    domain,
    mail,
    proxies,
    settings,
    site,
    storage,
    time,
    webhook,
    work,
)
from website.operations.doctor.examination import Check

CHECKS = (
    Check("settings", settings.check),
    Check("content", content.check),
    Check("secret", storage.secret),
    Check("file rights", storage.rights),
    Check("file owner", storage.owner),
    Check("disk", storage.disk),
    Check("disk space", work.room),
    Check("database", database.storing),
    Check("database version", database.version),
    Check("database file", database.integrity),
    Check("database server", database.server),
    Check("clock", time.check),
    Check("mail server", mail.server),
    Check("mail sender", mail.sender),
    Check("test mail", mail.test_mail),
    Check("SPF", domain.spf),
    Check("DKIM", domain.dkim),
    Check("DMARC", domain.dmarc),
    Check("MX", domain.mx),
    Check("webhook", webhook.check),
    Check("site", site.reach),
    Check("certificate", site.certificate),
    Check("redirect", site.redirect),
    Check("headers", site.headers),
    Check("compression", site.compression),
    Check("missing pages", site.missing_page),
    Check("endpoint", site.health),
    Check("request", site.form),
    Check("proxies", proxies.check),
    Check("deliveries", work.deliveries),
    Check("jobs", work.jobs),
    Check("quarantine", work.suspicion),
)
