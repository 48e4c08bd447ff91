"""Settings of RKE2, the same on every server, and of the charts that it brings.

Sources: docs.rke2.io, "Server Configuration Reference" (servers have to agree on addresses, DNS
and kube-proxy); docs.cilium.io, "Kubernetes Without kube-proxy" (``kubeProxyReplacement`` is a
boolean since 1.14). ServiceLB is off unless it is asked for; MetalLB gives addresses.
"""

from blueprints.emit.hcl import Block, Expr


def settings() -> Block:
    """Settings of RKE2, the same on every server, and of the charts that RKE2 brings."""
    cilium = 'var.cni.name == "cilium"'
    return Block(
        "locals",
        (),
        [
            ("cilium", Expr(cilium)),
            ("wireguard", Expr('var.cni.encryption == "wireguard"')),
            (
                "server",
                {
                    "cni": Expr("var.cni.name"),
                    "cluster-cidr": Expr("var.ranges.pods"),
                    "service-cidr": Expr("var.ranges.services"),
                    "cluster-dns": Expr("var.ranges.dns"),
                    "cluster-domain": Expr("var.ranges.domain"),
                    "disable-kube-proxy": Expr("local.cilium"),
                    "tls-san": Expr('[var.api, "api.${var.domain}"]'),
                    "profile": "cis",
                    "secrets-encryption": True,
                    "ingress-controller": "traefik",
                    "kube-apiserver-arg": [
                        Expr('"oidc-issuer-url=${var.identity.issuer}"'),
                        Expr('"oidc-client-id=${var.identity.client}"'),
                        "oidc-username-claim=email",
                        "oidc-username-prefix=oidc:",
                        "oidc-groups-claim=groups",
                        Expr('"oidc-groups-prefix=${var.identity.groups_prefix}"'),
                    ],
                },
            ),
            (
                "air_gap",
                Expr("var.mirror == null ? {} : { system-default-registry = var.mirror.host }"),
            ),
            (
                "cilium_values",
                {
                    "kubeProxyReplacement": True,
                    # Where RKE2's agent passes on to the API servers: on a node without IPv4 the
                    # IPv6 loopback (rke2#8921).
                    "k8sServiceHost": Expr(
                        'length(split(":", var.ranges.pods)) > 1 ? "::1" : "127.0.0.1"'
                    ),
                    "k8sServicePort": 6443,
                    "MTU": Expr("var.cni.mtu == null ? 0 : var.cni.mtu"),
                    "encryption": {"enabled": Expr("local.wireguard"), "type": "wireguard"},
                    "operator": {"replicas": 2},
                    "hubble": {
                        "enabled": True,
                        "relay": {"enabled": True},
                        "ui": {"enabled": False},
                    },
                },
            ),
            # A value that is null would take the chart's own away.
            (
                "mtu",
                Expr(
                    "var.cni.mtu == null ? {} : "
                    '{ (var.cni.name == "calico" ? "mtu" : "vethuMTU") = var.cni.mtu }'
                ),
            ),
            (
                "calico_values",
                {
                    "felixConfiguration": {"wireguardEnabled": Expr("local.wireguard")},
                    "installation": {"calicoNetwork": {"mtu": Expr("var.cni.mtu")}},
                },
            ),
            ("canal_values", {"calico": Expr("local.mtu")}),
            (
                "chart_values",
                {
                    "cilium": {"rke2-cilium": Expr("local.cilium_values")},
                    "calico": {"rke2-calico": Expr("local.calico_values")},
                    "canal": {"rke2-canal": Expr("local.canal_values")},
                },
            ),
        ],
    )
