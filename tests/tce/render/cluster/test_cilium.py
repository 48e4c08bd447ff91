from __future__ import annotations

from typing import Any

import pytest
import yaml

from tce.intent.spec import Specification
from tce.render.cluster import cilium
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import documents


def values(spec: Specification) -> dict[str, Any]:
    (config,) = documents(cilium.files, spec)
    said = config["metadata"]
    assert (said["namespace"], said["name"]) == ("kube-system", "rke2-cilium")
    found: dict[str, Any] = yaml.safe_load(config["spec"]["valuesContent"])
    return found


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_nothing_passes_that_no_policy_allows_and_hosts_are_filtered_too(example: str) -> None:
    found = values(typed(example=example))
    assert found["policyEnforcementMode"] == "always"
    assert found["hostFirewall"]["enabled"] is True


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_what_pods_send_to_pods_is_encrypted_or_dropped(example: str) -> None:
    spec = typed(example=example)
    said = values(spec)["encryption"]
    assert (said["enabled"], said["type"], said["nodeEncryption"]) == (True, "wireguard", True)
    egress = said["strictMode"]["egress"]
    assert egress["enabled"] is True
    assert egress["cidr"] == spec.cluster.ranges.pods
    assert said["strictMode"]["ingress"]["enabled"] is True
    # A tunnel ends at an address of a node, which Cilium has to look up.
    assert egress["allowRemoteNodeIdentities"] is True


def test_strict_mode_is_said_as_each_release_of_cilium_that_may_come_reads_it() -> None:
    spec = typed()
    older = values(spec)["encryption"]["strictMode"]
    assert older["enabled"] is True
    assert older["cidr"] == spec.cluster.ranges.pods
    newer = values(typed({"versions/kubernetes": "v1.36.0+rke2r1"}))["encryption"]["strictMode"]
    # From 1.20 on these mean nothing, and nobody says so.
    assert set(newer) == {"egress", "ingress"}


def test_cilium_has_the_family_of_pods_and_no_other() -> None:
    found = values(typed())
    assert (found["ipv4"], found["ipv6"]) == ({"enabled": True}, {"enabled": False})


def test_the_release_of_rke2_says_which_cilium_comes_at_least() -> None:
    assert cilium.cilium("v1.30.9+rke2r1") == (1, 16)
    assert cilium.cilium("v1.33.5+rke2r1") == (1, 17)
    assert cilium.cilium("v1.36.2+rke2r1") >= (1, 20)


def test_an_mtu_that_is_given_is_said() -> None:
    assert values(typed({"cluster/cni/mtu": 1350}))["MTU"] == 1350
    assert "MTU" not in values(typed())
