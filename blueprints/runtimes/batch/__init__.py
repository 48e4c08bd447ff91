"""What batch schedulers share: a job that brings nodes together, and the container of each."""
