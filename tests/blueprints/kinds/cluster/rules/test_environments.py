"""Environments: declared where they are used, and tried in the order of promotion."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import environments
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import GONE, VERSIONS, tells, typed

NEWER = {"versions": {**VERSIONS, "kubernetes": "v1.34.1+rke2r1"}}


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"environments/tds": GONE},
            "clusters/0/environments/tds",
            "nobody says what tds runs; add environments.tds with its versions",
            id="an environment that nobody declared",
        ),
        pytest.param(
            {"environments/production/versions/kubernetes": "v1.33.6+rke2r1"},
            "environments/production/versions/kubernetes",
            "v1.33.6+rke2r1 of Kubernetes is newer than in tds (v1.33.5+rke2r1): "
            "production runs what ran there first; change tds and promote it",
            id="production ahead of tds",
        ),
        pytest.param(
            {"environments/production/versions/kubernetes": "v1.33.5+rke2r2"},
            "environments/production/versions/kubernetes",
            "is newer than in tds",
            id="a newer release of the same Kubernetes",
        ),
        pytest.param(
            {"environments/production/versions/components/metallb": "0.15.10"},
            "environments/production/versions/components/metallb",
            "0.15.10 of metallb is newer than in tds (0.15.2)",
            id="a component of production ahead of tds",
        ),
        pytest.param(
            {
                "environments/tds": GONE,
                "clusters/0/environments/tds": GONE,
                "environments/development": {"versions": VERSIONS},
                "environments/production/versions/kubernetes": "v1.34.1+rke2r1",
            },
            "environments/production/versions/kubernetes",
            "is newer than in development",
            id="without tds, development is what production follows",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the same everywhere"),
        pytest.param({"environments/tds": NEWER}, id="tds ahead of production"),
        pytest.param(
            {"environments/development": {"versions": VERSIONS}, "environments/tds": NEWER},
            id="a downgrade in development on its own is nobody's business",
        ),
        pytest.param(
            {"environments/tds": GONE, "clusters/0/environments/tds": GONE},
            id="production alone",
        ),
        pytest.param(
            {
                "environments/tds/versions/components/kueue": GONE,
                "environments/production/versions/components/kueue": "9.9.9",
            },
            id="what tds does not have cannot be behind",
        ),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(environments.problems(Estate(typed(changes)))) == []


def test_versions_are_ordered_as_semver_says() -> None:
    said = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "v1.2.0",
        "1.10.0",
        "v1.33.5+rke2r1",
        "v1.33.5+rke2r2",
        "v1.33.10+rke2r1",
        "v1.34.0+rke2r1",
    ]
    assert sorted(reversed(said), key=environments.order) == said


def test_what_is_no_version_has_no_order() -> None:
    with pytest.raises(ValueError, match="latest is not a version"):
        environments.order("latest")
