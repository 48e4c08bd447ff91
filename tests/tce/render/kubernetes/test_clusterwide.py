from __future__ import annotations

from typing import Any

import pytest

from tce.render.kubernetes import clusterwide
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.documents import every

Spec = dict[str, Any]


@pytest.fixture(scope="module")
def hospital() -> dict[str, Spec]:
    made = every(clusterwide.files(typed()), "CiliumClusterwideNetworkPolicy")
    return {name: one["spec"] for name, one in made.items()}


def ports(rule: Spec) -> set[tuple[str, str]]:
    return {
        (one["protocol"], one["port"])
        for block in rule.get("toPorts", [])
        for one in block["ports"]
    }


def test_there_is_one_policy_that_denies_everything(hospital: dict[str, Spec]) -> None:
    deny = hospital["tce-default-deny"]
    assert deny["endpointSelector"] == {}
    assert (deny["ingress"], deny["egress"]) == ([{}], [{}])


def test_every_pod_may_ask_for_names_and_for_nothing_else(hospital: dict[str, Spec]) -> None:
    (rule,) = hospital["tce-dns"]["egress"]
    assert ports(rule) == {("UDP", "53"), ("TCP", "53")}
    assert hospital["tce-dns"]["ingress"] == [{}]


def test_all_nodes_are_meant_by_an_empty_selector(hospital: dict[str, Spec]) -> None:
    """A selector such as kubernetes.io/os: linux matched nothing, and nobody saw it."""
    assert hospital["tce-nodes"]["nodeSelector"] == {}


def test_nodes_take_from_nodes_what_the_openings_say(hospital: dict[str, Spec]) -> None:
    rules = hospital["tce-nodes"]["ingress"]
    among = [one for one in rules if one.get("fromEntities") == ["host", "remote-node"]]
    found = {port for rule in among for port in ports(rule)}
    assert {("TCP", "6443"), ("TCP", "9345"), ("TCP", "2379"), ("UDP", "51871")} <= found
    assert not any("fromEntities" in one and "world" in one["fromEntities"] for one in rules)


def test_flows_to_nodes_come_from_where_they_are_declared(hospital: dict[str, Spec]) -> None:
    rules = hospital["tce-nodes"]["ingress"]
    said = {(one["fromCIDR"][0], *sorted(ports(one))) for one in rules if "fromCIDR" in one}
    assert ("10.200.4.0/24", ("TCP", "22")) in said
    assert ("10.200.0.0/16", ("TCP", "443")) not in said, "a flow to services ends at no node"


def test_the_way_in_is_open_by_https_and_leads_to_what_accepts_it(
    hospital: dict[str, Spec],
) -> None:
    way = hospital["tce-ingress"]
    assert {port for rule in way["ingress"] for port in ports(rule)} == {("TCP", "443")}
    assert [one["fromCIDR"] for one in way["ingress"] if "fromCIDR" in one] == [["10.200.0.0/16"]]
    led = {
        (*one["toEndpoints"][0]["matchLabels"].values(), *sorted(ports(one)))
        for one in way["egress"]
    }
    assert ("genomics", "notebook", "genomics", ("TCP", "8888")) in led
    assert ("inference", "litellm", "inference", ("TCP", "4000")) in led
    assert not any("vllm" in one for one in led)


def test_who_joins_asks_the_apis_own_address_which_is_no_nodes(hospital: dict[str, Spec]) -> None:
    (rule,) = [
        one
        for one in hospital["tce-nodes"]["egress"]
        if ("TCP", "9345") in ports(one) and "toCIDR" in one
    ]
    assert rule["toCIDR"] == ["10.90.12.10/32"]
    assert ports(rule) == {("TCP", "6443"), ("TCP", "9345")}


def test_nothing_is_said_of_a_family_that_pods_do_not_have(hospital: dict[str, Spec]) -> None:
    assert "2001:db8" not in str(hospital)


def test_nodes_of_the_supercomputer_are_nodes_like_others() -> None:
    made = every(clusterwide.files(typed(example=ALPS)), "CiliumClusterwideNetworkPolicy")
    assert made["tce-nodes"]["spec"]["nodeSelector"] == {}
