from __future__ import annotations

from typing import Any

from blueprints.kinds.cluster.openings.derive import openings
from blueprints.kinds.cluster.openings.opening import Opening
from tests.blueprints.kinds.cluster.specifications import GONE, typed

MIRROR = {
    "registry": "mirror.example.org:5000/images",
    "charts": "charts.example.org/oci",
    "address": "192.0.2.70/32",
}


def found(changes: dict[str, Any] | None = None) -> list[Opening]:
    return list(openings(typed(changes)))


def to(name: str, every: list[Opening]) -> set[str]:
    return {one.source.name for one in every if one.destination.name == name}


def test_only_rancher_speaks_to_hypervisors() -> None:
    every = found()
    for name in ("site/harvester-commodity", "site/vmware-vsphere"):
        assert to(name, every) == {"site/rancher"}


def test_a_mirror_takes_the_place_of_all_registries() -> None:
    inside = {"server": "https://acme.example.org", "email": "platform@example.org"}
    registries = ["mirror.example.org:5000"]
    every = found({"site/mirror": MIRROR, "site/registries": registries, "site/acme": inside})
    ports = {
        (one.source.kind, str(one.ports[0]))
        for one in every
        if one.destination.name == "site/mirror"
    }
    assert ports == {("pool", "5000"), ("system", "443")}
    assert not to("site/registries", every)


def test_registries_are_known_by_name_and_port() -> None:
    every = found({"site/registries": ["docker.io", "registry.example.org:5000/a"]})
    zones = {one.destination for one in every if "registries" in one.destination.name}
    assert {(one.name, one.hosts) for one in zones} == {
        ("site/registries", ("docker.io",)),
        ("site/registries-5000", ("registry.example.org",)),
    }


def test_virtual_machines_are_set_up_by_rancher_and_others_by_jobs() -> None:
    logins = {
        (one.source.name, one.destination.flavour) for one in found() if "22" in map(str, one.ports)
    }
    assert logins == {
        ("site/rancher", "harvester"),
        ("site/rancher", "vmware"),
        ("site/automation", "metal"),
        ("site/automation", "hpc"),
    }


def test_only_bare_metal_speaks_to_maas() -> None:
    flavours = {one.source.flavour for one in found() if one.destination.name == "site/maas"}
    assert flavours == {"metal", None}


def test_snapshots_of_etcd_leave_from_masters_alone() -> None:
    snapshots = {
        "bucket": "etcd",
        "endpoint": "https://s3.example.org:9000",
        "credential": "s3",
    }
    every = found({"site/snapshots": snapshots})
    assert all(name.endswith("nodes/master") for name in to("site/snapshots", every))
    assert to("site/snapshots", every)


def test_nobody_comes_in_where_no_clients_are_named() -> None:
    every = found({"site/clients": GONE})
    assert "site/people" not in {one.source.name for one in every}


def test_a_site_without_resolvers_and_clocks_opens_nothing_for_them() -> None:
    names = {one.destination.name for one in found()}
    assert not names & {"site/resolvers", "site/ntp"}
    every = found({"site/resolvers": ["192.0.2.53"], "site/ntp": ["a.example.org", "192.0.2.7"]})
    clocks = {one.destination for one in every if one.destination.name == "site/ntp"}
    assert {(one.addresses, one.hosts) for one in clocks} == {
        (("192.0.2.7/32",), ("a.example.org",))
    }
