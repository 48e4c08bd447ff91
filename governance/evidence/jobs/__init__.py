"""Jobs of a cluster that still run or wait, and the places that they name."""
