"""The provider's view: what everything that the provider holds gives away, tried and not argued.

An attack has two halves. With the provider's holdings alone no canary is read; with one key of the
institution added the same attack reads it. The first half without the second would also hold for
holdings in which there is nothing.
"""
