"""The app of apps: each child as ArgoCD has to be told."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from blueprints.kinds.cluster.documents import root
from tests.blueprints.kinds.cluster.argocd import (
    Object,
    children,
    files,
    helm,
    read,
    specification,
    upstream,
)

FULL = ("cluster", "production-inference")


def values(**changes: Any) -> dict[str, Any]:
    """What an ApplicationSet would hand over, in part."""
    return {
        "name": "tds-services",
        "environment": "tds",
        "cluster": "services",
        "enabled": ["metallb"],
        **changes,
    }


def rendered(*given: Any) -> list[Object]:
    tree = files()
    chart = {
        path.removeprefix("argocd/root/"): tree[path].decode()
        for path in tree
        if path.startswith("argocd/root/")
    }
    return helm(chart, "x", "argocd", list(given))


def test_waves_are_whole_numbers_as_text() -> None:
    """An annotation that is a number is refused by the API; one that is no number orders nothing
    (manual, "Sync Phases and Waves")."""
    for child in children(*FULL):
        wave = child["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"]
        assert isinstance(wave, str)
        assert wave.isdigit()


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("ServerSideApply=true", "definitions of KubeRay are larger than an annotation may be"),
        ("SkipDryRunOnMissingResource=true", "a kind that its operator brings is not there yet"),
        ("FailOnSharedResource=true", "two Applications would take an object from each other"),
    ],
)
def test_options_are_spelt_as_argocd_reads_them(option: str, why: str) -> None:
    """Options are case-sensitive, and one that is not known is ignored (manual, "Sync Options")."""
    assert why
    for child in children(*FULL):
        assert option in child["spec"]["syncPolicy"]["syncOptions"]


def test_what_argocd_does_by_itself_deletes_nothing() -> None:
    for child in children(*FULL):
        assert child["spec"]["syncPolicy"]["automated"] == {
            "prune": False,
            "selfHeal": True,
            "allowEmpty": False,
        }
        assert "finalizers" not in child["metadata"]


def test_namespaces_are_objects_and_not_made_on_the_way() -> None:
    """A namespace of ``CreateNamespace`` has no label for PodSecurity when its pods come."""
    for child in children(*FULL):
        assert "CreateNamespace=true" not in child["spec"]["syncPolicy"]["syncOptions"]


def test_versions_come_from_the_environments_file() -> None:
    for environment in ("tds", "production"):
        (versions,) = read(files(), f"clusters/{environment}/versions.yaml")
        for child in children("cluster", f"{environment}-services"):
            found = [one for one in child["spec"].get("sources", ()) if "chart" in one]
            component = child["metadata"]["labels"]["tutela/component"]
            for source in found:
                assert source["targetRevision"] == versions["components"][component]


def test_a_version_that_the_environment_lacks_is_no_other_environments() -> None:
    (one,) = [
        child for child in rendered(values()) if child["metadata"]["name"] == "tds-services-metallb"
    ]
    assert one["spec"]["sources"][0]["targetRevision"] == "0.0.0"


def test_values_of_the_cluster_win_over_those_of_all() -> None:
    """Later files of values win (manual, "Helm", "Values Files")."""
    for child in children(*FULL):
        if upstream(files(), child):
            given = child["spec"]["sources"][0]["helm"]["valueFiles"]
            assert given[0].startswith("$values/argocd/components/")
            assert all(
                one.startswith("$values/clusters/production/inference/") for one in given[1:]
            )


def test_every_file_of_values_is_there() -> None:
    for environment, cluster, _ in specification().deployments():
        for child in children("cluster", f"{environment}-{cluster.name}"):
            spec = child["spec"]
            for source in spec.get("sources") or [spec["source"]]:
                for one in source.get("helm", {}).get("valueFiles", ()):
                    assert one.removeprefix("$values/").lstrip("/") in files()


def test_no_file_of_values_is_left_over() -> None:
    used = set()
    for environment, cluster, _ in specification().deployments():
        for child in children("cluster", f"{environment}-{cluster.name}"):
            spec = child["spec"]
            for source in spec.get("sources") or [spec["source"]]:
                for one in source.get("helm", {}).get("valueFiles", ()):
                    used.add(one.removeprefix("$values/").lstrip("/"))
    there = {
        path
        for path in files()
        if "/values/" in path or path.rpartition("/")[2].startswith("upstream")
    }
    assert there == used


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cluster": ""}, "cluster"),
        ({"environment": "staging"}, "environment"),
        ({"enabled": ["metalb"]}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"enabeld": []}, "enabeld"),
        ({"components": {"metallb": "0.15"}}, "metallb"),
        ({"components": {"metallb": "0.15.x"}}, "metallb"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_made(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        rendered(values(**changes))


def test_the_charts_own_example_is_a_cluster_that_there_is() -> None:
    (own,) = read(files(), "argocd/root/values.yaml")
    assert f"clusters/{own['environment']}/{own['cluster']}/cluster.yaml" in files()
    assert own["name"] == f"{own['environment']}-{own['cluster']}"
    assert set(own["components"].values()) == {"0.0.0"}


def test_charts_and_images_of_a_site_without_internet_come_from_its_mirror() -> None:
    mirror = specification("air-gapped").site.mirror
    assert mirror is not None
    for environment, cluster, _ in specification("air-gapped").deployments():
        for child in children("air-gapped", f"{environment}-{cluster.name}"):
            found = upstream(files("air-gapped"), child)
            if found is None:
                continue
            assert child["spec"]["sources"][0]["repoURL"] == mirror.charts
            images = list(_images(found[1]))
            assert all(one.startswith(mirror.registry) for one in images), images
            assert images or child["metadata"]["name"].endswith("-crds")


def _images(value: Any) -> list[str]:
    if isinstance(value, list):
        return [one for item in value for one in _images(item)]
    if not isinstance(value, dict):
        return []
    found = [value[key] for key in ("repository", "imageRegistry") if key in value]
    return found + [one for item in value.values() for one in _images(item)]


def test_the_schema_knows_every_component_that_is_used() -> None:
    names = [name for name in root.children(specification())]
    assert "namespaces" in names
    own = copy.deepcopy(root.schema(["metallb"]))
    assert own["additionalProperties"] is False
