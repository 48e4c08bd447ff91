"""Escrow: an age identity that every sealed object can be opened with, split among officers.

Nobody holds it whole: it is made, split and forgotten in one run. Putting it together again exports
a key and is ordered; a drill puts it together, tries it and forgets it.
"""
