"""What filters and carries packets: the perimeter, the provider's switches, VLAN and tunnel."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from tce.intent.spec import Specification
from tce.render.network import assignment, harvester, nftables, switches, wireguard


def files(spec: Specification) -> Iterator[File]:
    """All of ``network/``."""
    yield from nftables.files(spec)
    yield from switches.files(spec)
    yield from harvester.files(spec)
    yield from wireguard.files(spec)
    yield from assignment.files(spec)
