"""How models and images get to where they are served: mirrored, verified, scanned."""
