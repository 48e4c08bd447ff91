"""Variants that the rule network-reach finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "network-reach"
WRONG: dict[str, tuple[Edit, str]] = {
    "no peers": (
        (
            "network.yaml",
            (
                "    - to:\n"
                "        - ipBlock:\n"
                "            cidr: 192.0.2.0/24\n"
                "      ports:\n"
                "        - protocol: TCP\n"
                "          port: 443\n"
            ),
            "    - {}\n",
        ),
        "permits Egress to everybody",
    ),
    "no ports": (
        ("network.yaml", "      ports:\n        - protocol: TCP\n          port: 443\n", ""),
        "permits Egress on every port",
    ),
    "an exception elsewhere": (
        (
            "network.yaml",
            "            cidr: 192.0.2.0/24\n",
            ("            cidr: 192.0.2.0/24\n            except: [198.51.100.0/24]\n"),
        ),
        "which is not in 192.0.2.0/24",
    ),
    "every namespace": (
        (
            "network.yaml",
            "        - ipBlock:\n            cidr: 192.0.2.0/24\n",
            "        - namespaceSelector: {}\n",
        ),
        "to every namespace",
    ),
    "rules that do not count": (
        ("network.yaml", "policyTypes: [Egress]", "policyTypes: [Ingress]"),
        "which its policyTypes leave out",
    ),
    "a direction that is denied by the way": (
        ("network.yaml", "  policyTypes: [Egress]\n", ""),
        "says nothing of Ingress",
    ),
    "DNS where none is": (
        (
            "network.yaml",
            (
                "        - ipBlock:\n"
                "            cidr: 192.0.2.0/24\n"
                "      ports:\n"
                "        - protocol: TCP\n"
                "          port: 443\n"
            ),
            (
                "        - namespaceSelector: {matchLabels: "
                "{kubernetes.io/metadata.name: web}}\n"
                "      ports:\n"
                "        - protocol: UDP\n"
                "          port: 53\n"
            ),
        ),
        "where none is",
    ),
    "nearly everything": (("network.yaml", "192.0.2.0/24", "128.0.0.0/1"), "nearly everything"),
    "the world": (
        (
            "cilium.yaml",
            "",
            (
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumNetworkPolicy\n"
                "metadata: {name: out, namespace: web}\n"
                "spec:\n"
                "  endpointSelector: {}\n"
                '  egress: [{toEntities: [world], toPorts: [{ports: [{port: "443"}]}]}]\n'
            ),
        ),
        "to world",
    ),
    "nodes, from a namespace of one's own": (
        (
            "cilium.yaml",
            "",
            (
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumNetworkPolicy\n"
                "metadata: {name: out, namespace: web}\n"
                "spec:\n"
                "  endpointSelector: {}\n"
                '  egress: [{toEntities: [remote-node], toPorts: [{ports: [{port: "10250"}]}]}]\n'
            ),
        ),
        "to remote-node",
    ),
    "nodes on every port": (
        (
            "cilium.yaml",
            "",
            (
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumClusterwideNetworkPolicy\n"
                "metadata: {name: nodes}\n"
                "spec:\n"
                "  nodeSelector: {}\n"
                "  ingress: [{fromEntities: [remote-node]}]\n"
            ),
        ),
        "from remote-node",
    ),
    "every domain": (
        (
            "cilium.yaml",
            "",
            (
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumNetworkPolicy\n"
                "metadata: {name: out, namespace: web}\n"
                "spec:\n"
                "  endpointSelector: {}\n"
                '  egress: [{toFQDNs: [{matchPattern: "*"}], toPorts: [{ports: [{port: '
                '"443"}]}]}]\n'
            ),
        ),
        "permits every domain name",
    ),
}
OWN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nodes, namespace: a}
spec:
  podSelector: {matchLabels: {app: ray}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: ray}}}]
"""
WRONG["every port, to other pods than its own"] = (
    (
        "nodes.yaml",
        "",
        OWN.replace("{podSelector: {matchLabels: {app: ray", "{podSelector: {matchLabels: {app: x"),
    ),
    "permits Ingress on every port",
)
RIGHT: dict[str, tuple[Edit, ...]] = {
    "pods of one service among themselves": (("nodes.yaml", "", OWN),),
    "nodes, from a driver that may do what they do": (
        (
            "driver.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: Namespace\n"
                "metadata: {name: volumes, labels: "
                "{pod-security.kubernetes.io/enforce: privileged}}\n"
                "---\n"
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumNetworkPolicy\n"
                "metadata: {name: volumes, namespace: volumes}\n"
                "spec:\n"
                "  endpointSelector: {}\n"
                '  ingress: [{fromEntities: [host], toPorts: [{ports: [{port: "3260"}]}]}]\n'
            ),
        ),
    ),
    "nodes among each other, and their probes of pods": (
        (
            "cilium.yaml",
            "",
            (
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumClusterwideNetworkPolicy\n"
                "metadata: {name: nodes}\n"
                "spec:\n"
                "  nodeSelector: {}\n"
                '  ingress: [{fromEntities: [remote-node], toPorts: [{ports: [{port: "6443"}]}]}]\n'
                "  egress: [{toEndpoints: [{matchExpressions: "
                "[{key: k8s:io.kubernetes.pod.namespace, operator: Exists}]}]}]\n"
            ),
        ),
    ),
    "everything but private networks": (
        (
            "network.yaml",
            "            cidr: 192.0.2.0/24\n",
            (
                "            cidr: 0.0.0.0/0\n"
                "            except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "
                "169.254.0.0/16]\n"
            ),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
