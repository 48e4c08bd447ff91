"""How large a packet of a pod may be before the overlay between nodes is put around it.

Sources: Cilium's ``pkg/mtu`` (TunnelOverheadIPv4 50, TunnelOverheadIPv6 70, WireguardOverhead 80,
both where both are on), Calico's page "Configure MTU" (VXLAN 50 and 70, WireGuard 60 and 80, one
of them, as WireGuard takes the place of VXLAN between nodes), flannel's VXLAN for canal (50, 70).
Cilium's own value ``MTU`` is that of the network below it, Calico's and canal's that of pods.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Cni

_VXLAN = {4: 50, 6: 70}
_WIREGUARD = {"cilium": {4: 80, 6: 80}, "calico": {4: 60, 6: 80}}


def overlay(cni: "Cni", version: int) -> int:
    """Bytes that the network of pods puts around a packet between nodes.

    ``version`` is the family of the nodes' addresses, 4 or 6.
    """
    encrypted = cni.encryption == "wireguard" and cni.name in _WIREGUARD
    wireguard = _WIREGUARD[cni.name][version] if encrypted else 0
    if cni.name == "cilium":
        return _VXLAN[version] + wireguard
    return wireguard or _VXLAN[version]


def setting(cni: "Cni", networks: Iterable[int], version: int) -> int:
    """What the CNI's own setting says, the same on every node of a cluster.

    ``networks`` are the MTUs of all that its nodes lie in: the narrowest counts, as each node
    left to itself would fill packets that others cannot take.
    """
    around = overlay(cni, version)
    pods = cni.mtu if cni.mtu is not None else min(networks) - around
    return pods + around if cni.name == "cilium" else pods
