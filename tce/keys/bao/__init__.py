"""OpenBao, by hvac: the connection, its engines, and what an institution's custody needs of it."""
