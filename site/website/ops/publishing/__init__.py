"""Publishing: from a commit to the live page, and back.

Read :mod:`.publisher` first: it runs one publication, step by step. Browser, command line and
worker all ask for publications by inserting a row (:mod:`website.editorial.publications`).
"""
