"""From snapshots and policies to one verdict for every artifact, with its reason."""
