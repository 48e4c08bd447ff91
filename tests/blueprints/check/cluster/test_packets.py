from __future__ import annotations

from typing import Any

import pytest

from blueprints.check.cluster.packets import told
from blueprints.kinds.cluster.mtu import setting
from blueprints.kinds.cluster.spec import Cni


@pytest.mark.parametrize("name", ["cilium", "calico", "canal"])
@pytest.mark.parametrize("encryption", ["none", "wireguard"])
@pytest.mark.parametrize("mtu", [None, 1400])
@pytest.mark.parametrize("version", [4, 6])
def test_two_ways_to_work_it_out_agree(
    name: Any, encryption: Any, mtu: int | None, version: int
) -> None:
    cni = {"name": name, "encryption": encryption, "mtu": mtu}
    rendered = setting(Cni(name=name, encryption=encryption, mtu=mtu), [9000, 1500], version)
    if name != "canal" or encryption == "none":  # the blueprint refuses canal with WireGuard
        assert told(cni, [9000, 1500], six=version == 6) == rendered


def test_without_a_network_nothing_is_known() -> None:
    assert told({}, [None], six=False) is None
