from __future__ import annotations

import re

import pytest

from blueprints.engine import render
from blueprints.kinds.inference import BLUEPRINT
from blueprints.kinds.inference.spec import Specification
from tests.blueprints.kinds.inference.specifications import (
    both,
    data,
    host,
    model,
    typed,
)
from tests.blueprints.kinds.inference.test_ways import GATEWAY, over_nodes


def _prose(spec: Specification) -> dict[str, str]:
    made = render.render(BLUEPRINT, spec)
    return {file.path: file.content.decode() for file in made if file.path.endswith("README.md")}


def test_every_model_at_every_site_has_a_page_that_the_first_one_names() -> None:
    made = _prose(typed(both()))
    pages = {path for path in made if path.startswith("models/")}
    assert pages == {"models/apertus/desk/README.md", "models/apertus/cloud/README.md"}
    assert set(re.findall(r"\]\((models/[^)]+)\)", made["README.md"])) == pages


def test_a_page_says_what_to_type_for_each_runtime() -> None:
    made = _prose(typed(both()))
    desk, cloud = made["models/apertus/desk/README.md"], made["models/apertus/cloud/README.md"]
    assert "- podman: `podman/serve.sh`" in desk
    assert "- apptainer: `apptainer/image.sh` once, then `apptainer/serve.sh`" in desk
    assert (
        "- vllm-chart: ArgoCD delivers it; by hand: `helm upgrade --install apertus"
        " oci://registry.example.org/charts/chart-vllm --version 0.0.2 --namespace serving"
        " --values vllm-chart/values.yaml`"
    ) in cloud


def test_a_page_says_what_each_runtime_cannot_say_and_which_cannot_start_it() -> None:
    site = host(
        runtimes=["podman", "slurm"],
        scheduler={"type": "slurm", "container": "apptainer"},
        node={"architecture": "amd64", "processors": 32, "memory": "256Gi", "nodes": 2},
    )
    made = _prose(typed(data(model(accelerators=8), sites=[site])))
    page = made["models/apertus/desk/README.md"]
    assert "2 nodes with 4 accelerators" in page
    assert "- podman cannot start it: " in page
    assert "- slurm, shared-memory: " in page


def test_whose_key_it_is_and_where_it_goes() -> None:
    made = _prose(typed(data(model(api_key="inference/apertus"))))
    page = made["models/apertus/desk/README.md"]
    assert "`inference/apertus`" in page
    assert "`~/.config/tutela/apertus.env`" in page
    assert "VLLM_API_KEY" not in _prose(typed(data()))["models/apertus/desk/README.md"]


def test_free_text_stays_out_of_what_is_read_as_markdown() -> None:
    said = model(trust_remote_code="<script>", environment={"X": "<script>"})
    made = _prose(typed(data(said)))
    assert all("<script>" not in text and "some <b>" not in text for text in made.values())


def test_without_models_it_says_how_to_begin() -> None:
    made = _prose(typed({**data(), "models": []}))
    assert "tutela model onboard MODEL.yaml ." in made["README.md"]
    assert set(made) == {"README.md"}


def test_what_lies_beside_values_and_where_weights_come_from_is_told() -> None:
    said = both(models=[model(sites=["cloud"], api_key="models/apertus")])
    page = _prose(typed(said))["models/apertus/cloud/README.md"]
    assert "`kubectl apply --namespace serving --filename vllm-chart/manifests`" in page
    assert "fetch.yaml" not in page
    tool = {"architecture": "amd64", "path": "a/b", "digest": f"sha256:{1:064x}"}
    tools = [{**tool, "tool": name, "upstream": "docker.io/a/b:1"} for name in ("git", "aws")]
    supplied = {**said, "supply": {"writer": "s3/writer", "tools": tools}}
    page = _prose(typed(supplied))["models/apertus/cloud/README.md"]
    assert "`kubectl apply -f ../../../supply/cloud/apertus/kubernetes/fetch.yaml`" in page


@pytest.mark.parametrize(("host_network", "nodes"), [(True, 2), (False, 2), (True, 1)])
def test_a_page_warns_of_pods_that_no_policy_protects(host_network: bool, nodes: int) -> None:
    said = over_nodes("ray")
    said["sites"][0]["kubernetes"] = {**GATEWAY, "host_network": host_network}
    if nodes == 1:
        said["models"][0] |= {"accelerators": 4, "parallel": {"tensor": 4}}
    page = _prose(typed(said))["models/large/cloud/README.md"]
    assert ("no NetworkPolicy holds" in page) is (host_network and nodes > 1)
