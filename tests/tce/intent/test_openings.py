"""What the cluster needs across the gateway: its own data, between two zones, and no more."""

from __future__ import annotations

from blueprints.kinds.cluster.openings import inside
from tce.intent.estate import nodes
from tce.intent.openings import across
from tests.tce.intent.specifications import ALPS, typed

MASTERS = "10.91.20.11/32 10.91.20.12/31"
WORKERS = "10.91.20.64/31 10.91.20.66/32"


def test_machines_alone_need_nothing_across_it() -> None:
    assert list(across(typed())) == []


def test_nodes_of_the_supercomputer_join_and_are_reached_by_the_overlay() -> None:
    found = {
        (one.source_zone, one.destination_zone, one.opening.protocol, port)
        for one in across(typed(example=ALPS))
        for port in (",".join(map(str, one.opening.ports)),)
    }
    joining = {("gpu", "tce", "tcp", "6443"), ("gpu", "tce", "tcp", "9345")}
    overlay = {
        (*ends, *what)
        for ends in (("gpu", "tce"), ("tce", "gpu"))
        for what in (("tcp", "4240"), ("icmp", ""), ("udp", "51871"))
    }
    watched = {("tce", "gpu", "tcp", "10250"), ("tce", "gpu", "tcp", "4244")}
    assert found == joining | overlay | watched


def test_they_are_the_cluster_blueprint_s_own_without_those_in_one_zone() -> None:
    spec = typed(example=ALPS)
    every = {
        one.key
        for one in inside.openings(nodes(spec))
        if one.source.network != one.destination.network
    }
    assert {one.opening.key for one in across(spec)} == every


def test_machines_are_those_addresses_that_they_are_given() -> None:
    spec = typed(example=ALPS)
    ends = {" ".join(one.sources) for one in across(spec) if one.source_zone == "tce"}
    assert ends == {MASTERS, WORKERS}


def test_names_are_stable_and_each_is_one() -> None:
    spec = typed(example=ALPS)
    names = [one.name for one in across(spec)]
    assert len(names) == len(set(names))
    assert names == [one.name for one in across(spec)]
    assert names[0] == "opening-rke2-1"
