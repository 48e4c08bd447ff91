"""What hosts of the lab run in place of what needs hardware; each file is run alone."""
