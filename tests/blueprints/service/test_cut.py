from typing import Any

import pytest

from blueprints.service.cut import cut, has_ray, misfits
from tests.blueprints.service.models import composed, image, model, problems, site


@pytest.mark.parametrize(
    ("accelerators", "parallel", "sizes"),
    [
        (1, None, (1, 1, 1)),
        (2, None, (2, 1, 1)),
        (4, None, (4, 1, 1)),
        (8, None, (4, 2, 2)),
        (16, None, (4, 4, 4)),
        (4, {"tensor": 2, "pipeline": 2}, (2, 2, 1)),
        (8, {"tensor": 2, "pipeline": 4}, (2, 4, 2)),
    ],
)
def test_tensors_stay_within_a_node(
    accelerators: int, parallel: dict[str, int] | None, sizes: tuple[int, int, int]
) -> None:
    found = cut(model(accelerators=accelerators, parallel=parallel), site(), image())
    assert (found.tensor, found.pipeline, found.nodes) == sizes


@pytest.mark.parametrize(
    ("said", "place", "text"),
    [
        (
            {"accelerators": 68},
            "accelerators",
            "68 accelerators are 17 nodes of 4; here gives a service 16, which is 64 accelerators",
        ),
        (
            {"accelerators": 8, "parallel": {"tensor": 8}},
            "parallel.tensor",
            "8 accelerators share each tensor, and a node of here has 4",
        ),
        (
            {"parallel": {"tensor": 2, "pipeline": 4}},
            "parallel.tensor",
            "tensor 2 x pipeline 4 is 8, and accelerators is 4",
        ),
        (
            {"accelerators": 6},
            "accelerators",
            "tensor 4 x pipeline 1 is 4, and accelerators is 6",
        ),
        (
            {"accelerators": 5, "parallel": {"tensor": 1, "pipeline": 5}},
            "accelerators",
            "5 accelerators cannot be 2 equal nodes",
        ),
        (
            {"accelerators": 6, "parallel": {"tensor": 2, "pipeline": 3}},
            "parallel.tensor",
            "3 accelerators of each node are no whole groups of 2",
        ),
        (
            {"accelerators": 8, "options": {"data-parallel-size": 2}},
            "options.data-parallel-size",
            "copies on several nodes are several services",
        ),
        (
            {"shape": {"heads": 30}},
            "accelerators",
            "4 accelerators cannot share 30 attention heads evenly; 3 and 5 can",
        ),
        (
            {"parallel": {"tensor": 4}, "shape": {"heads": 40, "kv_heads": 3}},
            "parallel.tensor",
            "4 accelerators cannot share 3 key-value heads",
        ),
        (
            {"accelerators": 16, "shape": {"heads": 8, "layers": 3}},
            "parallel.pipeline",
            "3 layers cannot be 4 stages",
        ),
    ],
)
def test_what_cannot_be_cut_is_told_with_what_can(
    said: dict[str, Any], place: str, text: str
) -> None:
    [(where, told)] = problems(**said)
    assert where == place
    assert text in told


def test_a_node_need_not_be_taken_whole() -> None:
    service = composed(accelerators=9, parallel={"tensor": 3, "pipeline": 3})
    assert (service.nodes, service.devices) == (3, 3)


def test_copies_on_one_node_share_its_accelerators() -> None:
    service = composed(options={"data-parallel-size": 2})
    assert "--tensor-parallel-size=2" in service.command
    assert "--data-parallel-size=2" in service.command
    assert service.devices == 4


@pytest.mark.parametrize(
    ("version", "gather", "text"),
    [
        ("0.18.0", "ray", "images of vLLM 0.18.0 hold none: it was there until 0.17.1"),
        ("0.9.1", "engine", "--nnodes is not in vLLM 0.9.1: it comes with 0.11.1; say gather: ray"),
    ],
)
def test_nodes_cannot_find_each_other_by_what_the_image_lacks(
    version: str, gather: str, text: str
) -> None:
    said = {"tensor": 4, "pipeline": 2, "gather": gather}
    [(place, told)] = problems(accelerators=8, parallel=said, engine={"version": version})
    assert place == "parallel.gather"
    assert text in told


def test_an_image_of_ones_own_may_hold_ray_or_not_whatever_the_version() -> None:
    asked = model(engine={"version": "0.18.0"})
    assert not has_ray(asked, site(), image("0.18.0"))
    assert has_ray(asked, site(), image("0.18.0", ray=True))
    old = image(ray=False)
    [(_, told)] = misfits(model(accelerators=8), site(), old)
    assert "the image vllm/vllm-openai holds none (ray: false)" in told
