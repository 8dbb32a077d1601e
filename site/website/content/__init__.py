"""Reads the Markdown and TOML of the content folder into typed models, without Flask or HTTP.

In reading order: ``files`` (classifies the files of the folder), ``problems`` (problems and their
messages, ``messages.toml``), ``value_reader`` and ``frontmatter`` (typed values with lines and
advice), ``models`` and ``kinds`` (the models, and the table of the kinds of content),
``sitedata`` and ``text_reader`` (files to models), ``rendering`` (Markdown to HTML), ``images``,
``graphics`` and ``image_decoding`` (images), ``library`` (all content together)
and ``published`` (the addresses and form keys that were ever public).
"""
