from __future__ import annotations

from typing import Any

import pytest

from tce.render.storage import files, longhorn
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import documents


@pytest.fixture(scope="module", params=[HOSPITAL, ALPS])
def rendered(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return documents(files, typed(example=request.param))


def test_there_is_one_class_it_encrypts_and_it_is_the_default(
    rendered: list[dict[str, Any]],
) -> None:
    (only,) = [one for one in rendered if one.get("kind") == "StorageClass"]
    assert only["parameters"]["encrypted"] == "true"
    assert only["provisioner"] == "driver.longhorn.io"
    default = "storageclass.kubernetes.io/is-default-class"
    assert only["metadata"]["annotations"][default] == "true"
    assert only["reclaimPolicy"] == "Retain"


def test_every_volume_has_a_key_of_its_own_at_every_step_of_its_life(
    rendered: list[dict[str, Any]],
) -> None:
    said = next(one for one in rendered if one.get("kind") == "StorageClass")["parameters"]
    for step in ("provisioner", "node-stage", "node-publish", "node-expand"):
        assert said[f"csi.storage.k8s.io/{step}-secret-name"] == "${pvc.name}"
        assert said[f"csi.storage.k8s.io/{step}-secret-namespace"] == "${pvc.namespace}"


def test_the_charts_own_class_is_not_the_default_and_its_page_is_off(
    rendered: list[dict[str, Any]],
) -> None:
    (values,) = [one for one in rendered if "kind" not in one]
    assert values["persistence"]["defaultClass"] is False
    assert values["longhornUI"]["replicas"] == 0
    assert values["defaultSettings"]["createDefaultDiskLabeledNodes"] is True


def test_there_are_as_many_copies_as_there_are_machines_for_them_and_three_at_most() -> None:
    assert longhorn.replicas(typed()) == 3
    assert longhorn.replicas(typed(example=ALPS)) == 3
    two = {
        "cluster/environments/production/workers/0/count": 2,
        "nodes/workers": ["10.90.12.64/31"],
    }
    assert longhorn.replicas(typed(two)) == 2
