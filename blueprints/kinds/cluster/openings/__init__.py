"""The network flows that clusters need, as data: who begins, to whom, on which ports, why."""
