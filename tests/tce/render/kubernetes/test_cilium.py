from __future__ import annotations

from typing import Any

from tce.render.kubernetes.cilium import clusterwide, namespaced


def spec(made: dict[str, Any]) -> dict[str, Any]:
    found = made["spec"]
    assert isinstance(found, dict)
    return found


def test_a_policy_without_rules_denies_both_ways_and_says_so() -> None:
    made = spec(clusterwide("deny", "why"))
    assert made["endpointSelector"] == {}
    assert (made["ingress"], made["egress"]) == ([{}], [{}])
    assert made["enableDefaultDeny"] == {"ingress": True, "egress": True}


def test_a_policy_is_for_nodes_or_for_pods() -> None:
    made = spec(clusterwide("nodes", "why", nodes={}))
    assert made["nodeSelector"] == {}
    assert "endpointSelector" not in made


def test_two_flows_that_come_to_the_same_rule_are_one_rule() -> None:
    rule: dict[str, object] = {"toCIDR": ["192.0.2.0/24"]}
    made = namespaced("a", "why", namespace="a", part_of="a", egress=[rule, dict(rule)])
    assert spec(made)["egress"] == [rule]
