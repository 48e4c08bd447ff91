"""Orders: what is destroyed or exported is ordered in writing and signed by several officers.

An order is a DSSE envelope. It says one thing that is done to one target of one environment, until
a day, once. Whoever carries it out calls :func:`~tce.keys.orders.approval.require`, then begins it
in a :class:`~tce.keys.orders.register.Register`, which refuses an order that was carried out.
"""
