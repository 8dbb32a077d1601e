"""How likely a lead is spam, in points, each with a reason that staff can read.

Nothing is ever refused for its points. Who is suspected goes to quarantine: stored, shown, and owed
whatever was withheld as soon as somebody says so. In reading order: ``signals`` (every reason and
what it weighs), ``proof_of_work`` (work done by the browser), ``text_classifier`` (how a text
reads), ``content`` (what shows in the answers), ``scoring`` (the sum).
"""
