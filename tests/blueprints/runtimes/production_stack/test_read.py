import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from blueprints.check import events
from blueprints.emit.yaml import yaml_text
from blueprints.runtimes.production_stack import RUNTIME, template
from blueprints.runtimes.production_stack.read import read, read_rendered
from blueprints.runtimes.reading.manifests import Manifest
from blueprints.runtimes.runtime import ReadError
from blueprints.runtimes.same import differences
from blueprints.service.facts import facts
from blueprints.service.service import Service
from tests.blueprints.runtimes.production_stack.services import ALONE, SEVERAL
from tests.blueprints.runtimes.site import SITE

Edit = Callable[[dict[str, Any]], object]


def _files(service: Service) -> dict[str, bytes]:
    return {file.path: file.content for file in RUNTIME.write(service, SITE)}


def _data(content: bytes) -> dict[str, Any]:
    data = events.read(content.decode())[0][0].data
    assert isinstance(data, dict)
    return copy.deepcopy(data)


def _model(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = values["servingEngineSpec"]["modelSpec"][0]
    return found


def _found(service: Service, edit: Edit) -> set[str]:
    files = _files(service)
    values = _data(files["values.yaml"])
    edit(values)
    files["values.yaml"] = yaml_text([values])
    return {one.fact for one in differences(facts(service, "cluster"), read(files), RUNTIME.cannot)}


EITHER: list[tuple[str, Edit]] = [
    ("image", lambda v: _model(v).update(tag="cd" * 32)),
    ("argv.2", lambda v: _model(v).update(modelURL="/models/other")),
    ("argv.3", lambda v: _model(v)["vllmConfig"]["extraArgs"].pop(0)),
    ("argv.8", lambda v: _model(v)["vllmConfig"]["extraArgs"].remove("--plain=1")),
    ("env.HOME", lambda v: _model(v)["env"].pop(0)),
    ("env.HF_HOME", lambda v: _model(v).pop("pvcStorage")),
    ("secret.HF_TOKEN", lambda v: _model(v).pop("hf_token")),
    ("secret.VLLM_API_KEY", lambda v: v["servingEngineSpec"].update(vllmApiKey="")),
    ("env.VLLM_API_KEY", lambda v: v["servingEngineSpec"].update(vllmApiKey="a-key")),
    ("mount./models", lambda v: _model(v)["extraVolumeMounts"].pop(0)),
    ("mount./cache", lambda v: _model(v)["extraVolumeMounts"][1].update(readOnly=True)),
    ("shared-memory", lambda v: _model(v).pop("shmSize")),
    ("accelerator", lambda v: _model(v).update(requestGPUType="amd.com/gpu")),
    ("devices", lambda v: _model(v).update(requestGPU=1)),
    ("processors", lambda v: _model(v).update(limitCPU=1)),
    ("memory", lambda v: _model(v).pop("limitMemory")),
    ("architecture", lambda v: _model(v).pop("nodeSelectorTerms")),
    ("port", lambda v: v["servingEngineSpec"].update(containerPort=9)),
    ("name", lambda v: v["servingEngineSpec"]["labels"].update(release="x")),
    ("also.network-policy", lambda v: _model(v).update(name="x")),
    ("also.values.modelSpec.enableLoRA", lambda v: _model(v).update(enableLoRA=True)),
    ("also.values.modelSpec.vllmConfig.dtype", lambda v: _model(v)["vllmConfig"].update(dtype="x")),
    ("also.values.routerSpec", lambda v: v.pop("routerSpec")),
    ("also.values.cacheserverSpec", lambda v: v.update(cacheserverSpec={"enabled": True})),
    (
        "also.values.servingEngineSpec.configs",
        lambda v: v["servingEngineSpec"].update(configs={"a": "b"}),
    ),
]
ONLY_ALONE: list[tuple[str, Edit]] = [
    ("also.replicas", lambda v: _model(v).update(replicaCount=2)),
    ("argv.3", lambda v: _model(v)["vllmConfig"].update(enablePrefixCaching=False)),
    ("env.VLLM_USE_V1", lambda v: _model(v)["vllmConfig"].update(v0="1")),
    (
        "probe.start-seconds",
        lambda v: v["servingEngineSpec"]["startupProbe"].update(failureThreshold=1),
    ),
    (
        "probe.period-seconds",
        lambda v: v["servingEngineSpec"]["livenessProbe"].update(periodSeconds=1),
    ),
    ("probe.path", lambda v: v["servingEngineSpec"]["livenessProbe"]["httpGet"].update(path="/")),
]
ONLY_SEVERAL: list[tuple[str, Edit]] = [
    ("nodes", lambda v: _model(v).update(replicaCount=1)),
    ("gather", lambda v: _model(v).pop("raySpec")),
    ("env.VLLM_USE_V1", lambda v: _model(v)["vllmConfig"].pop("v1")),
    ("argv.3", lambda v: _model(v)["vllmConfig"].update(enablePrefixCaching=True)),
    ("also.worker.devices", lambda v: _model(v)["raySpec"]["headNode"].update(requestGPU=1)),
]


@pytest.mark.parametrize(("fact", "edit"), EITHER + ONLY_ALONE)
def test_what_is_changed_on_one_node_is_found(fact: str, edit: Edit) -> None:
    assert not _found(ALONE, lambda _: None)
    assert fact in _found(ALONE, edit)


@pytest.mark.parametrize(("fact", "edit"), EITHER + ONLY_SEVERAL)
def test_what_is_changed_on_several_nodes_is_found(fact: str, edit: Edit) -> None:
    assert not _found(SEVERAL, lambda _: None)
    assert _found(SEVERAL, edit) & {fact, f"also.worker.{fact}"}


def test_a_secret_without_what_fills_it_is_found() -> None:
    files = _files(ALONE)
    del files["manifests/secret.yaml"]
    found = read(files)
    assert found["secret.VLLM_API_KEY"] == "key VLLM_API_KEY of Secret scout-engine"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda v: v.update(routerspec={}), "the chart knows no routerspec"),
        (lambda v: _model(v).update(maxModelLenn=1), "the chart knows no modelSpec.maxModelLenn"),
        (
            lambda v: _model(v)["vllmConfig"].update(extraArg=[]),
            "the chart knows no modelSpec.vllmConfig.extraArg",
        ),
        (lambda v: v["servingEngineSpec"]["modelSpec"].clear(), "has to be a list of one"),
        (lambda v: _model(v).update(replicaCount="1"), "replicas have to be a number"),
        (
            lambda v: _model(v)["vllmConfig"]["extraArgs"].append("$(id)"),
            "known only when it runs",
        ),
    ],
)
def test_what_the_chart_would_take_without_a_word_is_told(edit: Edit, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        _found(SEVERAL, edit)


def test_a_render_without_values_is_told() -> None:
    with pytest.raises(ReadError, match="there is no such file"):
        read({})
    with pytest.raises(ReadError, match="has to be one mapping"):
        read({"values.yaml": b"---\na: 1\n---\nb: 1\n"})


def _made(service: Service) -> tuple[dict[str, bytes], list[Mapping[str, Any]]]:
    """As Helm makes it, from the same pods: the chart itself is at hand in other tests."""
    files = _files(service)
    values = Manifest("values.yaml", 1, _data(files["values.yaml"]))
    if service.nodes == 1:
        spec = {"template": {"spec": template.pod(values)}}
        return files, [{"kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}]
    head = template.head(values)
    head["volumes"] = [*head["volumes"], {"name": "s", "configMap": {"name": "start"}}]
    script = {"vllm-entrypoint.sh": template.script(values) + 'exec "${ARGS[@]}"\n'}
    group = {"replicas": service.nodes - 1, "template": {"spec": template.worker(values)}}
    cluster = {
        "kind": "RayCluster",
        "metadata": {"name": "c"},
        "spec": {"headGroupSpec": {"template": {"spec": head}}, "workerGroupSpecs": [group]},
    }
    start = {"kind": "ConfigMap", "metadata": {"name": "start"}, "data": script}
    return files, [cluster, start]


@pytest.mark.parametrize("service", [ALONE, SEVERAL], ids=["alone", "several"])
def test_what_helm_made_is_read_as_the_same_service(service: Service) -> None:
    files, made = _made(service)
    found = read_rendered(files, {"templates/a.yaml": yaml_text(made)})
    assert list(differences(facts(service, "cluster"), found, RUNTIME.cannot)) == []


def test_a_cluster_without_a_start_is_told() -> None:
    files, made = _made(SEVERAL)
    with pytest.raises(ReadError, match="its head mounts no vllm-entrypoint"):
        read_rendered(files, {"templates/a.yaml": yaml_text(made[:1])})
    empty = {**made[1], "data": {"vllm-entrypoint.sh": "exec vllm\n"}}
    with pytest.raises(ReadError, match="makes no list of words"):
        read_rendered(files, {"templates/a.yaml": yaml_text([made[0], empty])})
