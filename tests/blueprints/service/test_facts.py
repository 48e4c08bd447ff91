from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.service.facts import facts
from blueprints.service.service import Image, Mount, Probe, Service
from tests.blueprints.service.services import services


def changed(service: Service, name: str) -> Any:
    value = getattr(service, name)
    if isinstance(value, str):
        return "ray" if name == "gather" and value != "ray" else f"{value}x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, Image):
        return Image(f"{value.name}x", value.digest, value.architecture)
    if isinstance(value, Probe):
        return replace(value, start_seconds=value.start_seconds + 1)
    if isinstance(value, tuple):
        return (*value, Mount("/x", "/x", "x")) if name == "mounts" else (*value, "--x")
    return {**value, "X_X": "1"} if value is not None else "x"


@settings(max_examples=30)
@given(services(gather="ray"), st.sampled_from(["host", "cluster"]))
def test_whatever_differs_in_a_service_differs_in_its_facts(service: Service, where: Any) -> None:
    before = facts(service, where)
    for field in fields(Service):
        other = replace(service, **{field.name: changed(service, field.name)})
        if field.name == "gather":
            other = replace(service, gather="engine")
        assert facts(other, where) != before, field.name


@settings(max_examples=30)
@given(services())
def test_facts_of_a_host_and_of_a_cluster_differ_in_where_folders_come_from(
    service: Service,
) -> None:
    host, cluster = facts(service, "host"), facts(service, "cluster")
    assert host.keys() == cluster.keys()
    assert {name for name in host if host[name] != cluster[name]} <= {
        name for name in host if name.startswith("mount.")
    }


@settings(max_examples=30)
@given(services(gather="alone"))
def test_one_node_has_no_facts_of_several(service: Service) -> None:
    assert not {"gather-seconds", "interface"} & facts(service, "host").keys()
