from __future__ import annotations

from blueprints.kinds.inference.placed import placed
from tests.blueprints.kinds.inference.specifications import both, data, host, model, typed


def test_a_model_is_placed_at_each_of_its_sites_in_their_order() -> None:
    found = list(placed(typed(both())))
    assert [one.folder for one in found] == ["models/apertus/desk", "models/apertus/cloud"]
    assert [[each.name for each in one.runtimes] for one in found] == [
        ["podman", "apptainer"],
        ["vllm-chart"],
    ]


def test_argocd_delivers_the_first_runtime_of_a_cluster_and_nothing_of_a_host() -> None:
    desk, cloud = placed(typed(both()))
    assert desk.delivered is None
    assert cloud.delivered is not None
    assert cloud.delivered.name == "vllm-chart"


def test_a_runtime_that_cannot_start_a_service_is_left_out_with_its_reason() -> None:
    site = host(
        runtimes=["podman", "slurm"],
        scheduler={"type": "slurm"},
        node={"architecture": "amd64", "processors": 32, "memory": "256Gi", "nodes": 2},
    )
    (one,) = placed(typed(data(model(accelerators=8), sites=[site])))
    assert [each.name for each in one.runtimes] == ["slurm"]
    ((name, why),) = one.unfit
    assert name == "podman"
    assert "one node" in why
