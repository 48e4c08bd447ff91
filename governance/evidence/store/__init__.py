"""What a scan reads in the bucket itself: trainers' pointers, base models, cards, records.

Whoever may write to the bucket can have written it, so it only ever adds reasons to keep.
"""
