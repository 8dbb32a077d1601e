"""A kind of content that the site does not have: all that one needs."""
