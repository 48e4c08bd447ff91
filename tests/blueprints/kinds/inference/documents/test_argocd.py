from __future__ import annotations

from typing import Any

from blueprints.kinds.inference.documents.argocd import KINDS
from blueprints.kinds.inference.rules import CHARTS
from blueprints.runtimes import registry
from tests.blueprints.kinds.inference.specifications import (
    CHART,
    both,
    cluster,
    data,
    host,
    model,
    objects,
    rendered,
    typed,
)

CREDENTIALS = "argocd/credentials.yaml"


def _projects(made: dict[str, str]) -> dict[str, Any]:
    return {one["metadata"]["name"]: one for one in objects(made, "argocd/projects.yaml")}


def test_without_a_cluster_there_is_nothing_for_argocd() -> None:
    assert not [path for path in rendered(typed(data())) if path.startswith("argocd/")]


def test_every_way_of_delivering_has_its_kinds() -> None:
    ways = {name for name in registry.NAMES if name in CHARTS or name == "kubernetes"}
    assert set(KINDS) == ways
    assert all(list(kinds) == sorted(kinds) for kinds in KINDS.values())
    everything = {kind for kinds in KINDS.values() for kind in kinds}
    assert not {("argoproj.io", "Application"), ("", "Namespace"), ("", "Pod")} & everything


def test_roots_may_make_applications_and_sites_may_not() -> None:
    projects = _projects(rendered(typed(both())))
    assert set(projects) == {"models-root", "models-cloud"}
    root, site = projects["models-root"]["spec"], projects["models-cloud"]["spec"]
    assert root["namespaceResourceWhitelist"] == [{"group": "argoproj.io", "kind": "Application"}]
    assert root["sourceRepos"] == ["https://git.example.org/inference/models.git"]
    assert site["destinations"] == [
        {"server": "https://kubernetes.default.svc", "namespace": "serving"}
    ]
    assert site["clusterResourceWhitelist"] == []
    assert site["sourceRepos"][1:] == ["registry.example.org/charts"]
    assert "argoproj.io" not in {one["group"] for one in site["namespaceResourceWhitelist"]}


def test_only_administrators_have_a_role_and_it_deletes_nothing() -> None:
    (role,) = _projects(rendered(typed(both())))["models-cloud"]["spec"]["roles"]
    assert role["groups"] == ["admins"]
    assert not [one for one in role["policies"] if "delete" in one or one == "*, allow"]


def test_each_environment_has_a_root_that_is_kept_and_makes_its_models() -> None:
    said = both(
        sites=[host(), cluster(), cluster("other")],
        models=[model(sites=["desk", "cloud", "other"])],
        environments=[
            {"name": "testing", "sites": ["desk", "other"]},
            {"name": "production", "sites": ["cloud"]},
        ],
    )
    made = rendered(typed(said))
    (root,) = objects(made, "argocd/testing/root.yaml")
    assert root["metadata"]["name"] == "models-testing"
    assert "finalizers" not in root["metadata"]
    assert root["spec"]["source"]["path"] == "argocd/testing/applications"
    assert {path for path in made if "/applications/" in path} == {
        "argocd/testing/applications/apertus-other.yaml",
        "argocd/production/applications/apertus-cloud.yaml",
    }


def test_a_chart_comes_from_its_registry_and_its_values_from_here() -> None:
    made = rendered(typed(both()))
    (one,) = objects(made, "argocd/production/applications/apertus-cloud.yaml")
    chart, values = one["spec"]["sources"]
    assert (chart["repoURL"], chart["chart"], chart["targetRevision"]) == (
        "registry.example.org/charts",
        "chart-vllm",
        "0.0.2",
    )
    (file,) = chart["helm"]["valueFiles"]
    assert file.removeprefix(f"${values['ref']}/") in made
    assert one["spec"]["project"] == "models-cloud"
    assert one["spec"]["destination"]["namespace"] == "serving"


def test_what_a_chart_does_not_make_is_brought_beside_its_values() -> None:
    chart = {
        "runtime": "production-stack",
        "repository": "registry.example.org/charts",
        "name": "vllm-stack",
        "version": "0.1.10",
    }
    said = both(sites=[host(), cluster(runtimes=["production-stack"])], charts=[chart])
    made = rendered(typed(said))
    (one,) = objects(made, "argocd/production/applications/apertus-cloud.yaml")
    beside = one["spec"]["sources"][1]["path"]
    assert f"{beside}/network-policy.yaml" in made


def test_a_retired_model_is_deleted_unless_that_is_to_be_done_by_hand() -> None:
    argocd = {"url": "https://argocd.example.org", "clusters": {"cloud": "provider"}}
    path = "argocd/production/applications/apertus-cloud.yaml"
    (gone,) = objects(rendered(typed(both(argocd=argocd))), path)
    assert gone["metadata"]["finalizers"]
    assert gone["spec"]["destination"] == {"name": "provider", "namespace": "serving"}
    (kept,) = objects(rendered(typed(both(argocd={**argocd, "on_delete": "keep"}))), path)
    assert "finalizers" not in kept["metadata"]
    assert kept["metadata"]["annotations"] == {"tutela/on-delete": "keep"}


def test_each_project_reads_this_repository_with_a_credential_of_its_own() -> None:
    made = objects(rendered(typed(both())), CREDENTIALS)
    readers = [one for one in made if one["kind"] == "ExternalSecret"]
    scopes = [one["spec"]["target"]["template"]["data"]["project"] for one in readers]
    assert scopes == ["models-root", "models-cloud"]
    (charts,) = (one for one in made if one["kind"] == "Secret")
    assert charts["stringData"]["url"] == "registry.example.org/charts"
    assert charts["stringData"]["enableOCI"] == "true"


def test_a_chart_may_ask_who_reads_it() -> None:
    said = both(charts=[{**CHART, "credentials": "charts/reader"}])
    made = objects(rendered(typed(said)), CREDENTIALS)
    assert {one["kind"] for one in made} == {"ExternalSecret"}
    last = made[-1]["spec"]
    assert last["target"]["template"]["data"]["type"] == "helm"
    assert {one["remoteRef"]["key"] for one in last["data"]} == {"charts/reader"}
    served = both(charts=[{**CHART, "repository": "https://charts.example.org"}])
    (charts,) = (
        one for one in objects(rendered(typed(served)), CREDENTIALS) if one["kind"] == "Secret"
    )
    assert "enableOCI" not in charts["stringData"]
