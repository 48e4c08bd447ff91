"""Nothing crosses a project's border but what is declared."""

from __future__ import annotations

from typing import Any

from tests.blueprints.kinds.sandbox.specifications import (
    named,
    objects,
    project,
    rendered,
    site,
    typed,
)

PATH = "projects/climate/tenancy/network.yaml"
CILIUM = "projects/climate/tenancy/cilium.yaml"
S3 = {"s3": [{"name": "a", "bucket": "abc"}]}


def names(made: dict[str, str], path: str = PATH) -> set[str]:
    return {one["metadata"]["name"] for one in objects(made, path)}


def test_a_plain_project_reaches_dns_and_nothing_else() -> None:
    made = rendered(typed(project()))
    assert names(made) == {"default-deny", "allow-dns"}
    deny = named(made, PATH, "NetworkPolicy", "default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (rule,) = named(made, PATH, "NetworkPolicy", "allow-dns")["spec"]["egress"]
    assert rule["ports"] == [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    assert CILIUM not in made


def test_pods_of_a_project_talk_to_each_other_where_it_says_so() -> None:
    made = rendered(typed(project(network={"within": True})))
    spec = named(made, PATH, "NetworkPolicy", "allow-within")["spec"]
    assert spec["ingress"] == [{"from": [{"podSelector": {}}]}]
    assert spec["egress"] == [{"to": [{"podSelector": {}}]}]


def test_exceptions_name_networks_ports_and_why() -> None:
    exceptions = {
        "egress": [
            {
                "name": "grid",
                "why": "the old\nserver",
                "cidr": "198.51.100.7/32",
                "ports": [443, 8443],
                "protocol": "UDP",
            }
        ],
        "ingress": [{"name": "m", "why": "metrics", "namespace": "mon", "ports": [8080]}],
    }
    made = rendered(typed(project(network=exceptions)))
    out = named(made, PATH, "NetworkPolicy", "egress-grid")
    assert out["metadata"]["annotations"]["tutela/why"] == "the old\nserver"
    assert out["spec"]["egress"] == [
        {
            "to": [{"ipBlock": {"cidr": "198.51.100.7/32"}}],
            "ports": [{"protocol": "UDP", "port": 443}, {"protocol": "UDP", "port": 8443}],
        }
    ]
    into = named(made, PATH, "NetworkPolicy", "ingress-m")["spec"]["ingress"]
    assert into == [
        {
            "from": [
                {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "mon"}}}
            ],
            "ports": [{"protocol": "TCP", "port": 8080}],
        }
    ]


def test_buckets_are_reached_by_address_where_it_is_known() -> None:
    made = rendered(typed(project(data=S3)))
    (rule,) = named(made, PATH, "NetworkPolicy", "allow-object-storage")["spec"]["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": "192.0.2.0/28"}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 443}]


def test_buckets_are_reached_by_name_where_only_the_name_is_known() -> None:
    storage: dict[str, Any] = {
        **site()["storage"],
        "object": {"endpoint": "https://s3.example.org:9000"},
    }
    made = rendered(typed(project(data=S3), storage=storage))
    assert "allow-object-storage" not in names(made)
    (rule,) = named(made, CILIUM, "CiliumNetworkPolicy", "allow-object-storage")["spec"]["egress"]
    assert rule["toFQDNs"] == [{"matchName": "s3.example.org"}]
    assert rule["toPorts"] == [{"ports": [{"port": "9000", "protocol": "TCP"}]}]


def test_names_come_with_the_rule_by_which_cilium_learns_them() -> None:
    exceptions = {
        "egress": [{"name": "hub", "why": "models", "fqdn": "*.example.org", "ports": [443]}]
    }
    made = rendered(typed(project(network=exceptions)))
    assert names(made, CILIUM) == {"dns-names", "egress-hub"}
    (rule,) = named(made, CILIUM, "CiliumNetworkPolicy", "egress-hub")["spec"]["egress"]
    assert rule["toFQDNs"] == [{"matchPattern": "*.example.org"}]
    (dns,) = named(made, CILIUM, "CiliumNetworkPolicy", "dns-names")["spec"]["egress"]
    assert dns["toPorts"][0]["rules"] == {"dns": [{"matchPattern": "*"}]}


def test_an_exception_by_name_stays_shut_where_names_are_not_known_and_says_so() -> None:
    exceptions = {
        "egress": [
            {"name": "hub", "why": "models", "fqdn": "hub.example.org", "ports": [443]},
            {
                "name": "both",
                "why": "data",
                "fqdn": "data.example.org",
                "cidr": "198.51.100.0/28",
                "ports": [443],
            },
        ]
    }
    plain = rendered(typed(project(network=exceptions), network={"cni": "other"}))
    assert CILIUM not in plain
    assert names(plain) == {"default-deny", "allow-dns", "egress-both"}
    deny = named(plain, PATH, "NetworkPolicy", "default-deny")
    assert deny["metadata"]["annotations"] == {
        "tutela/shut-hub": "hub.example.org",
        "tutela/shut-hub-why": "models",
    }
    cilium = rendered(typed(project(network=exceptions)))
    assert names(cilium, CILIUM) == {"dns-names", "egress-hub", "egress-both"}
    assert names(cilium) == {"default-deny", "allow-dns"}
