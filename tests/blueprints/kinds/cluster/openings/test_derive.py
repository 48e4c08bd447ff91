"""Every flow that is needed is open, and nothing else is."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.engine.spec import load
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.openings import data
from blueprints.kinds.cluster.openings.derive import merged, openings
from blueprints.kinds.cluster.openings.opening import Opening, Ports, Zone
from tests.blueprints.kinds.cluster.openings.reach import differences
from tests.blueprints.kinds.cluster.specifications import GONE, changed, hpc, machines, typed
from tests.prove import share

EXAMPLES = sorted((BLUEPRINT.folder / "examples").glob("*.yaml"))
CNI = [
    {"name": "cilium", "encryption": "none"},
    {"name": "cilium", "encryption": "wireguard"},
    {"name": "canal", "encryption": "none"},
    {"name": "calico", "encryption": "none"},
    {"name": "calico", "encryption": "wireguard"},
]
COMPONENTS = ("metallb", "external-dns", "ceph-csi", "cert-manager", "monitoring")


def text(changes: dict[str, Any]) -> str:
    return data.text(openings(typed(changes)))


@cache
def flows(cluster: int = 1, **changes: str) -> frozenset[tuple[str, str, str, str]]:
    """Of one of the small clusters, without who asks."""
    places = {f"clusters/{cluster}/{key}": yaml.safe_load(value) for key, value in changes.items()}
    return frozenset(
        (one.source.name, one.destination.name, one.protocol, ",".join(map(str, one.ports)))
        for one in openings(typed(places))
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_opens_what_its_hosts_need_and_nothing_else(example: Path) -> None:
    spec = yaml.safe_load(example.read_text())
    assert differences(spec, data.text(openings(load(example).model))) == []  # type: ignore[arg-type]


@settings(max_examples=share(200))
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "clusters/1/cni": st.sampled_from(CNI),
            "clusters/1/components": st.sets(st.sampled_from(COMPONENTS)).map(
                lambda some: ["external-secrets", *sorted(some)]
            ),
            "clusters/1/environments/production/masters/count": st.sampled_from([1, 3]),
            "clusters/1/environments/production/workers/1": st.sampled_from(
                [
                    hpc("gpu", 21),
                    hpc("gpu", 21, storage={"type": "rbd", "size": "9Gi", "pool": "p"}),
                ]
            ),
            "clusters/1/environments/production/workers/+": st.sampled_from(
                [
                    machines("more", network="mixed", taints=[{"key": "a", "value": "b", **effect}])
                    for effect in ({}, {"effect": "PreferNoSchedule"})
                ]
            ),
            "site/resolvers": st.just(["192.0.2.53"]),
            "site/ntp": st.just(["ntp.example.org"]),
            "site/clients": st.just([]),
        },
    )
)
def test_whatever_is_chosen_what_is_needed_is_open_and_nothing_else(changes: Any) -> None:
    assert differences(changed(changes), text(changes)) == []


def test_in_ipv6_the_same_is_open() -> None:
    def six(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: six(one) for key, one in value.items()}
        if isinstance(value, list):
            return [six(one) for one in value]
        if not isinstance(value, str) or not re.fullmatch(r"[0-9./:-]+", value):
            return value
        if ":" in value:
            address, _, port = value.rpartition(":")
            return f"[{six(address)}]:{port}" if "." in address else value
        ends = []
        for end in value.split("-"):
            address, slash, length = end.partition("/")
            one, two, three, four = map(int, address.split("."))
            long = {"32": "128", "24": "120"}.get(length, length)
            ends.append(f"2001:db8:{one}:{two}:{three}::{four:x}{slash}{long}")
        return "-".join(ends)

    changes = {
        "site": six(changed({})["site"]),
        "clusters": six(changed({})["clusters"]),
    }
    for index in range(3):
        changes["clusters"][index]["ranges"] = {
            "pods": f"2001:db8:f{index}::/56",
            "services": f"2001:db8:f{index}:ff00::/112",
        }
        changes["clusters"][index]["cni"] = {"name": "calico", "encryption": "wireguard"}
    said = text(changes)
    assert differences(changed(changes), said) == []
    assert "51821" in said
    assert "51820" not in said


FAULTS: dict[str, Callable[[tuple[Opening, ...]], tuple[Opening, ...]]] = {
    "a flow is missing": lambda found: found[1:],
    "a flow is open for nobody": lambda found: (*found, _turned(found[0])),
    "a range is too wide": lambda found: (_wider(found[0]), *found[1:]),
    "a range is too narrow": lambda found: tuple(map(_narrower, found)),
    "an address is missing": lambda found: tuple(map(_elsewhere, found)),
}


def _turned(one: Opening) -> Opening:
    return Opening(one.destination, one.source, one.protocol, one.ports, "x", "x", one.fact)


def _wider(one: Opening) -> Opening:
    (ports,) = one.ports
    wide = (Ports(ports.first, ports.last + 1),)
    return Opening(one.source, one.destination, one.protocol, wide, "x", "x", one.fact)


def _narrower(one: Opening) -> Opening:
    kept = tuple(Ports(ports.first, min(ports.last, 7000)) for ports in one.ports)
    return Opening(one.source, one.destination, one.protocol, kept, "x", "x", one.fact)


def _elsewhere(one: Opening) -> Opening:
    return replace(one, source=_moved(one.source), destination=_moved(one.destination))


def _moved(zone: Zone) -> Zone:
    return replace(zone, addresses=("10.99.0.0/32",)) if zone.flavour == "hpc" else zone


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    wrong = FAULTS[fault](openings(typed()))
    assert differences(changed({}), data.text(wrong))


def test_another_network_of_pods_changes_its_own_flows_only() -> None:
    pools = [f"production-models/nodes/{one}" for one in ("master", "baseline", "gpu")]
    pairs = [(one, other) for one in pools for other in pools]
    cilium = flows(cni="{name: cilium, encryption: none}")
    canal = flows(cni="{name: canal, encryption: none}")
    health = {
        (*pair, protocol, ports)
        for pair in pairs
        for protocol, ports in (("tcp", "4240"), ("icmp", ""))
    }
    relay = {("production-models/nodes/baseline", pool, "tcp", "4244") for pool in pools}
    assert cilium - canal == health | relay
    assert canal - cilium == set()
    secret = flows(cni="{name: cilium, encryption: wireguard}")
    assert cilium - secret == {(*pair, "udp", "8472") for pair in pairs}
    assert secret - cilium == {(*pair, "udp", "51871") for pair in pairs}


def test_a_component_more_opens_its_own_flows_only() -> None:
    without = flows(components="[external-secrets]")
    node = "production-models/nodes/baseline"
    assert flows(components="[external-secrets, metallb]") - without == {
        (node, node, "tcp", "7946"),
        (node, node, "udp", "7946"),
        ("site/people", "production-models/services", "tcp", "443"),
    }
    assert flows(components="[external-secrets, kueue, kuberay, gpu-operator]") == without
    assert flows(components="[external-secrets, ceph-csi]") - without == {
        (f"production-models/nodes/{pool}", zone, "tcp", ports)
        for pool in ("baseline", "gpu")
        for zone, ports in (("site/ceph-monitors", "3300,6789"), ("site/ceph", "6800-7568"))
    }


def test_one_node_has_nobody_of_its_pool_to_speak_to() -> None:
    alone = openings(typed({"clusters/1/environments/production/masters/count": 1}))
    assert not any("2379" in str(one.ports) for one in alone if one.cluster == "production-models")


def test_ports_of_one_reason_are_one_opening_sorted_and_joined() -> None:
    zone, other = Zone("b", "system", ""), Zone("a", "system", "")
    found = [
        Opening(zone, other, "tcp", (Ports(5, 7),), "c", "w", "ntp"),
        Opening(zone, other, "tcp", (Ports(1, 1), Ports(8, 9)), "c", "w", "ntp"),
        Opening(other, zone, "tcp", (Ports(1, 1),), "c", "w", "ntp"),
    ]
    joined = (Ports(1, 1), Ports(5, 9))
    assert merged(found) == merged([*found[::-1], *found])
    assert [one.ports for one in merged(found)] == [(Ports(1, 1),), joined]


def test_the_order_of_a_specification_does_not_matter() -> None:
    turned = copy.deepcopy(changed({}))
    for one in turned["clusters"]:
        for placed in one["environments"].values():
            placed["workers"].reverse()
        one["components"].reverse()
    turned["clusters"].reverse()
    turned["site"]["networks"].reverse()
    assert openings(typed({"clusters": turned["clusters"], "site": turned["site"]})) == openings(
        typed()
    )


def test_without_what_is_optional_nothing_is_open_for_it() -> None:
    gone = {"site/dns": GONE, "site/acme": GONE, "site/ceph": GONE}
    components = {f"clusters/{n}/components": ["external-secrets"] for n in range(3)}
    names = {one.destination.name for one in openings(typed({**gone, **components}))}
    assert not names & {"site/dns", "site/acme", "site/ceph", "site/ceph-monitors"}
