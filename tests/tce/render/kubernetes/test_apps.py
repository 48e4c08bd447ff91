from __future__ import annotations

from typing import Any

import pytest

from tce.render.kubernetes import apps
from tests.tce.intent.specifications import typed
from tests.tce.render.documents import every

Spec = dict[str, Any]


@pytest.fixture(scope="module")
def hospital() -> dict[str, Spec]:
    found = every(apps.files(typed()), "CiliumNetworkPolicy")
    return {name: one["spec"] for name, one in found.items()}


def test_each_workload_has_a_policy_that_selects_it_alone(hospital: dict[str, Spec]) -> None:
    assert hospital.keys() == {"notebook", "vllm", "litellm"}
    for name, one in hospital.items():
        assert one["endpointSelector"]["matchLabels"]["app.kubernetes.io/name"] == name


def test_who_is_called_by_nobody_from_outside_says_no_way_in(hospital: dict[str, Spec]) -> None:
    (rule,) = hospital["vllm"]["ingress"]
    labels = rule["fromEndpoints"][0]["matchLabels"]
    assert labels["k8s:io.kubernetes.pod.namespace"] == "inference"
    assert labels["k8s:app.kubernetes.io/name"] == "litellm"
    assert rule["toPorts"] == [{"ports": [{"port": "8000", "protocol": "TCP"}]}]


def test_both_sides_of_a_call_are_open(hospital: dict[str, Spec]) -> None:
    called = [one for one in hospital["notebook"]["egress"] if "toEndpoints" in one]
    assert [
        one["toEndpoints"][0]["matchLabels"]["k8s:app.kubernetes.io/name"] for one in called
    ] == ["litellm"]
    callers = [one for one in hospital["litellm"]["ingress"] if "fromEndpoints" in one]
    assert len(callers) == 1


def test_a_workload_reaches_the_flows_that_it_names_and_no_other_address(
    hospital: dict[str, Spec],
) -> None:
    out = [one["toCIDR"] for one in hospital["notebook"]["egress"] if "toCIDR" in one]
    assert out == [["203.0.113.80/32"]]
    assert hospital["vllm"]["egress"] == [{}]


def test_a_sandbox_without_workloads_has_no_file() -> None:
    spec = typed({"sandboxes/0/workloads": [], "sandboxes/1/workloads/1/accepts": ["ingress"]})
    paths = {one.path for one in apps.files(spec)}
    assert paths == {f"k8s/sandboxes/inference/policies/{one}.yaml" for one in ("vllm", "litellm")}
