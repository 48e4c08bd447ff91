"""Networks: known, mapped where machines are made, and shared on purpose only."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import networks
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import (
    cluster,
    hpc,
    machines,
    placed,
    said,
    tells,
    typed,
)

VIRTUAL = "clusters/0/environments/production"
HYBRID = "clusters/1/environments/production"
METAL = "clusters/2/environments/production"
SECOND = cluster(
    "second",
    "virtual",
    production=placed(
        1,
        "web",
        machines("master"),
        machines("web"),
        api="10.0.1.11",
        addresses=["10.0.1.121-10.0.1.125"],
    ),
)


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {f"{VIRTUAL}/network": "wbe"},
            f"{VIRTUAL}/network",
            "there is no network wbe; did you mean web?",
            id="a cluster in a network that is not there",
        ),
        pytest.param(
            {f"{METAL}/workers/0/network": "server"},
            f"{METAL}/workers/0/network",
            "there is no network server; did you mean servers?",
            id="a pool in a network that is not there",
        ),
        pytest.param(
            {f"{METAL}/workers/0/network": "xyz"},
            f"{METAL}/workers/0/network",
            "there is no network xyz; known: hsn, mixed, servers, spare, web and 1 more",
            id="some names are told where none is near",
        ),
        pytest.param(
            {f"{VIRTUAL}/masters/on": "comodity"},
            f"{VIRTUAL}/masters/on",
            "there is no Harvester comodity; did you mean commodity?",
            id="a Harvester that is not there",
        ),
        pytest.param(
            {f"{VIRTUAL}/workers/1/on": "commodity"},
            f"{VIRTUAL}/workers/1/on",
            "there is no vSphere commodity; it is a Harvester: say flavour harvester",
            id="a Harvester that is asked for VMware's machines",
        ),
        pytest.param(
            {"site/vmware": []},
            f"{VIRTUAL}/workers/1/on",
            "there is no vSphere vsphere, and no other",
            id="a site without VMware",
        ),
        pytest.param(
            {f"{VIRTUAL}/workers/0/network": "spare"},
            f"{VIRTUAL}/workers/0/network",
            "the Harvester commodity has no spare; its networks here are mixed, web, web-test "
            "(site.harvester)",
            id="a network that Harvester does not have",
        ),
        pytest.param(
            {f"{VIRTUAL}/workers/1/network": "spare"},
            f"{VIRTUAL}/workers/1/network",
            "the vSphere vsphere has no spare",
            id="a network that vSphere does not have",
        ),
        pytest.param(
            {f"{METAL}/workers/0/network": "hsn"},
            f"{METAL}/workers/0/network",
            "hsn is of the supercomputer's high-speed plane, and a metal node has no interface",
            id="a server in the high-speed network",
        ),
        pytest.param(
            {"clusters/+": SECOND},
            "clusters/3/environments/production/network",
            "VLAN 101 (web) is production-services's already; two clusters in one VLAN answer for "
            "each other's addresses: give production-second its own, or say shared: true of it",
            id="two clusters in one VLAN",
        ),
        pytest.param(
            {"clusters/0/environments/tds/workers/0/network": "web"},
            "clusters/0/environments/tds/workers/0/network",
            "VLAN 101 (web) is production-services's already",
            id="a cluster in two environments in one VLAN",
        ),
        pytest.param(
            {
                "clusters/0/model": "hybrid",
                f"{VIRTUAL}/workers/+": hpc("gpu", 31),
                "clusters/0/environments/tds/workers/+": hpc("gpu", 32),
            },
            f"{HYBRID}/workers/1/vcluster",
            "VLAN 104 (hsn) is production-services's already",
            id="nodes of one vCluster in two clusters",
        ),
        pytest.param(
            {"site/networks/0/dhcp": "10.0.1.128-10.0.1.135"},
            f"{VIRTUAL}/workers/1/count",
            "DHCP of web has 8 addresses (10.0.1.128-10.0.1.135), and 9 machines would lie in it",
            id="more machines than DHCP has addresses",
        ),
        pytest.param(
            {f"{HYBRID}/network": "spare"},
            f"{HYBRID}/network",
            "no master or worker lies in spare (HPC nodes come and go), so that nobody would "
            "answer for api and addresses",
            id="an API where no node of the cluster lies",
        ),
        pytest.param(
            {f"{HYBRID}/network": "hsn"},
            f"{HYBRID}/network",
            "no master or worker lies in hsn",
            id="an API that only HPC nodes could answer for",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="a VLAN for each"),
        pytest.param(
            {"site/networks/0/dhcp": "10.0.1.128-10.0.1.136"}, id="an address for each machine"
        ),
        pytest.param(
            {"clusters/+": SECOND, "site/networks/0/shared": True}, id="a VLAN shared on purpose"
        ),
        pytest.param(
            {
                f"{VIRTUAL}/workers/0/network": "spare",
                "site/harvester/0/networks/spare": "kubernetes/spare",
            },
            id="a pool in a VLAN of its own",
        ),
        pytest.param(
            {
                "clusters/0/model": "hybrid",
                f"{VIRTUAL}/workers/+": hpc("gpu", 31),
                "clusters/0/environments/tds/workers/+": hpc("gpu", 32),
                "site/networks/3/shared": True,
            },
            id="nodes of one vCluster in several clusters on purpose",
        ),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(networks.problems(Estate(typed(changes)))) == []


def test_a_wrong_name_is_told_once_at_each_place_that_has_it() -> None:
    messages = said({"site/networks/0/name": "wep"})
    assert len(messages) == len(set(messages))
    assert sum("there is no network web; did you mean" in one for one in messages) >= 2
