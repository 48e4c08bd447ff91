"""The packet size that a cluster's CNI is told, worked out from the specification once more.

Headers that an overlay adds: VXLAN over IPv4 50 bytes, over IPv6 70; WireGuard 80 (Cilium), 60 or
80 (Calico, in place of VXLAN). Cilium is told the network's size and takes its headers off itself;
Calico and canal are told the size that is left to pods.
"""

from collections.abc import Iterable, Mapping
from typing import Any


def told(cni: Mapping[str, Any], networks: Iterable[Any], *, six: bool) -> int | None:
    """The value that fits the narrowest network; None where the specification names none."""
    sizes = [one for one in networks if isinstance(one, int)]
    if not sizes:
        return None
    name = cni.get("name", "cilium")
    wireguard = cni.get("encryption", "wireguard") == "wireguard"
    headers = 70 if six else 50
    if wireguard and name == "cilium":
        headers += 80
    elif wireguard and name == "calico":
        headers = 80 if six else 60
    pods = cni.get("mtu")
    if not isinstance(pods, int):
        pods = min(sizes) - headers
    return pods + headers if name == "cilium" else pods
