"""Who may speak to whom."""

from pathlib import Path

import pytest

from blueprints.check.cluster.traffic import EGRESS, INGRESS, Traffic, behind, directions, numbers
from tests.blueprints.check.cluster.known import SERVICE, known, pod

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: team}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [PEER], ports: [PORT]}]
"""
CLIENT, HTTP = "{podSelector: {matchLabels: {app: client}}}", "{port: http}"


@pytest.mark.parametrize(
    ("peer", "port", "lets"),
    [
        (CLIENT, HTTP, True),
        (CLIENT, "{port: 8080}", True),
        (CLIENT, "{port: 8000, endPort: 9000}", True),
        (CLIENT, "{port: 8081}", False),
        (CLIENT, "{port: 8080, protocol: UDP}", False),
        ("{podSelector: {matchLabels: {app: other}}}", HTTP, False),
        ("{podSelector: {}}", HTTP, True),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: team}}}", HTTP, True),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}", HTTP, False),
        ("{ipBlock: {cidr: 0.0.0.0/0}}", HTTP, False),
    ],
)
def test_a_rule_lets_in_its_peers_on_its_ports(
    peer: str, port: str, lets: bool, tmp_path: Path
) -> None:
    text = POLICY.replace("PEER", peer).replace("PORT", port)
    found = known(tmp_path, client=pod("client"), policy=text, web=pod("web"))
    client, web = found.workloads
    traffic = Traffic(found)
    assert traffic.lets(web, INGRESS, client, 8080) is lets
    assert traffic.lets(client, EGRESS, web, 8080)
    assert traffic.is_closed(web, INGRESS)
    assert not traffic.is_closed(web, EGRESS)


def test_a_policy_without_types_is_for_ingress_and_for_egress_if_it_has_any(tmp_path: Path) -> None:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n"
    found = known(tmp_path, a=f"{head}spec: {{}}\n", b=f"{head}spec: {{egress: [{{}}]}}\n")
    one, other = found.of_kind("NetworkPolicy")
    assert directions(one) == (INGRESS,)
    assert directions(other) == (INGRESS, EGRESS)


def test_behind_a_service_are_pods_and_their_own_port(tmp_path: Path) -> None:
    found = known(tmp_path, web=pod("web"), service=SERVICE)
    (service,) = found.of_kind("Service")
    (web,) = found.workloads
    assert list(behind(found, service, 80)) == [(web, 8080)]
    assert list(behind(found, service, 81)) == []
    assert numbers(web, "http") == {8080}
