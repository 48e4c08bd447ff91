"""What Cilium does with a packet that came as far as a node, or as the way in by HTTPS.

Of pods no packet can be followed by its addresses: they change, and what leaves them has their
node's. Whom pods may reach is proved over their labels (`tutela tce prove`).
"""

from dataclasses import dataclass
from typing import Literal

from blueprints.check.repository import Repository
from tce.explain.scene import Scene
from tce.prove.declared import INGRESS, declared
from tce.prove.ends import fixed
from tce.prove.intent import OWN
from tce.prove.reach import End, Policies
from tce.read import cilium, network_policy
from tce.read.cilium_settings import setup
from tce.read.manifests import manifests
from tce.read.policies import Rule
from tce.space.errors import NotModelledError
from tce.space.header import ICMP, ICMP6, Field, Packet

FOLDER = "k8s/"


@dataclass(frozen=True)
class Inside:
    """What is done with a packet, and where that stands."""

    verdict: Literal["accept", "drop", "not understood"]
    at: str
    rule: str


def inside(scene: Scene, packet: Packet) -> Inside | None:
    """None for what begins nothing, is for no node, or is not of the family of pods."""
    zone = scene.zone(packet.family, packet[Field.DST])
    repository = Repository(scene.folder)
    files = [one for one in repository.files if one.startswith(FOLDER) and one.endswith(".yaml")]
    if packet[Field.STATE] or zone is None or zone.kind not in OWN or not files:
        return None
    wanted = declared(scene.said, scene.intent)
    if packet.family != wanted.family or _gateway(scene, packet):
        return None
    try:
        documents = tuple(manifests({one: repository.read(one) for one in files}))
        found = [
            policy
            for one in documents
            if one.group == "cilium.io" and one.kind in cilium.KINDS
            for policy in cilium.policies(one)
        ]
        found += [
            network_policy.policy(one)
            for one in documents
            if one.kind == "NetworkPolicy" and one.group == "networking.k8s.io"
        ]
        set_up = setup(documents)
    except NotModelledError as error:
        at, _, rest = str(error).partition(": ")
        return Inside("not understood", at, rest)
    policies = Policies(found, set_up is not None and set_up.mode == "always")
    served = _within(packet[Field.DST], wanted.services)
    begins = scene.zone(packet.family, packet[Field.SRC])
    node = _end("another node") if begins is not None and begins.kind in OWN else None
    return _decided(policies, _end(INGRESS if served else "a node"), packet, node)


def _gateway(scene: Scene, packet: Packet) -> bool:
    return _within(packet[Field.DST], scene.intent.gateway[packet.family])


def _within(value: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= value <= last for first, last in ranges)


def _end(name: str) -> End:
    return next(one for one in fixed() if one.name == name)


def _decided(policies: Policies, end: End, packet: Packet, source: End | None) -> Inside:
    denied = policies.rules(end, True, deny=True)
    for rule in (one for one in denied if _fits(one, packet, source)):
        return Inside("drop", f"{rule.file}:{rule.line}", f"{rule.policy} denies it at {end}")
    for rule in policies.rules(end, True):
        if _fits(rule, packet, source):
            if not rule.file:
                return Inside("accept", FOLDER, f"no policy is about {end}")
            return Inside(
                "accept", f"{rule.file}:{rule.line}", f"{rule.policy} lets it in at {end}"
            )
    return Inside("drop", FOLDER, f"no policy lets it in at {end}")


def _fits(rule: Rule, packet: Packet, source: End | None) -> bool:
    """Whether it is about this packet; `source` is the node that sends it, None: none does."""
    proto, address = packet[Field.PROTO], packet[Field.SRC]
    kind = packet[Field.ICMP] >> 8 if proto in (ICMP, ICMP6) else packet[Field.DPORT]
    if not any(one.protocol == proto and one.first <= kind <= one.last for one in rule.ports):
        return False
    if source is not None:
        return any(one.selects(source.labels) for one in rule.peers.selectors)
    return any(
        one.family == packet.family and one.first <= address <= one.last
        for one in rule.peers.addresses
    )
