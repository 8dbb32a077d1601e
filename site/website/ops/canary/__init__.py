"""Whether a request that a visitor sends now would arrive: the live form, tried as a browser does.

In reading order: ``page`` (what the form of a page says, and whether the endpoint would take it),
``sample_answers`` (what is filled in), ``browser`` (how it is sent), ``steps`` (where it can get
stuck), ``journey`` (all of it), ``live`` (that of the website that is set). What is kept of a
canary, and how it is told from a lead, says ``leads.canaries``. Knows no Flask.
"""
