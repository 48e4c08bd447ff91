"""Keys of the institution: where they are, who may use them, and what was done with them.

Only this package knows OpenBao (hvac) and hardware modules (PKCS #11).
"""
