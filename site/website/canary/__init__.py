"""Whether a request that a visitor sends now would arrive: the live form, tried as a browser does.

In reading order: ``page`` (what the form of a page says, and whether the endpoint would take it).
Knows no Flask.
"""
