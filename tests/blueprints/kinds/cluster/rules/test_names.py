"""Names that meet, are too long, or are somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import names
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import (
    cluster,
    machines,
    network,
    placed,
    tells,
    typed,
)

POOL = "clusters/0/environments/production/workers/0"


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"site/rancher/auth": "github"},
            "clusters/0/owners/admins/0",
            "services-admins: Rancher knows a group of this provider by the team's number",
            id="a team of GitHub by its name",
        ),
        pytest.param(
            {"site/rancher/auth": "azuread"},
            "clusters/1/owners/viewers/0",
            "models-viewers: Rancher knows a group of this provider by its object id",
            id="a group of Azure by its name",
        ),
        pytest.param(
            {"clusters/1/name": "services"},
            "clusters/1/name",
            "there are two clusters of the name services; the same cluster elsewhere is one more",
            id="two clusters of one name",
        ),
        pytest.param(
            {f"{POOL}/name": "master"},
            f"{POOL}/name",
            "there are two pools of the name master",
            id="workers called like the masters",
        ),
        pytest.param(
            {f"{POOL}/name": "old"},
            "clusters/0/environments/production/workers/1/name",
            "there are two pools of the name old",
            id="two pools of one name",
        ),
        pytest.param(
            {
                "site/networks/+": network(7, "more"),
                "site/harvester/0/networks/more": "kubernetes/more",
                "clusters/0/environments/production/workers/0/name": "a-b",
                "clusters/+": cluster(
                    "services-a",
                    "virtual",
                    production=placed(7, "more", machines("master", "more"), machines("b", "more")),
                ),
            },
            "clusters/3/environments/production/workers/0/name",
            "production-services-a-b is how Rancher would call a pool of production-services too",
            id="two pools whose whole names meet",
        ),
        pytest.param(
            {f"{POOL}/name": "p" * 30, "clusters/0/name": "c" * 20},
            f"{POOL}/name",
            f"machines would be called production-{'c' * 20}-{'p' * 30}-abcde-fghij: 74 "
            "characters, and a host name has 63; shorten it by 11",
            id="machines whose names no host could have",
        ),
        pytest.param(
            {"clusters/0/owners/members": ["services-admins"]},
            "clusters/0/owners/members/0",
            "services-admins is among the admins already",
            id="a group that owns in two ways",
        ),
        pytest.param(
            {"clusters/0/owners/viewers": ["a", "b", "a"]},
            "clusters/0/owners/viewers/2",
            "a is among the viewers already",
            id="a group that stands twice",
        ),
        pytest.param(
            {f"{POOL}/labels": {"hpc": "true"}},
            f"{POOL}/labels//hpc",
            "hpc is what this blueprint writes itself",
            id="the label of HPC nodes",
        ),
        pytest.param(
            {f"{POOL}/labels": {"component.tutela/kueue": "enabled"}},
            f"{POOL}/labels//component.tutela/kueue",
            "is what this blueprint writes itself",
            id="a label of components",
        ),
        pytest.param(
            {f"{POOL}/labels": {"node-role.kubernetes.io/worker": "true"}},
            f"{POOL}/labels//node-role.kubernetes.io/worker",
            "is Kubernetes' own, and a node may not give it to itself",
            id="a role that a kubelet is not let give itself",
        ),
        pytest.param(
            {f"{POOL}/labels": {"rke.cattle.io/machine": "x"}},
            f"{POOL}/labels//rke.cattle.io/machine",
            "is Rancher's",
            id="a label of Rancher",
        ),
        pytest.param(
            {f"{POOL}/taints": [{"key": "node.kubernetes.io/unreachable", "value": "x"}]},
            f"{POOL}/taints/0/key",
            "is Kubernetes' own, and its controllers write it",
            id="a taint of Kubernetes",
        ),
        pytest.param(
            {f"{POOL}/taints": [{"key": "a", "value": "x"}, {"key": "a", "value": "y"}]},
            f"{POOL}/taints/1",
            "there are two taints a with NoSchedule",
            id="two taints of one key and effect",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the names of the estate"),
        pytest.param({f"{POOL}/labels": {"example.org/tier": "web", "a": "b"}}, id="own labels"),
        pytest.param(
            {f"{POOL}/labels": {"topology.kubernetes.io/zone": "a", "node.kubernetes.io/x": "y"}},
            id="labels of Kubernetes that a kubelet may give itself",
        ),
        pytest.param(
            {
                f"{POOL}/taints": [
                    {"key": "a", "value": "x"},
                    {"key": "a", "value": "x", "effect": "NoExecute"},
                ]
            },
            id="two effects of one taint",
        ),
        pytest.param({f"{POOL}/name": "p" * 30}, id="the longest pool"),
        pytest.param(
            {
                "clusters/2/environments/production/workers/0/name": "p" * 30,
                "clusters/2/name": "c" * 20,
            },
            id="servers have names of their own",
        ),
        pytest.param(
            {
                "site/rancher/auth": "github",
                **{f"clusters/{n}/owners": {"admins": [f"10{n}"]} for n in range(3)},
            },
            id="teams of GitHub by their numbers",
        ),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(names.problems(Estate(typed(changes)))) == []
