"""Spam scoring: points with reasons that staff can read.

No request is refused for its score. Suspicious ones go to quarantine: stored and shown, with their
deliveries withheld until release. In reading order: ``signals`` (reasons and points),
``proof_of_work``, ``text_classifier``, ``content`` (signals in the answers), ``scoring`` (the sum).
"""
