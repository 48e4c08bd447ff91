from __future__ import annotations

import pytest

from tce.intent.flows import Allowed
from tce.render.kubernetes import places
from tests.tce.intent.specifications import ALPS, typed


def names(found: tuple[Allowed, ...]) -> set[str]:
    return {one.name for one in found}


@pytest.mark.parametrize("example", ["hospital", ALPS])
def test_pods_have_one_family_and_flows_are_of_it(example: str) -> None:
    spec = typed(example=example)
    assert {one.version for one in (*places.outgoing(spec), *places.incoming(spec))} == {4}


def test_a_flow_ends_at_services_at_nodes_or_at_both() -> None:
    spec = typed()
    ends = {
        one.name: (places.to_services(spec, one), places.to_nodes(spec, one))
        for one in places.incoming(spec)
    }
    assert ends["services"] == (True, False)
    assert ends["kubectl"] == (False, True)
    assert ends["ssh"] == (False, True)


def test_a_server_of_the_institution_is_met_by_its_port() -> None:
    spec = typed()
    assert names(places.at_institution(spec, 8200)) == {"keys"}
    assert names(places.at_institution(spec, 123)) == set()


def test_what_is_towards_a_network_is_found_by_where_it_ends() -> None:
    assert names(places.towards(typed(), "203.0.113.0/24")) == {"reference-data"}


def test_a_range_of_ports_is_one_port_and_its_end() -> None:
    (found,) = places.to_ports("udp", ((5000, 5010), (53, 53)))
    assert found["ports"] == [
        {"port": "5000", "endPort": 5010, "protocol": "UDP"},
        {"port": "53", "protocol": "UDP"},
    ]


def test_no_label_of_a_workload_turns_policies_off() -> None:
    """cilium#48027: a pod with a label `host` is under no policy."""
    spec = typed()
    for sandbox in spec.sandboxes:
        for one in sandbox.workloads:
            carried = places.workload_labels(sandbox, one)
            assert "host" not in carried
            assert places.selector(sandbox.name, one.name).items() <= carried.items()


def test_drivers_may_do_more_than_programs() -> None:
    assert places.platform(typed()) == {
        "argocd": "restricted",
        "cert-manager": "restricted",
        "dex": "restricted",
        "external-secrets": "restricted",
        "longhorn-system": "privileged",
    }
    assert places.platform(typed(example=ALPS))["gpu-operator"] == "privileged"
