"""NetworkPolicy as its API documents it, and as Cilium carries it out."""

from __future__ import annotations

import pytest

from tce.read.labels import pod_labels, reserved
from tce.read.manifests import read
from tce.read.network_policy import policy
from tce.read.policies import ANY_PORT, ANYONE, Policy
from tce.space.errors import NotModelledError

POD = pod_labels("one", {}, {"app": "web"})
ELSEWHERE = pod_labels("two", {"tier": "a"}, {"app": "web"})


def said(spec: str) -> Policy:
    head = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: p, namespace: one}\n"
    )
    (manifest,) = read(f"{head}spec: {spec}\n".encode(), "a.yaml")
    return policy(manifest)


def test_it_is_about_pods_of_its_namespace() -> None:
    found = said("{podSelector: {}}")
    assert found.subject.selects(POD)
    assert not found.subject.selects(ELSEWHERE)
    assert not found.subject.selects(reserved("host"))


@pytest.mark.parametrize(
    ("spec", "denies"),
    [
        ("{podSelector: {}}", (True, False)),
        ("{podSelector: {}, egress: [{}]}", (True, True)),
        ("{podSelector: {}, policyTypes: [Egress]}", (False, True)),
        ("{podSelector: {}, policyTypes: [Ingress, Egress]}", (True, True)),
    ],
)
def test_types_say_what_is_denied_by_default(spec: str, denies: tuple[bool, bool]) -> None:
    found = said(spec)
    assert (found.denies_ingress, found.denies_egress) == denies


def test_an_empty_entry_is_about_everybody() -> None:
    (rule,) = said("{podSelector: {}, ingress: [{}]}").rules
    assert (rule.peers, rule.ports) == (ANYONE, ANY_PORT)


def test_selectors_of_namespaces_and_pods_go_together() -> None:
    entry = "{namespaceSelector: {matchLabels: {tier: a}}, podSelector: {matchLabels: {app: web}}}"
    (rule,) = said(f"{{podSelector: {{}}, ingress: [{{from: [{entry}]}}]}}").rules
    assert rule.peers.selectors[0].selects(ELSEWHERE)
    assert not rule.peers.selectors[0].selects(POD)


def test_pods_without_a_namespace_are_the_policys_own() -> None:
    (rule,) = said("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}").rules
    assert rule.peers.selectors[0].selects(POD)
    assert not rule.peers.selectors[0].selects(ELSEWHERE)


def test_every_namespace_is_pods_only() -> None:
    (rule,) = said("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}").rules
    assert rule.peers.selectors[0].selects(ELSEWHERE)
    assert not rule.peers.selectors[0].selects(reserved("remote-node"))


def test_blocks_are_addresses_outside() -> None:
    entry = "{to: [{ipBlock: {cidr: 10.0.0.0/30, except: [10.0.0.0/31]}}]}"
    (rule,) = said(f"{{podSelector: {{}}, egress: [{entry}]}}").rules
    assert [(one.first & 3, one.last & 3) for one in rule.peers.addresses] == [(2, 3)]
    assert rule.peers.selectors == ()


def test_ports_are_tcp_where_nothing_is_said() -> None:
    ports = "[{port: 80}, {port: 90, endPort: 95, protocol: UDP}, {port: web}, {protocol: SCTP}]"
    (rule,) = said(f"{{podSelector: {{}}, ingress: [{{ports: {ports}}}]}}").rules
    assert [(one.protocol, one.first, one.last, one.name) for one in rule.ports] == [
        (6, 80, 80, None),
        (17, 90, 95, None),
        (6, 0, 0, "web"),
        (132, 0, 65_535, None),
    ]


@pytest.mark.parametrize(
    "spec",
    [
        "[]",
        "{podSelector: {}, policyTypes: []}",
        "{podSelector: {}, policyTypes: [Both]}",
        "{podSelector: {}, policyTypes: [Ingress], egress: [{}]}",
        "{podSelector: {}, ingress: {}}",
        "{podSelector: {}, ingress: [{from: [{}]}]}",
        "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8}}]}]}",
        "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}",
        "{podSelector: {}, ingress: [{ports: [{port: 70000}]}]}",
        "{podSelector: {}, ingress: [{ports: [{port: 9, endPort: 8}]}]}",
        "{podSelector: {}, ingress: [{ports: [{port: 9, protocol: ICMP}]}]}",
        "{podSelector: {matchLabels: {a: 1}}}",
        "{podSelector: {matchExpressions: [{key: a, operator: Gt}]}}",
        "{podSelector: {}, tier: 1}",
        "{podSelector: {}, egress: [{ports: [{port: web}]}]}",
    ],
)
def test_what_is_not_modelled_is_refused_with_its_line(spec: str) -> None:
    with pytest.raises(NotModelledError, match=r"^a\.yaml:\d+: NetworkPolicy p: "):
        said(spec)
