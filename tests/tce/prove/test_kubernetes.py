"""What is found of a small cluster whose policies are as declared, and of its variants."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from tce.prove import kubernetes
from tests.tce.prove.small import SPEC, edited, intent, of_cluster, said

CNI, WIDE = "k8s/cni/cilium.yaml", "k8s/policy/wide.yaml"
ONE, TWO = "k8s/sandboxes/one.yaml", "k8s/sandboxes/two.yaml"
CNP = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
CCNP = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n"
Edit = tuple[str, str, str]


def clusterwide(spec: str) -> Edit:
    return (WIDE, "", f"---\n{CCNP}metadata: {{name: more}}\nspec: {spec}\n")


def within(namespace: str, spec: str) -> Edit:
    return (ONE, "", f"---\n{CNP}metadata: {{name: more, namespace: {namespace}}}\nspec: {spec}\n")


NARROW = "metadata: {name: deny}\nspec: {endpointSelector: {matchLabels: {app: page}}"
WRONG: dict[str, tuple[Edit, str]] = {
    "everything out of a sandbox": (
        within("one", "{endpointSelector: {}, egress: [{toEntities: [world]}]}"),
        "extra k8s/sandboxes/one.yaml:53 one/page > 0.0.0.0 tcp 0-442",
    ),
    "another tenant's addresses": (
        within("one", "{endpointSelector: {}, egress: [{toCIDR: [10.64.0.0/24]}]}"),
        "lateral k8s/sandboxes/one.yaml:53 one/page > 10.64.0.0 tcp 0-442",
    ),
    "all but what a flow allows": (
        within(
            "one",
            "{endpointSelector: {}, egress: [{toCIDRSet: "
            "[{cidr: 203.0.113.0/24, except: [203.0.113.80/32]}]}]}",
        ),
        "one/page > 203.0.113.0 tcp 0-442",
    ),
    "a prefix shorter by a bit": (
        (ONE, "toCIDR: [203.0.113.80/32]", "toCIDR: [203.0.113.80/31]"),
        "extra k8s/sandboxes/one.yaml:19 one/page > 203.0.113.81 tcp 443",
    ),
    "a flow that the workload does not name": (
        within(
            "two",
            "{endpointSelector: {}, egress: [{toCIDR: [203.0.113.80/32], "
            'toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]}',
        ),
        "two/model > 203.0.113.80 tcp 443",
    ),
    "pods of a namespace that no document makes": (
        within("elsewhere", "{endpointSelector: {}, egress: [{toEntities: [kube-apiserver]}]}"),
        "elsewhere/(any pod) lets out elsewhere/(any pod) > a node of the API tcp 0-65535",
    ),
    "another port": (
        (ONE, 'port: "5432"', 'port: "5433"'),
        "missing k8s/sandboxes/one.yaml:8 one/page > one/store tcp 5432 is declared, and blocked "
        "at one/page",
    ),
    "a range of ports": (
        (ONE, 'port: "5432", protocol', 'port: "5432", endPort: 5433, protocol'),
        "one/page lets out one/page > one/store tcp 5433",
    ),
    "any protocol": (
        (ONE, 'port: "5432", protocol: TCP', 'port: "5432"'),
        "one/page lets out one/page > one/store udp 5432",
    ),
    "a caller who is not declared": (
        within(
            "two",
            "{endpointSelector: {}, ingress: [{fromEndpoints: "
            '[{matchLabels: {"k8s:io.kubernetes.pod.namespace": one, app: store}}]}]}',
        ),
        "lateral k8s/sandboxes/one.yaml:53 two/model lets in one/store > two/model tcp 0-65535",
    ),
    "every pod of the cluster": (
        clusterwide("{endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}"),
        "wide.yaml:55 one/page lets in default/(any pod) > one/page tcp 0-65535",
    ),
    "nodes": (
        clusterwide("{endpointSelector: {}, ingress: [{fromEntities: [remote-node]}]}"),
        "one/page lets in another node > one/page tcp 0-65535",
    ),
    "ports without peers, which are everybody's": (
        within("one", '{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: "8080"}]}]}]}'),
        "0.0.0.0 > one/page tcp 8080",
    ),
    "a policy that is about more pods": (
        (
            ONE,
            'spec:\n  endpointSelector: {matchLabels: {"k8s:app": page}}',
            "spec:\n  endpointSelector: {}",
        ),
        "one/store lets out one/store > two/model tcp 8000",
    ),
    "pods of a namespace that nobody knows": (
        clusterwide(
            "{endpointSelector: {matchLabels: {app: any}}, egress: [{toEntities: [world]}]}"
        ),
        "(any other)/(pods with app=any) > 0.0.0.0 tcp 0-65535",
    ),
    "a pod that lacks a label": (
        (TWO, "          podSelector: {matchLabels: {app: page}}\n", ""),
        "two/model lets in one/store > two/model tcp 8000",
    ),
    "no enforcement": (
        (CNI, "policyEnforcementMode: always", "policyEnforcementMode: never"),
        "bound k8s/cni/cilium.yaml:5 Cilium enforces no policy",
    ),
    "audit": (
        (CNI, "policyEnforcementMode", "policyAuditMode: true\n    policyEnforcementMode"),
        "Cilium only tells what it would drop",
    ),
    "no host firewall": (
        (CNI, "enabled: true", "enabled: false"),
        "Cilium's host firewall is off: no policy is about nodes",
    ),
    "no settings of Cilium": (
        (CNI, "kind: HelmChartConfig", "kind: Other"),
        "no document says how Cilium enforces policies",
    ),
    "a pod in the node's network": (
        (
            ONE,
            "      containers: [{name: page",
            "      hostNetwork: true\n      containers: [{name: page",
        ),
        "bound k8s/sandboxes/one.yaml:36 one/page is in the node's network",
    ),
    "a workload that is not there": (
        (
            TWO,
            "metadata: {name: model, namespace: two}\nspec:\n  template",
            "metadata: {name: other, namespace: two}\nspec:\n  template",
        ),
        "missing :0 two/model has no pods here",
    ),
    "no names": (
        (WIDE, '{"k8s:k8s-app": kube-dns}}\n  ingress', '{"k8s:k8s-app": other}}\n  ingress'),
        "one/page > kube-system/(pods with k8s-app=kube-dns) udp 53 is declared, and blocked at "
        "kube-system",
    ),
    "a workload that the way in does not reach": (
        (WIDE, '"k8s:app": page', '"k8s:app": other'),
        "ingress > one/page tcp 8080 is declared, and blocked at ingress",
    ),
    "a flow that does not get to the way in": (
        (WIDE, "fromCIDR: [10.200.0.0/16]", "fromCIDR: [10.200.0.0/17]"),
        "10.200.128.0 > ingress tcp 443 is declared, and blocked",
    ),
    "a flow that does not get to nodes": (
        (
            WIDE,
            'toPorts: [{ports: [{port: "22", protocol: TCP}]}]',
            'toPorts: [{ports: [{port: "23", protocol: TCP}]}]',
        ),
        "10.200.4.0 > a node tcp 22 is declared, and blocked",
    ),
    "a node that is reached from elsewhere": (
        (WIDE, "fromCIDR: [10.200.4.0/24]", "fromCIDR: [10.200.4.0/23]"),
        "10.200.5.0 > a node tcp 22 (in home), which no flow allows it",
    ),
    "a flow that nodes cannot use": (
        (
            WIDE,
            "    - toEntities: [cluster]\n    - toCIDR: [203.0.113.80/32]\n",
            "    - toEntities: [cluster]\n    - toCIDR: [203.0.113.81/32]\n",
        ),
        "a node > 203.0.113.80 tcp 443 is declared, and blocked",
    ),
    "a deny of what is declared": (
        within("one", "{endpointSelector: {}, egressDeny: [{toCIDR: [203.0.113.0/24]}]}"),
        "one/page > 203.0.113.80 tcp 443 is declared, and blocked",
    ),
    "a policy about nothing": (
        within("one", "{endpointSelector: {matchLabels: {app: gone}}, ingress: [{}]}"),
        "dead k8s/sandboxes/one.yaml:53 one/more selects no pod that is rendered",
    ),
    "another kind of policy": (
        (ONE, "", "---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n"),
        "parse k8s/sandboxes/one.yaml:50 AdminNetworkPolicy : the group policy.networking.k8s.io",
    ),
    "traffic that is led elsewhere": (
        (ONE, "", "---\napiVersion: cilium.io/v2\nkind: CiliumEnvoyConfig\nmetadata: {name: a}\n"),
        "CiliumEnvoyConfig a: the kind CiliumEnvoyConfig: not modelled",
    ),
}
RIGHT: dict[str, Edit] = {
    "a deny of what is not declared": within(
        "one", "{endpointSelector: {}, egressDeny: [{toEntities: [world-ipv6]}]}"
    ),
    "a rule without effect": within("one", "{endpointSelector: {}, ingress: [{}], egress: [{}]}"),
    "no denial by default, where the cluster always enforces": within(
        "one",
        "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingress: [{}]}",
    ),
    "names as Cilium's proxy reads them": (
        WIDE,
        '{port: "53", protocol: TCP}]',
        '{port: "53", protocol: TCP}]\n          rules: {dns: [{matchPattern: "*"}]}',
    ),
    "a program of the platform": (
        WIDE,
        "",
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: argocd}\n"
        f"---\n{CNP}metadata: {{name: git, namespace: argocd}}\nspec:\n  endpointSelector: {{}}\n"
        "  egress: [{toEntities: [kube-apiserver]}, {toCIDR: [203.0.113.80/32], toPorts: "
        '[{ports: [{port: "443", protocol: TCP}]}]}]\n',
    ),
}


def test_what_is_as_declared_holds() -> None:
    files = edited()
    found = kubernetes.prove(files, yaml.safe_load(SPEC), intent())
    assert said(found.findings) == []
    (target,) = found.targets
    assert target.proved == ("parse", "lateral", "extra", "missing", "dead", "bound")
    assert target.rules == 15
    assert len(target.sha256) == 64
    assert found.assumptions


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_declared_is_found(name: str) -> None:
    edit, words = WRONG[name]
    messages = said(of_cluster(edit))
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_is_said_of_what_changes_nothing(name: str) -> None:
    assert said(of_cluster(RIGHT[name])) == []


def test_without_enforcement_a_pod_that_no_policy_selects_may_do_everything() -> None:
    default = (CNI, "Mode: always", "Mode: default")
    assert said(of_cluster(default)) == []
    alone = (WIDE, "metadata: {name: deny}\nspec: {endpointSelector: {}", NARROW)
    messages = said(of_cluster(default, alone))
    words = "extra k8s/cni/cilium.yaml:5 0.0.0.0 > one/page tcp"
    assert any("> default/(any pod) tcp" in one for one in messages), messages
    assert not any(words in one for one in messages)


def test_what_does_not_hold_is_not_said_to_be_proved() -> None:
    files = edited(WRONG["a prefix shorter by a bit"][0])
    (target,) = kubernetes.prove(files, yaml.safe_load(SPEC), intent()).targets
    assert target.proved == ("parse", "lateral", "missing", "dead", "bound")


def test_nothing_is_proved_of_what_is_not_understood() -> None:
    files = edited((ONE, "toCIDR:", "toFQDNs:"))
    found = kubernetes.prove(files, yaml.safe_load(SPEC), intent())
    assert [one.proved for one in found.targets] == [()]
    assert [one.property for one in found.findings] == ["parse"]


def test_a_family_that_pods_do_not_have_is_denied_too() -> None:
    edit = within("one", '{endpointSelector: {}, egress: [{toCIDR: ["2001:db8::/32"]}]}')
    found = [one for one in of_cluster(edit) if one.family == 6]
    assert found
    assert all("2001:db8::" in one.message for one in found)


def test_a_specification_without_sandboxes_declares_nothing_of_pods() -> None:
    text = SPEC.partition("sandboxes:")[0]
    files = {**edited(), "spec.yaml": text.encode()}
    found = kubernetes.prove(files, yaml.safe_load(text), intent(text))
    assert any("one/page" in one.message for one in found.findings) is False
    assert replace(found, findings=()).targets == found.targets
