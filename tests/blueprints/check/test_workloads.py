from pathlib import Path

import pytest

from blueprints.check.documents import at
from blueprints.check.workloads import containers, pod_metadata, pods
from tests.blueprints.check.places import repository

POD = "{containers: [{name: main}], initContainers: [{name: first}]}"
TEMPLATE = f"{{metadata: {{labels: {{app: a}}}}, spec: {POD}}}"


@pytest.mark.parametrize(
    ("kind", "spec", "count"),
    [
        ("Pod", POD, 1),
        ("Deployment", f"{{template: {TEMPLATE}}}", 1),
        ("StatefulSet", f"{{template: {TEMPLATE}}}", 1),
        ("DaemonSet", f"{{template: {TEMPLATE}}}", 1),
        ("Job", f"{{template: {TEMPLATE}}}", 1),
        ("CronJob", f"{{jobTemplate: {{spec: {{template: {TEMPLATE}}}}}}}", 1),
        (
            "RayCluster",
            f"{{headGroupSpec: {{template: {TEMPLATE}}}, workerGroupSpecs: "
            f"[{{template: {TEMPLATE}}}, {{template: {TEMPLATE}}}, 3]}}",
            3,
        ),
        ("RayService", f"{{rayClusterConfig: {{headGroupSpec: {{template: {TEMPLATE}}}}}}}", 1),
        (
            "LeaderWorkerSet",
            f"{{leaderWorkerTemplate: {{leaderTemplate: {TEMPLATE}, workerTemplate: {TEMPLATE}}}}}",
            2,
        ),
        ("InferenceService", f"{{predictor: {POD}}}", 1),
        ("Service", "{}", 0),
        ("Deployment", "{template: [1]}", 0),
        ("RayCluster", "7", 0),
    ],
)
def test_pods_are_found_in_any_kind(tmp_path: Path, kind: str, spec: str, count: int) -> None:
    content = f"apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n"
    (one,) = repository(tmp_path, {"a.yaml": content}).objects
    found = list(pods(one))
    assert len(found) == count
    for owner, path, podspec in found:
        assert owner is one
        assert at(one.data, *path) is podspec
        assert [(at(podspec, *where) is container) for where, container in containers(podspec)] == [
            True,
            True,
        ]
        if kind not in ("Pod", "InferenceService"):
            assert pod_metadata(one, path) == {"labels": {"app": "a"}}


def test_containers_that_are_none_are_passed_over() -> None:
    spec = {"containers": [1, {"name": "a"}], "initContainers": {"name": "b"}}
    assert list(containers(spec)) == [(("containers", 1), {"name": "a"})]
