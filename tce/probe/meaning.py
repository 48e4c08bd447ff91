"""What the intent says of a packet at the perimeter: the prover's clauses, asked one by one."""

from collections.abc import Iterable, Iterator

from tce.probe.expected import Declared, Expected
from tce.prove import perimeter
from tce.prove.clause import Clause
from tce.prove.intent import Intent
from tce.space.header import FAMILIES, Field, Packet


class Meaning:
    """Of one intent; packets with no leg out are for the gateway itself."""

    def __init__(self, intent: Intent) -> None:
        """Clauses of both families, at both points."""
        forward = [perimeter.forward(intent, family) for family in FAMILIES]
        own = [perimeter.entering(intent, family) for family in FAMILIES]
        self._must = (_tree(one.must for one in own), _tree(one.must for one in forward))
        self._may = (_tree(one.may for one in own), _tree(one.may for one in forward))
        flows = (clause for one in (*forward, *own) for clause in one.may)
        self.beginnings = tuple(
            Declared(clause.what, clause.box)
            for clause in flows
            if clause.flow is not None and clause.box[Field.STATE][0] == 0
        )
        """What begins something, flow by flow."""

    def must(self, packet: Packet) -> str | None:
        """What says that it has to pass."""
        return self._must[packet[Field.OIF] > 0].name(packet)

    def may(self, packet: Packet) -> str | None:
        """What says that it may pass; None where it has to be refused."""
        return self._may[packet[Field.OIF] > 0].name(packet)


def _tree(given: Iterable[Iterable[Clause]]) -> Expected:
    return Expected(_declared(given))


def _declared(given: Iterable[Iterable[Clause]]) -> Iterator[Declared]:
    for clauses in given:
        for clause in clauses:
            yield Declared(clause.what if clause.flow is None else clause.flow.name, clause.box)
