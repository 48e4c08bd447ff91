"""How people reach a service: tunnel, proxy of a service node, clients."""
