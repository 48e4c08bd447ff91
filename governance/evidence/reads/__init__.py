"""Who read what, and when last, from logs that stores write of their requests."""
