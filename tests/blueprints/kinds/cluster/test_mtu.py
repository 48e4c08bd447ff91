from __future__ import annotations

import pytest

from blueprints.kinds.cluster.mtu import overlay
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
