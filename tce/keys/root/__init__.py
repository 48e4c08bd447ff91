"""The root: the one key that unseals OpenBao, and how it is kept.

It is kept in one of two ways: wrapped by an AES key that never leaves a hardware module, or split
into shares of which each is sealed to one officer. Both are files of a folder at the institution;
neither belongs into a repository. Every rotation makes a new generation, and both generations lie
there until OpenBao has confirmed the new one.
"""
