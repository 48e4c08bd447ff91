"""Cilium's policies as its documentation and source say, each reading with its reason."""

from __future__ import annotations

import pytest

from tce.read.cilium import policies
from tce.read.labels import pod_labels, reserved
from tce.read.manifests import read
from tce.read.policies import ANY_PORT, ANYONE, NOBODY, WORLD, Peers, Policy
from tce.space.errors import NotModelledError

POD = pod_labels("one", {"tier": "a"}, {"app": "web"})
ELSEWHERE = pod_labels("two", {}, {"app": "web"})


def policy(spec: str, namespace: str = "one") -> Policy:
    kind = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    head = (
        f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: p, namespace: '{namespace}'}}\n"
    )
    (manifest,) = read(f"{head}spec: {spec}\n".encode(), "a.yaml")
    (found,) = policies(manifest)
    return found


def peers(entry: str, namespace: str = "one", direction: str = "ingress") -> Peers:
    (rule,) = policy(f"{{endpointSelector: {{}}, {direction}: [{entry}]}}", namespace).rules
    return rule.peers


def test_a_namespaced_policy_is_about_pods_of_its_namespace() -> None:
    found = policy("{endpointSelector: {}, ingress: [{}]}")
    assert (found.name, found.namespace, found.nodes) == ("one/p", "one", False)
    assert found.subject.selects(POD)
    assert not found.subject.selects(ELSEWHERE)


def test_a_clusterwide_policy_is_about_every_endpoint_or_about_nodes() -> None:
    found = policy("{endpointSelector: {}, ingress: [{}]}", "")
    assert found.subject.selects(POD)
    assert found.subject.selects(reserved("health"))
    assert policy("{nodeSelector: {}, ingress: [{}]}", "").nodes


@pytest.mark.parametrize(
    ("spec", "denies"),
    [
        ("{endpointSelector: {}, ingress: [{}]}", (True, False)),
        ("{endpointSelector: {}, egressDeny: [{toEntities: [world]}]}", (False, True)),
        (
            "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingress: [{}]}",
            (False, False),
        ),
        # An entry is needed for it, whatever is written (cilium#35558).
        ("{endpointSelector: {}, enableDefaultDeny: {ingress: true}, egress: [{}]}", (False, True)),
    ],
)
def test_what_denies_by_default(spec: str, denies: tuple[bool, bool]) -> None:
    found = policy(spec)
    assert (found.denies_ingress, found.denies_egress) == denies


def test_an_entry_without_peers_and_ports_is_about_nobody() -> None:
    (rule,) = policy("{endpointSelector: {}, ingress: [{}]}").rules
    assert rule.peers == NOBODY


def test_an_entry_with_ports_alone_is_about_everybody() -> None:
    (rule,) = policy('{endpointSelector: {}, egress: [{toPorts: [{ports: [{port: "80"}]}]}]}').rules
    assert rule.peers == ANYONE
    assert [(one.protocol, one.first, one.last) for one in rule.ports] == [
        (6, 80, 80),
        (17, 80, 80),
        (132, 80, 80),
    ]


def test_peers_without_ports_are_about_every_protocol() -> None:
    (rule,) = policy("{endpointSelector: {}, egress: [{toEntities: [world]}]}").rules
    assert rule.ports == ANY_PORT
    assert rule.peers.addresses == WORLD


def test_the_policys_own_namespace_is_added_to_peers_that_name_none() -> None:
    (mine,) = peers("{fromEndpoints: [{matchLabels: {app: web}}]}").selectors
    assert mine.selects(POD)
    assert not mine.selects(ELSEWHERE)
    said = '{fromEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": two}}]}'
    (other,) = peers(said).selectors
    assert other.selects(ELSEWHERE)


def test_for_the_whole_cluster_peers_are_pods_of_any_namespace_and_nothing_else() -> None:
    (every,) = peers("{fromEndpoints: [{}]}", "").selectors
    assert every.selects(POD)
    assert every.selects(ELSEWHERE)
    assert not every.selects(reserved("host"))
    assert not peers("{fromEndpoints: [{}]}", "").addresses


def test_labels_of_namespaces_are_known_to_the_whole_cluster() -> None:
    said = '{fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.tier": a}}]}'
    (chosen,) = peers(said, "").selectors
    assert chosen.selects(POD)
    assert not chosen.selects(ELSEWHERE)


@pytest.mark.parametrize(
    ("entity", "selected"),
    [
        ("host", ["host"]),
        ("remote-node", ["remote-node", "remote-node kube-apiserver"]),
        ("kube-apiserver", ["remote-node kube-apiserver"]),
        ("cluster", ["host", "remote-node", "remote-node kube-apiserver", "health", "ingress"]),
        ("world", []),
    ],
)
def test_entities_are_labels_that_are_reserved(entity: str, selected: list[str]) -> None:
    found = peers(f"{{fromEntities: [{entity}]}}")
    known = ["host", "remote-node", "remote-node kube-apiserver", "health", "ingress"]
    labels = {name: reserved(*name.split()) for name in known}
    there = [name for name in known if any(one.selects(labels[name]) for one in found.selectors)]
    assert there == selected
    assert any(one.selects(POD) for one in found.selectors) == (entity == "cluster")
    assert bool(found.addresses) == (entity == "world")


def test_all_is_everybody_everywhere() -> None:
    found = peers("{fromEntities: [all]}")
    assert (found.selectors, found.addresses) == (ANYONE.selectors, ANYONE.addresses)


def test_a_family_of_the_world() -> None:
    assert [one.family for one in peers("{fromEntities: [world-ipv6]}").addresses] == [6]


def test_networks_are_addresses_outside_and_never_pods() -> None:
    found = peers("{toCIDRSet: [{cidr: 10.0.0.0/30, except: [10.0.0.1/32]}]}", direction="egress")
    assert [(one.first & 3, one.last & 3) for one in found.addresses] == [(0, 0), (2, 3)]
    assert found.selectors == ()


def test_ports_and_types() -> None:
    spec = (
        '{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: "80", endPort: 90, '
        'protocol: TCP}, {port: "0", protocol: UDP}, {port: web, protocol: TCP}]}]}], '
        "egress: [{toEntities: [world], icmps: [{fields: [{type: 8}, {family: IPv6, type: "
        "EchoRequest}]}]}]}"
    )
    found = policy(spec)
    ports = [(one.protocol, one.first, one.last, one.name) for one in found.rules[0].ports]
    assert ports == [(6, 80, 90, None), (17, 0, 65_535, None), (6, 0, 0, "web")]
    types = [(one.protocol, one.first, one.last) for one in found.rules[1].ports]
    assert types == [(1, 8, 8), (58, 128, 128)]


def test_several_specs_are_several_policies() -> None:
    text = (
        "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: p}\n"
        "specs:\n  - {endpointSelector: {}, ingress: [{}]}\n  - {nodeSelector: {}, egress: [{}]}\n"
    )
    (manifest,) = read(text.encode(), "a.yaml")
    assert [one.line for one in policies(manifest)] == [5, 6]


def ingress(entry: str) -> str:
    return f"{{endpointSelector: {{}}, ingress: [{entry}]}}"


def egress(entry: str) -> str:
    return f"{{endpointSelector: {{}}, egress: [{entry}]}}"


REFUSED = {
    "names": egress("{toFQDNs: [{matchName: a.org}]}"),
    "services": egress("{toServices: [{}]}"),
    "groups": egress("{toGroups: [{}]}"),
    "nodes by label": egress("{toNodes: [{}]}"),
    "requirements": ingress("{fromRequires: [{}]}"),
    "authentication": ingress("{authentication: {mode: required}}"),
    "groups of networks": egress("{toCIDRSet: [{cidrGroupRef: a}]}"),
    "an empty list of peers": ingress("{fromEndpoints: []}"),
    "an empty list of entries": "{endpointSelector: {}, ingress: []}",
    "two kinds of peers": ingress("{fromEntities: [host], fromCIDR: [10.0.0.0/8]}"),
    "no selector": "{ingress: [{}]}",
    "both selectors": "{endpointSelector: {}, nodeSelector: {}, ingress: [{}]}",
    "nodes of a namespace": "{nodeSelector: {}, ingress: [{}]}",
    "another namespace": (
        '{endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": x}}}'
    ),
    "a key that is reserved too": "{endpointSelector: {matchLabels: {host: x}}, ingress: [{}]}",
    "another source of labels": '{endpointSelector: {matchLabels: {"container:a": b}}}',
    "an unknown reserved label": ingress('{fromEndpoints: [{matchLabels: {"reserved:x": ""}}]}'),
    "an unknown entity": ingress("{fromEntities: [internet]}"),
    "an operator": "{endpointSelector: {matchExpressions: [{key: a, operator: Gt, values: [b]}]}}",
    "values that are none": "{endpointSelector: {matchExpressions: [{key: a, operator: In}]}}",
    "host bits": egress("{toCIDR: [10.0.0.1/8]}"),
    "HTTP": ingress('{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{}]}}]}'),
    "some DNS names": egress(
        '{toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchName: a}]}}]}'
    ),
    "server names": egress('{toPorts: [{ports: [{port: "443"}], serverNames: [a]}]}'),
    "a port that is a number": egress("{toPorts: [{ports: [{port: 443}]}]}"),
    "a range backwards": egress('{toPorts: [{ports: [{port: "9", endPort: 8}]}]}'),
    "another protocol": egress('{toPorts: [{ports: [{port: "9", protocol: VRRP}]}]}'),
    "too many ports": egress(
        "{toPorts: [{ports: [" + ", ".join(f'{{port: "{n + 1}"}}' for n in range(41)) + "]}]}"
    ),
    "no ports": egress("{toPorts: [{ports: []}]}"),
    "ICMP of a name": egress("{icmps: [{fields: [{type: Redirect}]}]}"),
    "ports and ICMP": egress('{toPorts: [{ports: [{port: "9"}]}], icmps: [{fields: []}]}'),
    "a word that is none": "{endpointSelector: {}, ingresss: [{}]}",
    "a named port outside": egress(
        "{toEntities: [world], toPorts: [{ports: [{port: web, protocol: TCP}]}]}"
    ),
    "no mapping": "[]",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_modelled_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(NotModelledError, match=r"^a\.yaml:\d+: CiliumNetworkPolicy p: "):
        policy(REFUSED[name])


def test_another_version_is_refused() -> None:
    (manifest,) = read(b"apiVersion: cilium.io/v2alpha1\nkind: CiliumNetworkPolicy\n", "a.yaml")
    with pytest.raises(NotModelledError, match="apiVersion"):
        list(policies(manifest))


def test_labels_of_nodes_are_not_known_here() -> None:
    with pytest.raises(NotModelledError, match="labels of nodes are not known here"):
        policy("{nodeSelector: {matchLabels: {a: b}}, ingress: [{}]}", "")
