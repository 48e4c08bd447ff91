"""Components with what they need."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import components
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import BASELINE, GONE, metal, tells, typed

HERE = "clusters/0/components"


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"site/dns": GONE},
            f"{HERE}/1",
            "external-dns needs a name server to write to (site.dns)",
            id="external-dns without a name server",
        ),
        pytest.param(
            {"site/dns": GONE},
            f"{HERE}/3",
            "cert-manager needs a name server, where Let's Encrypt looks for proof (site.dns)",
            id="cert-manager without a name server",
        ),
        pytest.param(
            {"site/acme": GONE},
            f"{HERE}/3",
            "cert-manager needs somebody who signs (site.acme)",
            id="cert-manager without somebody who signs",
        ),
        pytest.param(
            {"site/ceph": GONE},
            f"{HERE}/2",
            "ceph-csi needs a Ceph (site.ceph); say it there, or leave it out of components",
            id="volumes of a Ceph that is not there",
        ),
        pytest.param(
            {"site/ceph": GONE, HERE: GONE},
            "clusters/0/name",
            "ceph-csi needs a Ceph",
            id="the components that nobody chose are told at the cluster",
        ),
        pytest.param(
            {HERE: ["metallb", "ceph-csi"]},
            f"{HERE}/1",
            "ceph-csi has a secret that external-secrets fetches; add external-secrets",
            id="a secret that nothing fetches",
        ),
        pytest.param(
            {f"{HERE}/+": "gpu-operator"},
            f"{HERE}/5",
            "gpu-operator has no GPU to operate: no pool of workers has any (gpus)",
            id="a GPU operator without a GPU",
        ),
        pytest.param(
            {"clusters/2/components/+": "kueue"},
            "clusters/2/components/5",
            "kueue shares out what nodes have, and of worker in production nobody says it; "
            "add cpu and memory to the pool",
            id="servers of unknown size that are shared out",
        ),
        pytest.param(
            {f"{HERE}/+": "metallb"},
            f"{HERE}/5",
            "metallb stands here twice",
            id="a component that stands twice",
        ),
        pytest.param(
            {"environments/tds/versions/components/metallb": GONE},
            f"{HERE}/0",
            "metallb has no version in tds (environments.tds.versions.components.metallb)",
            id="a component without a version",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the baseline"),
        pytest.param({HERE: []}, id="no component at all"),
        pytest.param(
            {HERE: ["metallb", "kueue", "kuberay"], "clusters/1/components": BASELINE},
            id="components without secrets need no external-secrets",
        ),
        pytest.param(
            {"clusters/1/components": [*BASELINE, "gpu-operator"]}, id="GPUs of HPC nodes"
        ),
        pytest.param(
            {
                "clusters/2/components": [*BASELINE, "gpu-operator"],
                "clusters/2/environments/production/workers/0": metal("gpu", 31, gpus=8),
            },
            id="GPUs of servers",
        ),
        pytest.param(
            {
                "clusters/2/components": [*BASELINE, "kueue"],
                "clusters/2/environments/production/workers/0": metal(
                    "gpu", 31, cpu=64, memory="1Ti"
                ),
            },
            id="servers of known size that are shared out",
        ),
        pytest.param(
            {"environments/production/versions/components/kueue": GONE},
            id="a version of what no cluster has may be missing",
        ),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(components.problems(Estate(typed(changes)))) == []
