"""Container images that still exist, so that a run could be repeated in the same one."""
