"""What an earlier build made and the next one need not make again.

The plain build (:mod:`website.build.pipeline`) meets two things of it: :mod:`.outcome`, which knows
whether there is anything to do at all, and :class:`.reuse.Reuse`, which carries over what
is still right. Why the result is byte for byte that of a build from nothing:
docs/decisions/0004-incremental-freezing.md.
"""
