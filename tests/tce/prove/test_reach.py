"""Cilium's decision about two ends, case by case of its chapters on enforcement and denial."""

import pytest

from tce.prove.reach import End, Policies, candidates
from tce.read.cilium import policies
from tce.read.labels import pod_labels, reserved
from tce.read.manifests import read
from tce.read.policies import Policy

WEB = End("web", pod_labels("one", {}, {"app": "web"}), "one", ports={(6, "http"): 8080})
CLIENT = End("client", pod_labels("one", {}, {"app": "client"}), "one")
NODE = End("node", reserved("host"), node=True)
PORT = 'toPorts: [{ports: [{port: "80", protocol: TCP}]}]'


def cluster(*specs: str, always: bool = False) -> Policies:
    found: list[Policy] = []
    for n, spec in enumerate(specs):
        text = (
            "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n"
            f"metadata: {{name: p{n}}}\nspec: {spec}\n"
        )
        (manifest,) = read(text.encode(), "a.yaml")
        found.extend(policies(manifest))
    return Policies(found, always)


def test_what_no_policy_selects_is_free_unless_the_cluster_always_enforces() -> None:
    assert (6, 0, 65_535) in cluster().passes(CLIENT, WEB)
    assert cluster(always=True).passes(CLIENT, WEB) == []


def test_both_ends_have_to_allow() -> None:
    into = f"{{endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{}}], {PORT}}}]}}"
    out = f"{{endpointSelector: {{}}, egress: [{{toEndpoints: [{{}}], {PORT}}}]}}"
    assert cluster(into, always=True).passes(CLIENT, WEB) == []
    assert cluster(out, always=True).passes(CLIENT, WEB) == []
    assert cluster(into, out, always=True).passes(CLIENT, WEB) == [(6, 80, 80)]


@pytest.mark.parametrize(
    ("denied", "left"),
    [
        ("", {80, 81}),
        (f"{{fromEndpoints: [{{}}], {PORT}}}", {81}),
        ("{fromEndpoints: [{}]}", set()),
        ("{fromEndpoints: [{matchLabels: {app: other}}]}", {80, 81}),
    ],
)
def test_a_deny_goes_before_every_allow(denied: str, left: set[int]) -> None:
    entry = '{fromEndpoints: [{}], toPorts: [{ports: [{port: "80", endPort: 81, protocol: TCP}]}]}'
    allow = f"{{endpointSelector: {{}}, ingress: [{entry}]}}"
    specs = [allow] + ([f"{{endpointSelector: {{}}, ingressDeny: [{denied}]}}"] if denied else [])
    found = cluster(*specs).between(WEB, CLIENT, ingress=True)
    assert {port for (_, low, high), _ in found for port in range(low, high + 1)} == left


def test_a_denial_alone_puts_its_end_under_enforcement() -> None:
    spec = "{endpointSelector: {}, ingressDeny: [{fromEntities: [world]}]}"
    assert cluster(spec).enforced(WEB, ingress=True)
    assert not cluster(spec).enforced(WEB, ingress=False)
    free = spec.replace("ingressDeny", "enableDefaultDeny: {ingress: false}, ingressDeny")
    assert not cluster(free).enforced(WEB, ingress=True)
    assert cluster(free).outside(WEB, ingress=True) == {}


def test_names_of_ports_are_those_of_whoever_is_asked() -> None:
    ports = "toPorts: [{ports: [{port: http, protocol: TCP}]}]"
    spec = "{endpointSelector: {}, %s: [{%s: [{}], " + ports + "}]}"
    out = cluster(spec % ("egress", "toEndpoints"))
    assert [ports for ports, _ in out.between(CLIENT, WEB, ingress=False)] == [(6, 8080, 8080)]
    assert out.between(WEB, CLIENT, ingress=False) == []
    into = cluster(spec % ("ingress", "fromEndpoints"))
    assert [ports for ports, _ in into.between(WEB, CLIENT, ingress=True)] == [(6, 8080, 8080)]


def test_nodes_are_bound_by_policies_about_nodes_only() -> None:
    pods = "{endpointSelector: {}, egress: [{}]}"
    nodes = "{nodeSelector: {}, egress: [{toCIDR: [192.0.2.0/24]}]}"
    assert not cluster(pods, always=True).enforced(NODE, ingress=False)
    found = cluster(nodes).outside(NODE, ingress=False)
    assert {use[0] for use in found} == {4}
    assert cluster(nodes).about(WEB) == ()


def test_what_is_outside_is_denied_by_address() -> None:
    allow = f"{{endpointSelector: {{}}, egress: [{{toCIDR: [192.0.2.0/30], {PORT}}}]}}"
    deny = "{endpointSelector: {}, egressDeny: [{toCIDR: [192.0.2.1/32]}]}"
    found = cluster(allow, deny)
    assert [
        [(first & 3, last & 3) for first, last in ranges]
        for ranges in found.outside(WEB, ingress=False).values()
    ] == [[(0, 0), (2, 3)]]
    first = (192 << 24) + 512
    assert found.blame(WEB, False, (4, 6, 80, 80), first).policy == "p0"
    with pytest.raises(LookupError):
        found.blame(WEB, False, (4, 6, 81, 81), first)


def test_candidates_are_the_ends_that_rules_can_mean() -> None:
    labels = '{"k8s:io.kubernetes.pod.namespace": one, app: web}'
    spec = f"{{endpointSelector: {{}}, egress: [{{toEndpoints: [{{matchLabels: {labels}}}]}}]}}"
    rules = list(cluster(spec).rules(CLIENT, ingress=False))
    assert candidates(rules, {"one": [WEB, CLIENT], "": [NODE]}) == [WEB]
