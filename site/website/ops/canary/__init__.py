"""The canary: a request through the live form, to prove that those of visitors would arrive.

In reading order: ``page`` (the form of a page, whether it fits the endpoint, and what is filled
in), ``browser`` (how it is sent), ``steps.toml`` (where it can get stuck), ``journey`` (all of it).
How canaries are stored and kept apart from leads is in ``leads.canaries``. Knows no Flask.
"""
