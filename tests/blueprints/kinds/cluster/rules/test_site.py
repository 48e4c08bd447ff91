"""What all clusters share: names, VLANs, networks, platforms, and life without internet."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import site
from tests.blueprints.kinds.cluster.specifications import network, tells, typed

MIRROR = {"registry": "mirror.example.org", "charts": "mirror.example.org/charts"}
INSIDE = {
    "site/mirror": MIRROR,
    "site/registries": ["mirror.example.org"],
    "site/acme/server": "https://ca.example.org/acme/directory",
}
"""A site without internet that is right."""


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"site/networks/+": network(9, "web")},
            "site/networks/6/name",
            "there are two networks of the name web",
            id="two networks of one name",
        ),
        pytest.param(
            {"site/registries": ["docker.io", "quay.io", "docker.io"]},
            "site/registries/2",
            "docker.io stands here twice",
            id="a registry that stands twice",
        ),
        pytest.param(
            {"site/networks/1/vlan": 101},
            "site/networks/1/vlan",
            "VLAN 101 of the management plane is web already: frames of both would be one",
            id="two networks of one VLAN",
        ),
        pytest.param(
            {"site/networks/1/cidr": "10.0.0.0/22", "site/networks/1/gateway": "10.0.2.1"},
            "site/networks/1/cidr",
            "10.0.0.0/22 overlaps with web (10.0.1.0/24): no router could tell",
            id="two networks that overlap",
        ),
        pytest.param(
            {"site/networks/0/gateway": "10.0.2.1"},
            "site/networks/0/gateway",
            "10.0.2.1 is no address of a node in 10.0.1.0/24",
            id="a gateway elsewhere",
        ),
        pytest.param(
            {"site/networks/0/gateway": "10.0.1.0"},
            "site/networks/0/gateway",
            "10.0.1.0 is no address of a node",
            id="a gateway at the network's own address",
        ),
        pytest.param(
            {"site/networks/0/dhcp": "10.0.1.128-10.0.2.3"},
            "site/networks/0/dhcp",
            "is not all of addresses of nodes in 10.0.1.0/24",
            id="DHCP beyond its network",
        ),
        pytest.param(
            {"site/networks/0/dhcp": "10.0.1.1-10.0.1.9"},
            "site/networks/0/dhcp",
            "would give away the gateway's address, 10.0.1.1",
            id="DHCP that gives the gateway away",
        ),
        pytest.param(
            {"site/harvester/0/networks/wen": "kubernetes/wen"},
            "site/harvester/0/networks/wen",
            "there is no network wen; did you mean web?",
            id="a Harvester with a network that is not there",
        ),
        pytest.param(
            {"site/vmware/0/networks/wen": "/Centre/network/wen"},
            "site/vmware/0/networks/wen",
            "there is no network wen; did you mean web?",
            id="a vSphere with a network that is not there",
        ),
        pytest.param(
            {"site/alps/vclusters/0/network": "hns"},
            "site/alps/vclusters/0/network",
            "there is no network hns; did you mean hsn?",
            id="a vCluster in a network that is not there",
        ),
        pytest.param(
            {"site/alps/vclusters/0/network": "servers"},
            "site/alps/vclusters/0/network",
            "servers is of the management plane; hsn0 of an HPC node is on the highspeed one",
            id="a vCluster away from the high-speed network",
        ),
        pytest.param(
            {"site/alps/vclusters/+": {"name": "b", "network": "hsn", "architecture": "amd64"}},
            "site/alps/vclusters/1/network",
            "hsn is the VLAN of vCluster alps; take another, or say shared: true of hsn",
            id="two vClusters in one VLAN",
        ),
        pytest.param(
            {"site/git/type": "gitlab"},
            "site/ci",
            "workflows of GitHub do not run in a GitLab; take gitlab",
            id="workflows of GitHub in a GitLab",
        ),
        pytest.param(
            {"site/rancher/url": "https://rancher.example.org/"},
            "site/rancher/url",
            "has to be without / at its end",
            id="an address that paths are put behind",
        ),
        pytest.param(
            {"site/dns/zone": "other.org"},
            "site/dns/zone",
            "k8s.example.org (domain) does not lie in it",
            id="a zone that holds no cluster",
        ),
        pytest.param(
            {"site/ceph/monitors/0": "10.91.0.1:6789"},
            "site/ceph/monitors/0",
            "10.91.0.1 is not in 10.90.0.0/24 (ceph.cidr)",
            id="a monitor outside of Ceph",
        ),
        pytest.param(
            {**INSIDE, "site/registries": ["docker.io"]},
            "site/registries",
            "has to name mirror.example.org: with a mirror, images come from there",
            id="a mirror that images may not come from",
        ),
        pytest.param(
            {**INSIDE, "site/git/repository": "https://github.com/a/b.git"},
            "site/git/repository",
            "cannot be reached: a site with a mirror has no internet",
            id="a Git outside of a site without internet",
        ),
        pytest.param(
            {**INSIDE, "site/rancher/auth": "azuread"},
            "site/rancher/auth",
            "azuread asks Microsoft",
            id="Microsoft without internet",
        ),
        pytest.param(
            {
                **INSIDE,
                "site/acme/server": "https://acme-staging-v02.api.letsencrypt.org/directory",
            },
            "site/acme/server",
            "cannot be reached: a site with a mirror has no internet",
            id="Let's Encrypt by name without internet",
        ),
        pytest.param(
            {**INSIDE, "site/acme": {"email": "platform@example.org"}},
            "site/acme",
            "name a server of your own that speaks ACME",
            id="Let's Encrypt without internet",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="a site with everything"),
        pytest.param(INSIDE, id="a site without internet"),
        pytest.param(
            {**INSIDE, "site/mirror/registry": "mirror.example.org/deep"}, id="a path of a mirror"
        ),
        pytest.param(
            {"site/networks/5/vlan": 104, "site/networks/5/plane": "service"},
            id="one VLAN number on two planes",
        ),
        pytest.param({"site/dns/zone": "k8s.example.org"}, id="a zone that is the domain"),
        pytest.param({"site/git/type": "gitlab", "site/ci": "gitlab"}, id="GitLab with its CI"),
        pytest.param(
            {
                "site/alps/vclusters/+": {"name": "b", "network": "hsn", "architecture": "amd64"},
                "site/networks/3/shared": True,
            },
            id="two vClusters that share on purpose",
        ),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(site.problems(typed(changes).site)) == []
