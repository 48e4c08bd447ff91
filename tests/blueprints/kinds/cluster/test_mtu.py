from __future__ import annotations

import pytest

from blueprints.kinds.cluster.mtu import overlay, setting
from blueprints.kinds.cluster.spec import Cni


@pytest.mark.parametrize(
    ("cni", "version", "taken"),
    [
        (Cni(name="cilium", encryption="none"), 4, 50),
        (Cni(name="cilium", encryption="none"), 6, 70),
        (Cni(name="cilium", encryption="wireguard"), 4, 130),
        (Cni(name="cilium", encryption="wireguard"), 6, 150),
        (Cni(name="calico", encryption="none"), 4, 50),
        (Cni(name="calico", encryption="wireguard"), 4, 60),
        (Cni(name="calico", encryption="wireguard"), 6, 80),
        (Cni(name="canal", encryption="none"), 4, 50),
    ],
)
def test_what_an_overlay_takes_of_a_packet(cni: Cni, version: int, taken: int) -> None:
    assert overlay(cni, version) == taken


@pytest.mark.parametrize(
    ("cni", "networks", "said"),
    [
        (Cni(), [1500, 9000], 1500),
        (Cni(), [9000], 9000),
        (Cni(mtu=8000), [9000], 8130),
        (Cni(name="calico"), [1500, 9000], 1440),
        (Cni(name="calico", mtu=1400), [1500], 1400),
        (Cni(name="canal", encryption="none"), [9000], 8950),
    ],
)
def test_the_narrowest_network_counts_in_what_each_cni_is_told(
    cni: Cni, networks: list[int], said: int
) -> None:
    assert setting(cni, networks, 4) == said
