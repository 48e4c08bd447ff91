"""Sealed objects: what is known of them without any key.

The object itself is an age file that only recipients open. Its manifest, a signed DSSE envelope,
says what it is; the catalog reads that, and believes of it what adds reasons to keep.
"""
