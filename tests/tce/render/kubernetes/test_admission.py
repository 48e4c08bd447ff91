from __future__ import annotations

from typing import Any

import pytest

from tce.render.kubernetes import admission
from tests.tce.intent.specifications import typed
from tests.tce.render.documents import every

Document = dict[str, Any]


@pytest.fixture(scope="module")
def policies() -> dict[str, Document]:
    return every(admission.files(typed()), "ValidatingAdmissionPolicy")


@pytest.fixture(scope="module")
def bindings() -> dict[str, Document]:
    return every(admission.files(typed()), "ValidatingAdmissionPolicyBinding")


def test_every_policy_fails_closed_and_is_bound_to_deny(
    policies: dict[str, Document], bindings: dict[str, Document]
) -> None:
    assert policies.keys() == bindings.keys()
    assert {one["spec"]["failurePolicy"] for one in policies.values()} == {"Fail"}
    assert all("Deny" in one["spec"]["validationActions"] for one in bindings.values())


def test_they_hold_everywhere_but_where_nodes_are_made_of(bindings: dict[str, Document]) -> None:
    (expression,) = bindings["tce-pods"]["spec"]["matchResources"]["namespaceSelector"][
        "matchExpressions"
    ]
    assert expression["operator"] == "NotIn"
    assert expression["values"] == ["kube-system", "longhorn-system"]
    assert "matchResources" not in bindings["tce-classes"]["spec"], "classes have no namespace"


def test_what_is_refused_is_named(policies: dict[str, Document]) -> None:
    said = {
        name: " ".join(rule["expression"] for rule in one["spec"]["validations"])
        for name, one in policies.items()
    }
    assert "@sha256:" in said["tce-pods"]
    assert "registry.hospital.example.org/tce/" in said["tce-pods"]
    assert "hostNetwork" in said["tce-pods"]
    assert "initContainers" in said["tce-pods"]
    assert "'host' in object.metadata.labels" in said["tce-pods"]
    assert "tce-encrypted" in said["tce-claims"]
    assert "ClusterIP" in said["tce-services"]
    assert "driver.harvesterhci.io" in said["tce-classes"]


def test_a_namespace_that_says_nothing_of_itself_is_no_platforms(
    policies: dict[str, Document],
) -> None:
    """Only a label that says so lets images be named by tag."""
    digest = policies["tce-pods"]["spec"]["validations"][1]["expression"]
    assert digest.startswith("('app.kubernetes.io/part-of' in namespaceObject.metadata.labels &&")
