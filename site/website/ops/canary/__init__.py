"""The canary: a request sent through the live form, to prove that those of visitors arrive.

In reading order: ``page`` (the form of a page, whether it matches the endpoint, and sample
answers), ``steps.toml`` (where it can fail), ``journey`` (the whole procedure). Storing canaries
apart from leads is in ``leads.canaries``. Imports no Flask.
"""
