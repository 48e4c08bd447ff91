"""What the lab's Rancher gives to nodes: its agent, and RKE2; each file is run alone."""
