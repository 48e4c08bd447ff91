"""The space of packets: what readers, proof and probe speak of. Nothing that renders uses it."""
