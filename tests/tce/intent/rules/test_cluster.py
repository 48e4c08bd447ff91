"""The cluster: what the cluster blueprint refuses, and what an environment refuses beyond that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import ALPS, GONE, HOSPITAL, tells, typed

PLACE = "cluster/environments/production"
GPU = f"{PLACE}/workers/1"
CEPH = {
    "id": "5f6c2a9e-0000-4000-8000-000000000000",
    "monitors": ["10.1.32.1:6789"],
    "cidr": "10.1.32.0/24",
    "pool": "tce",
    "filesystem": "tce",
}


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {f"{PLACE}/masters/count": 2},
            f"{PLACE}/masters/count",
            "2 masters need 2 for a quorum of etcd",
            id="an even number of masters",
        ),
        pytest.param(
            {f"{PLACE}/masters/on": "centrall"},
            f"{PLACE}/masters/on",
            "there is no Harvester centrall; did you mean central?",
            id="a Harvester that is not there",
        ),
        pytest.param(
            {"harvester/networks": {"other": "tce-hospital/hospital"}},
            f"{PLACE}/masters/network",
            "the Harvester central has no tce; its networks here are other (harvester)",
            id="a VM network that is not there",
        ),
        pytest.param(
            {f"{PLACE}/network": "provider"},
            f"{PLACE}/network",
            "provider is not the environment's zone; say tce",
            id="an API outside",
        ),
        pytest.param(
            {f"{PLACE}/workers/0/network": "provider"},
            f"{PLACE}/workers/0/network",
            "provider is not the environment's zone; say tce",
            id="machines outside",
        ),
        pytest.param(
            {f"{PLACE}/api": "10.90.12.1"},
            f"{PLACE}/api",
            "overlaps with the gateway of tce",
            id="the API at the gateway's address",
        ),
        pytest.param(
            {f"{PLACE}/addresses/0": "10.90.12.240/28"},
            f"{PLACE}/addresses/0",
            "10.90.12.240/28 is not in tce",
            id="services at the broadcast address",
        ),
        pytest.param(
            {f"{PLACE}/workers/0/flavour": "vmware"},
            f"{PLACE}/workers/0/flavour",
            "take harvester or hpc",
            id="machines whose disks nothing encrypts",
        ),
        pytest.param(
            {"cluster/environments/tds": {}},
            "cluster/environments",
            "",
            id="a second environment",
        ),
        pytest.param(
            {"cluster/cni/name": "calico"},
            "cluster/cni/name",
            "calico has no cluster-wide policies",
            id="another network of pods",
        ),
        pytest.param(
            {"cluster/cni/encryption": "none"},
            "cluster/cni/encryption",
            "pods of two nodes would speak in clear",
            id="a network of pods in clear",
        ),
        pytest.param(
            {"cluster/cni/mtu": 1500},
            "cluster/cni/mtu",
            "1500 is too large: the VLAN carries 1500, of which the overlay takes 130",
            id="packets that are too large",
        ),
        pytest.param(
            {"cluster/ranges": {"pods": "10.200.0.0/16"}},
            "cluster/ranges/pods",
            "10.200.0.0/16 overlaps with 10.200.0.0/16 of hospital, which pods could not reach",
            id="pods with the institution's addresses",
        ),
        pytest.param(
            {"cluster/ranges": {"pods": "10.42.0.0/16", "services": "10.42.128.0/17"}},
            "cluster/ranges/services",
            "overlaps with that of pods",
            id="services with the addresses of pods",
        ),
        pytest.param(
            {"cluster/ranges": {"services": "10.43.0.0/30"}},
            "cluster/ranges/services",
            "has no tenth address",
            id="no address for DNS",
        ),
        pytest.param(
            {"cluster/ranges": {"services": "2001:db8:43::/112"}},
            "cluster/ranges/services",
            "is not of the family of pods",
            id="services of another family",
        ),
        pytest.param(
            {"cluster/components/0": GONE, "versions/components/cert-manager": GONE},
            "cluster/components",
            "needs cert-manager: it signs what ingress and workloads show",
            id="nobody who signs",
        ),
        pytest.param(
            {"cluster/components/+": "ceph-csi"},
            "cluster/components/2",
            "ceph-csi needs a Ceph; say ceph, or leave it out",
            id="volumes of nobody",
        ),
        pytest.param(
            {"cluster/components/+": "metallb", "versions/components/metallb": "0.15.2"},
            "cluster/components/2",
            "Cilium answers for services' addresses itself",
            id="two who answer for an address",
        ),
        pytest.param(
            {"ceph": CEPH},
            "cluster/components",
            "needs ceph-csi, which brings volumes of ceph",
            id="a Ceph without its driver",
        ),
        pytest.param(
            {
                "ceph": CEPH,
                "cluster/components/+": "ceph-csi",
                "versions/components/ceph-csi": "3.15.0",
            },
            "ceph/cidr",
            "no flow leads from the environment to 10.1.32.0/24",
            id="a Ceph that is out of reach",
        ),
        pytest.param(
            {"cluster/components/+": "kueue"},
            "cluster/components/2",
            "kueue has no version (versions.components.kueue)",
            id="a component without a version",
        ),
        pytest.param(
            {"cluster/components/+": "cert-manager"},
            "cluster/components/2",
            "stands here twice",
            id="a component twice",
        ),
        pytest.param(
            {"versions/components/kueue": "0.13.4"},
            "versions/components/kueue",
            "there is no component kueue",
            id="the version of what is not there",
        ),
        pytest.param(
            {"vcluster": {"name": "v", "network": "tce", "architecture": "arm64"}},
            "vcluster",
            "no pool has nodes of it; leave it out",
            id="a partition without nodes",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text, HOSPITAL)


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {f"{GPU}/storage": {"type": "rbd", "size": "200Gi", "pool": "images"}},
            f"{GPU}/storage/type",
            "would keep what the node wrote, in clear; take ram",
            id="a node that keeps data",
        ),
        pytest.param(
            {"vcluster": GONE}, GPU, "need its partition; say vcluster", id="no partition"
        ),
        pytest.param(
            {"vcluster/network": "tce"},
            "vcluster/network",
            "tce is not the zone of its nodes; say gpu",
            id="nodes in the VLAN of machines",
        ),
        pytest.param(
            {f"{GPU}/nodes/0/address": "10.91.20.70"},
            f"{GPU}/nodes/0/address",
            "10.91.20.70 is not in gpu",
            id="a node outside of its zone",
        ),
        pytest.param(
            {f"{GPU}/nodes/0/address": "10.91.24.1"},
            f"{GPU}/nodes/0/address",
            "overlaps with the gateway of gpu",
            id="a node at the gateway's address",
        ),
        pytest.param(
            {f"{GPU}/storage/size": "900Gi"},
            f"{GPU}/storage/size",
            "leaves none of 800Gi to pods",
            id="more images than memory",
        ),
        pytest.param(
            {GPU: GONE}, "zones/gpu/kind", "no pool has nodes that lie in gpu", id="no nodes"
        ),
    ],
)
def test_what_cannot_be_of_the_supercomputer_is_refused(
    changes: dict[str, Any], place: str, text: str
) -> None:
    tells(changes, place, text, ALPS)


def test_a_ceph_within_reach_is_taken() -> None:
    flow = {
        "name": "volumes",
        "from": {"zone": "tce"},
        "to": {"zone": "provider", "networks": ["10.1.32.0/24"]},
        "protocol": "tcp",
        "ports": ["3300", "6789", "6800-7568"],
        "why": "volumes, encrypted in the guest",
        "owner": "platform team of the hospital",
        "expires": "2027-11-30",
    }
    changes: dict[str, Any] = {
        "ceph": CEPH,
        "flows/+": flow,
        "cluster/components/+": "ceph-csi",
        "versions/components/ceph-csi": "3.15.0",
    }
    assert typed(changes).ceph is not None


def test_a_narrower_packet_is_taken() -> None:
    typed({"cluster/cni/mtu": 1370})
