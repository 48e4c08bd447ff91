from typing import Any

from blueprints.kinds.sandbox.stacks.component import Beside, Component, policies
from tests.blueprints.kinds.sandbox.stacks.made import place

PAGE = Component("page", "web", (), {"http": 80}, calls=[("store", "sql")], entered=True)
STORE = Component("store", "database", (), {"sql": 5432})


def made(*components: Component) -> dict[str, dict[str, Any]]:
    found = {}
    for one in policies(place("papers"), components):
        metadata, spec = one["metadata"], one["spec"]
        assert isinstance(metadata, dict)
        assert isinstance(spec, dict)
        found[metadata["name"]] = spec
    return found


def peer(role: str, software: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": place("papers").selector(role, software)}}


def test_who_calls_may_go_out_and_comes_in() -> None:
    found = made(PAGE, STORE)
    assert found["papers-page"]["egress"] == [
        {"to": [peer("store", "database")], "ports": [{"port": 5432, "protocol": "TCP"}]}
    ]
    assert found["papers-store"]["ingress"] == [
        {"from": [peer("page", "web")], "ports": [{"port": "sql", "protocol": "TCP"}]}
    ]
    assert found["papers-store"]["egress"] == []


def test_the_gateway_of_the_site_comes_in_where_the_role_is_entered() -> None:
    (rule,) = made(PAGE, STORE)["papers-page"]["ingress"]
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}
    ]


def test_pods_of_another_namespace_are_named_by_both() -> None:
    dex = Beside("dex", 5556, {"app": "dex"})
    (rule,) = made(Component("door", "proxy", (), beside=[dex]))["papers-door"]["egress"]
    assert rule["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "dex"}},
            "podSelector": {"matchLabels": {"app": "dex"}},
        }
    ]
    assert rule["ports"] == [{"port": 5556, "protocol": "TCP"}]
