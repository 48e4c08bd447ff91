"""Records of what was done with keys: who approved it, each step, what is public of the outcome.

A record is a DSSE envelope in the repository (``keys/ceremony/<id>.dsse.json``). Each names the
digests of those before it, so that none can be taken out or changed unseen. No secret is in any.
"""
