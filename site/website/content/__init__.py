"""Markdown and TOML in, typed articles out. Knows neither Flask nor HTTP.

In reading order: ``files`` (what lies in the folder), ``problems`` and ``messages`` (what can be
wrong with a file, and the sentences of ``messages.toml`` that say so), ``value_reader`` and
``frontmatter`` (reading what authors wrote), ``models`` (what a reader gets),
``articles``, ``case_studies`` and ``pages`` (the models of the kinds), ``kinds`` (the table of all
kinds), ``sitedata`` and ``text_reader`` (files to models), ``rendering`` (text to HTML),
``images``, ``graphics``, ``picture_files`` and ``image_variants`` (what is shown beside it),
``library`` (all of it together), ``published`` (what was ever public) and ``release_record`` (what
a release adds to that).
"""
