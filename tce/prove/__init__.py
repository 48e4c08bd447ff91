"""Whether what was read back is what the intent says, and nothing else."""
