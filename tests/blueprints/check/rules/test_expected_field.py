"""Fields that practice asks for."""

from pathlib import Path

import pytest

from blueprints.check.finding import Level
from blueprints.check.rules import expected_field
from tests.blueprints.check.rules.asking import said, told

BINDING = """apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: x}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}
subjects:
  - {kind: Group, name: g, apiGroup: rbac.authorization.k8s.io}
  - {kind: ServiceAccount, name: s, namespace: x}
"""


def test_what_is_complete_is_not_told(tmp_path: Path) -> None:
    assert told(expected_field, tmp_path, {"a.yaml": BINDING}) == []


def test_what_is_missing_by_practice_only_is_a_warning(tmp_path: Path) -> None:
    text = BINDING.replace(", apiGroup: rbac.authorization.k8s.io}", "}")
    (found,) = said(expected_field, tmp_path, {"a.yaml": text})
    assert found.message == "RoleBinding x/a: subjects[0].apiGroup is missing"  # type: ignore[union-attr]
    assert found.level == Level.WARNING  # type: ignore[union-attr]


def test_an_object_that_is_wrong_is_left_to_other_rules(tmp_path: Path) -> None:
    text = BINDING.replace(", apiGroup: rbac.authorization.k8s.io}", "}").replace(
        "name: g", "nam: g"
    )
    assert told(expected_field, tmp_path, {"a.yaml": text}) == []


@pytest.mark.parametrize("mark", ["spec.description", "clusterResourceWhitelist"])
def test_models_of_our_own_know_such_fields_too(mark: str, tmp_path: Path) -> None:
    text = """apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: a}
spec:
  sourceRepos: []
  destinations: []
"""
    assert any(mark in one for one in told(expected_field, tmp_path, {"a.yaml": text}))
