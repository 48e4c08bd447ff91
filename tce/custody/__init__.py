"""What the institution's OpenBao holds for an environment: one value, rendered and applied alike.

Public: names, policies, periods. ``tce.render`` writes it, ``tce.keys`` brings a running OpenBao to
it; neither knows the other.
"""
