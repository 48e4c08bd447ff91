"""What a specification of clusters says of each cluster's own file."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.check.cluster.deployments import Clusters, deployments, same
from blueprints.check.held import Held

SPEC = b"""\
blueprint: cluster
version: 1
site:
  domain: k8s.example.org
  networks:
  - {name: one, vlan: 210, cidr: 10.21.0.0/22, gateway: 10.21.0.1}
  - {name: hsn, vlan: 310, cidr: 10.31.0.0/20, mtu: 9000}
  alps: {vclusters: [{name: gpu, network: hsn}]}
environments:
  tds: {versions: {components: {metallb: 0.15.2}}}
clusters:
- name: inference
  ranges: {services: 10.45.0.0/16}
  environments:
    tds:
      network: one
      masters: {name: master, flavour: harvester, count: 3, memory: 1500Mi}
      workers:
      - name: gpu
        flavour: hpc
        vcluster: gpu
        memory: 800Gi
        nodes: [{name: nid1, address: 10.31.0.1}]
"""


@pytest.fixture
def said() -> Clusters:
    found = deployments(Held({"spec.yaml": SPEC}))
    assert found is not None
    return found


def test_a_specification_of_something_else_is_none() -> None:
    assert deployments(Held({"spec.yaml": b"blueprint: sandbox\n"})) is None
    assert deployments(Held({"spec.yaml": b"[]\n"})) is None
    assert deployments(Held({})) is None


def test_a_cluster_in_an_environment_has_its_name_and_folder(said: Clusters) -> None:
    (one,) = said.deployments
    assert (one.id, one.folder) == ("tds-inference", "clusters/tds/inference")
    assert said.domain(one) == "inference.tds.k8s.example.org"
    assert "cert-manager" in one.components
    assert said.components == {"metallb"}


def test_what_is_not_said_has_its_default(said: Clusters) -> None:
    facts = dict(said.facts(said.deployments[0]))
    assert facts["cni", "name"] == "cilium"
    assert facts["ranges", "pods"] == "10.42.0.0/16"
    assert facts["ranges", "dns"] == "10.45.0.10"
    assert facts["network", "vlan"] == 210
    assert facts["owners", "admins"] == []


def test_pools_say_sizes_as_they_are_ordered(said: Clusters) -> None:
    master, gpu = said.deployments[0].pools()
    facts = dict(said.pool_facts(master[0], master[2]))
    assert (facts["role",], facts["memory_gib",]) == ("master", 2)
    facts = dict(said.pool_facts(gpu[0], gpu[2]))
    assert facts["labels", "hpc"] == "true"
    assert facts["network", "vlan"] == 310
    assert facts["nodes", 0, "address"] == "10.31.0.1"


def test_machines_have_role_name_and_address(said: Clusters) -> None:
    machines = [one[:3] for one in said.machines(said.deployments[0])]
    assert machines == [("worker", "nid1", "10.31.0.1")]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a", "a", True),
        ("2001:db8::1", "2001:0db8:0::1", True),
        ("10.0.0.0/8", "10.0.0.0/8", True),
        ("10.0.0.1-10.0.0.9", "10.0.0.1 - 10.0.0.9", True),
        ("10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.8", False),
        ("200Gi", "204800Mi", True),
        ("200Gi", "200G", False),
        (["a", "2001:db8::1"], ["a", "2001:db8:0::1"], True),
        (["a"], ["a", "b"], False),
        ([1, 2], 2, True),
        (1, True, False),
        (None, None, True),
        (None, "a", False),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: Any, other: Any, alike: bool) -> None:
    assert same(one, other) is alike
