"""Markdown and TOML in, typed articles out. Knows neither Flask nor HTTP.

In reading order: ``problems`` (what can be wrong with a file), ``fields`` and ``frontmatter``
(reading what authors wrote), ``models`` (what a reader gets), ``sitedata`` and ``items`` (files to
models), ``markdown`` (text to HTML), ``library`` (all of it together), ``published``
(what was ever public).
"""
