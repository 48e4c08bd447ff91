"""ArgoCD's own settings."""

from __future__ import annotations

import pytest
import yaml

from tests.blueprints.kinds.cluster.argocd import Object, files, read, specification
from tests.blueprints.kinds.cluster.ordering import HEALTH


def settings(name: str) -> dict[str, str]:
    found: dict[str, dict[str, str]] = {
        one["metadata"]["name"]: one["data"]
        for one in read(files(), "argocd/settings/settings.yaml")
        if one["kind"] == "ConfigMap"
    }
    return found[name]


def repositories(example: str) -> list[Object]:
    return read(files(example), "argocd/settings/repositories.yaml")


def test_applications_are_judged_by_what_they_say_of_themselves() -> None:
    """The script of the manual, "Resource Health"; without it waves order nothing (argo-cd#4577,
    #5585, #6708)."""
    script = settings("argocd-cm")[HEALTH]
    assert 'hs.status = "Progressing"' in script.splitlines()[1]
    assert "hs.status = obj.status.health.status" in script
    assert script.splitlines()[-1] == "return hs"


def test_objects_are_known_by_annotation() -> None:
    """Labels are 63 characters and shared with Helm (manual, "Resource Tracking"; the default
    from 3.0 on)."""
    assert settings("argocd-cm")["application.resourceTrackingMethod"] == "annotation"


def test_exclusions_are_a_list_that_argocd_reads() -> None:
    """Manual, "Declarative Setup", "Resource Exclusion": ``apiGroups``, ``kinds``, ``clusters``."""
    excluded = yaml.safe_load(settings("argocd-cm")["resource.exclusions"])
    for one in excluded:
        assert set(one) == {"apiGroups", "kinds", "clusters"}
        assert one["clusters"] == ["*"]
    kinds = {kind for one in excluded for kind in one["kinds"]}
    # What the default of 3.0 leaves out too.
    assert kinds >= {"Endpoints", "EndpointSlice", "Lease", "CiliumIdentity", "CertificateRequest"}
    assert not kinds & {"Application", "ExternalSecret", "Namespace", "ResourceFlavor"}


def test_nobody_has_rights_but_by_group() -> None:
    rights = settings("argocd-rbac-cm")
    assert rights["policy.default"] == ""
    assert rights["policy.csv"] == "g, platform-admins, role:admin\n"


def test_charts_of_registries_are_said_to_lie_in_one() -> None:
    """``enableOCI`` on a repository of type helm, its address without a scheme (manual, "Private
    Repositories")."""
    found = {
        one["stringData"]["url"]: one["stringData"].get("enableOCI")
        for one in repositories("cluster")
        if one["kind"] == "Secret"
    }
    assert found["registry.k8s.io/kueue/charts"] == "true"
    assert {value for url, value in found.items() if url.startswith("https://")} == {None}


def test_every_repository_that_a_project_takes_has_its_entry() -> None:
    known = {
        (one.get("stringData") or one["spec"]["target"]["template"]["data"])["url"]
        for one in repositories("cluster")
    }
    for path in files():
        if path.startswith("argocd/projects/"):
            for project in read(files(), path):
                assert set(project["spec"]["sourceRepos"]) <= known


@pytest.mark.parametrize("example", ["cluster", "air-gapped"])
def test_no_secret_is_written(example: str) -> None:
    for one in repositories(example):
        data = one.get("stringData") or one["spec"]["target"]["template"]["data"]
        assert all("{{" in data[key] for key in ("username", "password") if key in data)


def test_a_site_without_internet_reads_charts_from_its_mirror_alone() -> None:
    site = specification("air-gapped").site
    assert site.mirror is not None
    urls = {
        (one.get("stringData") or one["spec"]["target"]["template"]["data"])["url"]
        for one in repositories("air-gapped")
    }
    assert urls == {site.git.repository, site.mirror.charts}


def test_what_is_made_by_hand_deletes_nothing() -> None:
    (platform,) = read(files(), "argocd/platform.yaml")
    assert "finalizers" not in platform["metadata"]
    assert platform["spec"]["syncPolicy"]["automated"]["prune"] is False
