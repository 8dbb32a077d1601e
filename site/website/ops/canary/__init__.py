"""The canary: a request through the live form, to prove that those of visitors would arrive.

In reading order: ``page`` (the form of a page, and whether it fits the endpoint),
``sample_answers`` (what is filled in), ``browser`` (how it is sent), ``steps`` (where it can get
stuck), ``journey`` (all of it). How canaries are stored and kept apart from leads is in
``leads.canaries``. Knows no Flask.
"""
