"""API versions that a cluster does not serve."""

from pathlib import Path

import pytest

from blueprints.check.finding import Finding
from blueprints.check.rules import kubernetes_version
from tests.blueprints.check.rules.asking import said, told


def one(folder: Path, api: str, kind: str, *versions: str) -> Finding:
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: x}}\n"
    (found,) = said(kubernetes_version, folder, {"a.yaml": text}, kubernetes=versions)
    assert isinstance(found, Finding)
    return found


@pytest.mark.parametrize(
    ("api", "kind", "hint"),
    [
        ("batch/v1beta1", "CronJob", "was removed in Kubernetes 1.25; write batch/v1"),
        ("extensions/v1beta1", "Ingress", "was removed in Kubernetes 1.22"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "write autoscaling/v2"),
        ("apps/v1", "Deploymnt", "did you mean Deployment?"),
        ("v1", "Deployment", "write apps/v1"),
        ("app/v1", "Deployment", "write apps/v1"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "removed in Kubernetes 1.32"),
    ],
)
def test_the_hint_says_what_to_write(api: str, kind: str, hint: str, tmp_path: Path) -> None:
    assert hint in one(tmp_path, api, kind, "1.33", "1.34").hint


def test_only_the_versions_without_it_are_named(tmp_path: Path) -> None:
    found = one(tmp_path, "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.31", "1.33")
    assert "Kubernetes 1.33 has no " in found.message


def test_a_kind_that_came_later_than_the_cluster_is_told(tmp_path: Path) -> None:
    found = one(
        tmp_path, "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "1.29", "1.31"
    )
    assert found.hint == "came with Kubernetes 1.30"


def test_custom_kinds_are_left_to_others(tmp_path: Path) -> None:
    text = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: x}\n---\n"
        "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: x}\n"
    )
    assert told(kubernetes_version, tmp_path, {"a.yaml": text}) == []
