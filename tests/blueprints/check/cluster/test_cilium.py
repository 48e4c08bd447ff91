"""Cilium's policies in the words of a NetworkPolicy."""

from pathlib import Path

import pytest

from blueprints.check.cluster.cilium import directions, rules
from blueprints.check.cluster.traffic import EGRESS, INGRESS, Traffic
from tests.blueprints.check.cluster.known import known, pod

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: team}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{PEERS, toPorts: [{ports: [PORT]}]}]
"""
CLIENT = "fromEndpoints: [{matchLabels: {k8s:app: client}}]"
HTTP = '{port: "8080", protocol: TCP}'
ELSEWHERE = "fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: shop, app: client}}]"
HERE = ELSEWHERE.replace("shop", "team")


@pytest.mark.parametrize(
    ("peers", "port", "lets"),
    [
        (CLIENT, HTTP, True),
        (CLIENT, '{port: "8080"}', True),
        (CLIENT, '{port: "8000", endPort: 9000, protocol: TCP}', True),
        (CLIENT, '{port: "8080", protocol: UDP}', False),
        (CLIENT, '{port: "8081", protocol: TCP}', False),
        ("fromEndpoints: [{matchLabels: {k8s:app: other}}]", HTTP, False),
        (HERE, HTTP, True),
        (ELSEWHERE, HTTP, False),
        ("fromEndpoints: [{}]", HTTP, True),
        ("fromEntities: [cluster]", HTTP, True),
        ("fromEntities: [ingress]", HTTP, False),
        ("fromCIDR: [0.0.0.0/0]", HTTP, False),
    ],
)
def test_a_rule_lets_in_its_endpoints_on_its_ports(
    peers: str, port: str, lets: bool, tmp_path: Path
) -> None:
    text = POLICY.replace("PEERS", peers).replace("PORT", port)
    found = known(tmp_path, client=pod("client"), policy=text, web=pod("web"))
    client, web = found.workloads
    traffic = Traffic(found)
    assert traffic.lets(web, INGRESS, client, 8080) is lets
    assert traffic.is_closed(web, INGRESS)
    assert not traffic.is_closed(web, EGRESS)


def test_an_empty_rule_closes_and_opens_nothing(tmp_path: Path) -> None:
    text = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny}
spec: {endpointSelector: {}, ingress: [{}], egress: [{}]}
"""
    found = known(tmp_path, client=pod("client"), policy=text, web=pod("web"))
    client, web = found.workloads
    traffic = Traffic(found)
    (policy,) = found.of_kind("CiliumClusterwideNetworkPolicy")
    assert list(rules(policy, INGRESS)) == []
    assert not traffic.lets(web, INGRESS, client, 8080)
    assert not traffic.lets(client, EGRESS, web, 8080)


def test_a_policy_of_nodes_selects_no_pod(tmp_path: Path) -> None:
    text = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec: {nodeSelector: {}, ingress: [{fromEntities: [remote-node]}]}
"""
    found = known(tmp_path, policy=text, web=pod("web"))
    (web,) = found.workloads
    assert not Traffic(found).is_closed(web, INGRESS)


def test_a_direction_that_says_it_denies_nothing_by_itself_is_not_closed(tmp_path: Path) -> None:
    text = POLICY.replace("PEERS", CLIENT).replace("PORT", HTTP)
    text += "  enableDefaultDeny: {ingress: false}\n"
    found = known(tmp_path, policy=text)
    (policy,) = found.of_kind("CiliumNetworkPolicy")
    assert directions(policy) == ()
