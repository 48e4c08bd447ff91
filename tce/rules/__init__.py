"""Rules of `tutela check` about trusted environments: what opens them without anybody noticing."""
