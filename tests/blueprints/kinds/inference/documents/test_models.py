from __future__ import annotations

import yaml

from blueprints import yamlfile
from blueprints.kinds.inference.documents import documents
from blueprints.runtimes import registry
from blueprints.service.model import Model
from tests.blueprints.kinds.inference.specifications import (
    both,
    cluster,
    data,
    host,
    model,
    rendered,
    typed,
)


def test_each_runtime_has_its_files_in_a_folder_of_its_own() -> None:
    spec = typed(both())
    made = {file.path: file for file in documents(spec) if file.path.startswith("models/")}
    assert set(made) == {
        "models/apertus/model.yaml",
        "models/apertus/weights.yaml",
        "models/apertus/desk/podman/serve.sh",
        "models/apertus/desk/apptainer/image.sh",
        "models/apertus/desk/apptainer/serve.sh",
        "models/apertus/cloud/vllm-chart/manifests/network-policy.yaml",
        "models/apertus/cloud/vllm-chart/values.yaml",
    }
    assert made["models/apertus/desk/podman/serve.sh"].executable


def test_what_is_in_a_folder_is_what_its_runtime_writes() -> None:
    from blueprints.kinds.inference.placed import placed

    spec = typed(both())
    made = rendered(spec)
    for one in placed(spec):
        for runtime in one.runtimes:
            for file in registry.runtime(runtime.name).write(one.service, one.site):
                path = f"{one.folder}/{runtime.name}/{file.path}"
                assert made[path] == file.content.decode()


def test_what_is_said_of_a_model_can_be_onboarded_again() -> None:
    said = model(
        options={"seed": 7, "override-generation-config": {"it's": True}},
        environment={"X": "$(id)"},
        api_key="a/b",
        parallel={"tensor": 1},
    )
    text = rendered(typed(data(said)))["models/apertus/model.yaml"]
    assert yaml.safe_load(text) == said
    assert yamlfile.parse(Model, text, "model.yaml") == typed(data(said)).models[0]


def test_where_the_weights_lie_is_said_for_each_site() -> None:
    store = {
        "endpoint": "https://s3.other.example.org",
        "bucket": "weights",
        "checksum": "when_required",
    }
    said = both(sites=[host(), cluster(store={**store, "prefix": "hub"})])
    found = yaml.safe_load(rendered(typed(said))["models/apertus/weights.yaml"])
    assert found["licence"] == "Apache-2.0"
    assert [one["storageUri"] for one in found["mirrors"]] == [
        "s3://models/huggingface.co/swiss-ai/Apertus-8B-Instruct-2509",
        "s3://weights/hub/swiss-ai/Apertus-8B-Instruct-2509",
    ]
