"""Models, masters, enrolment: what is refused with its reason, and what is next to it and right."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import assembly
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import (
    GONE,
    hpc,
    machines,
    metal,
    server,
    tells,
    typed,
)

VIRTUAL = "clusters/0/environments/production"
HYBRID = "clusters/1/environments/production"
METAL = "clusters/2/environments/production"


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {f"{HYBRID}/masters": hpc("master", 23)},
            f"{HYBRID}/masters/flavour",
            "an HPC node is no master: it is diskless, and every reboot would lose its member of",
            id="an HPC node is no master",
        ),
        pytest.param(
            {f"{VIRTUAL}/masters/count": 2},
            f"{VIRTUAL}/masters/count",
            "2 masters need 2 for a quorum of etcd (2/2 + 1) and may lose 0, as many as 1 may",
            id="two masters may lose none",
        ),
        pytest.param(
            {f"{VIRTUAL}/masters/count": 4},
            f"{VIRTUAL}/masters/count",
            "4 masters need 3 for a quorum of etcd (4/2 + 1) and may lose 1, as many as 3 may: "
            "one more to fail and nothing won; take 3 or 5",
            id="four masters may lose no more than three",
        ),
        pytest.param(
            {f"{METAL}/masters/servers/2": GONE},
            f"{METAL}/masters/servers",
            "2 masters need 2",
            id="servers count as masters too",
        ),
        pytest.param(
            {f"{VIRTUAL}/masters/count": 9},
            f"{VIRTUAL}/masters/count",
            "etcd has 7 members at most",
            id="nine masters wait for each other",
        ),
        pytest.param(
            {f"{VIRTUAL}/workers/+": metal("disks", 41)},
            f"{VIRTUAL}/workers/2/flavour",
            "a virtual cluster has virtual machines (harvester, vmware) only, and disks is metal",
            id="a virtual cluster has no servers",
        ),
        pytest.param(
            {f"{VIRTUAL}/workers/+": hpc("gpu", 23)},
            f"{VIRTUAL}/workers/2/flavour",
            "gpu is hpc; take the model hybrid",
            id="a virtual cluster has no HPC nodes",
        ),
        pytest.param(
            {f"{METAL}/workers/+": machines("web", "servers")},
            f"{METAL}/workers/1/flavour",
            "a bare-metal cluster has servers (metal) only, and web is harvester",
            id="a bare-metal cluster has no virtual machines",
        ),
        pytest.param(
            {"clusters/0/model": "bare-metal"},
            f"{VIRTUAL}/workers/0/flavour",
            "take the model virtual",
            id="the model that fits is told",
        ),
        pytest.param(
            {"clusters/2/model": "virtual"},
            f"{METAL}/masters/flavour",
            "take the model bare-metal",
            id="the model that fits servers is told",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1": GONE},
            f"{HYBRID}/workers",
            "a hybrid cluster has nodes of Alps, and no pool here is hpc",
            id="a hybrid cluster has HPC nodes",
        ),
        pytest.param(
            {f"{HYBRID}/workers/0": GONE},
            f"{HYBRID}/workers",
            "workers that outlive a reboot of Alps",
            id="a hybrid cluster has workers that stay",
        ),
        pytest.param(
            {f"{HYBRID}/masters": metal("master", 41)},
            f"{HYBRID}/masters/flavour",
            "masters of a hybrid cluster are virtual machines",
            id="masters of a hybrid cluster are no servers",
        ),
        pytest.param(
            {f"{HYBRID}/workers/0/taints": [{"key": "a", "value": "b", "effect": "NoExecute"}]},
            f"{HYBRID}/workers",
            "each pool has a taint (baseline): nothing that the cluster runs itself could be",
            id="no pool for what the cluster runs itself",
        ),
        pytest.param(
            {f"{METAL}/workers/0/enrolment": GONE},
            f"{METAL}/workers/0",
            "has no enrolment: nothing installs its servers; say enrolment: maas",
            id="a pool of servers that nothing installs",
        ),
        pytest.param(
            {"site/maas": GONE},
            f"{METAL}/masters/enrolment",
            "the site has no MAAS (site.maas)",
            id="enrolment by a MAAS that is not there",
        ),
        pytest.param(
            {"site/automation": GONE},
            f"{HYBRID}/workers/1",
            "hpc nodes are joined by jobs that log in to them",
            id="nobody logs in to HPC nodes",
        ),
        pytest.param(
            {"site/automation": GONE, "clusters/1": GONE},
            "clusters/1/environments/production/masters",
            "metal nodes are joined by jobs that log in to them",
            id="nobody logs in to servers",
        ),
        pytest.param(
            {"site/alps": GONE},
            f"{HYBRID}/workers/1/flavour",
            "the site has no supercomputer (site.alps)",
            id="HPC nodes without a supercomputer",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1/vcluster": "alp"},
            f"{HYBRID}/workers/1/vcluster",
            "there is no vCluster alp; did you mean alps?",
            id="a vCluster that is not there",
        ),
        pytest.param(
            {
                f"{HYBRID}/workers/1/storage": {"type": "rbd", "size": "1Ti", "pool": "images"},
                "site/ceph": GONE,
            },
            f"{HYBRID}/workers/1/storage/type",
            "the site has no Ceph (site.ceph); take ram",
            id="RBD without Ceph",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1/storage/size": "800Gi"},
            f"{HYBRID}/workers/1/storage/size",
            "800Gi of memory for images leaves none of 800Gi to pods",
            id="a RAM disk as large as memory",
        ),
        pytest.param(
            {f"{VIRTUAL}/workers/0/memory": "2Gi"},
            f"{VIRTUAL}/workers/0/memory",
            "2Gi is less than 4G, which RKE2 needs",
            id="a machine that is too small",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="all three models"),
        pytest.param({f"{VIRTUAL}/masters/count": 1}, id="one master has no quorum to lose"),
        pytest.param({f"{VIRTUAL}/masters/count": 5}, id="five masters may lose two"),
        pytest.param({f"{VIRTUAL}/masters/count": 7}, id="seven masters are the most"),
        pytest.param({f"{METAL}/masters": metal("master", 21)}, id="one server as a master"),
        pytest.param(
            {
                f"{HYBRID}/workers/+": metal(
                    "disks", network="mixed", servers=[{**server(41), "address": "10.0.2.41"}]
                )
            },
            id="servers beside machines and HPC nodes",
        ),
        pytest.param(
            {f"{HYBRID}/workers/0": machines("old", "mixed", flavour="vmware", on="vsphere")},
            id="VMware as the part of a hybrid cluster that stays",
        ),
        pytest.param(
            {
                f"{HYBRID}/workers/0/taints": [
                    {"key": "a", "value": "b", "effect": "PreferNoSchedule"}
                ]
            },
            id="a taint that pods may bear",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1/storage": {"type": "rbd", "size": "2Ti", "pool": "images"}},
            id="RBD may be larger than memory",
        ),
        pytest.param({f"{VIRTUAL}/workers/0/memory": "4Gi"}, id="a machine that just suffices"),
        pytest.param({f"{METAL}/workers/0/servers/+": server(33)}, id="an even number of workers"),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(assembly.problems(Estate(typed(changes)))) == []
