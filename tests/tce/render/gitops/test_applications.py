from __future__ import annotations

from typing import Any

import pytest

from tce.render.gitops import applications
from tests.tce.intent.specifications import typed
from tests.tce.render.documents import every

Document = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> dict[str, Document]:
    return every(applications.files(typed()), "Application")


def wave(one: Document) -> int:
    return int(one["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


def test_policies_come_before_everything_else(made: dict[str, Document]) -> None:
    waves = {name: wave(one) for name, one in made.items() if name != "root"}
    assert min(waves, key=lambda name: waves[name]) == "policy"
    assert waves["external-secrets"] < waves["secrets"] < waves["pki"] < waves["identity"]
    assert max(waves.values()) == waves["sandbox-genomics"]


def test_every_source_is_a_git_that_has_to_be_signed(made: dict[str, Document]) -> None:
    spec = typed()
    for one in made.values():
        sources = one["spec"].get("sources") or [one["spec"]["source"]]
        for source in sources:
            assert source["repoURL"] in (spec.git.repository, spec.git.charts)
            assert "chart" not in source, "a registry's charts are not signed"
            assert source["targetRevision"] == spec.git.branch


def test_all_of_them_name_the_one_project(made: dict[str, Document]) -> None:
    assert {one["spec"]["project"] for one in made.values()} == {"platform"}


def test_values_of_a_chart_lie_in_it_or_in_this_repository(made: dict[str, Document]) -> None:
    helm = made["cert-manager"]["spec"]["source"]["helm"]
    assert helm["valuesObject"]["image"]["repository"].startswith("registry.hospital.example.org")
    chart, values = made["longhorn"]["spec"]["sources"]
    assert chart["helm"]["valueFiles"] == ["$values/k8s/storage/values/longhorn.yaml"]
    assert values["ref"] == "values"


def test_the_root_is_made_by_hand_and_says_so() -> None:
    (root,) = [one for one in applications.files(typed()) if one.path == "gitops/root.yaml"]
    assert root.content.startswith(b"# Made by hand, once")
