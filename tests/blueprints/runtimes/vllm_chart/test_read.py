import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from blueprints.check import events
from blueprints.emit.yaml import yaml_text
from blueprints.runtimes.runtime import ReadError
from blueprints.runtimes.same import differences
from blueprints.runtimes.vllm_chart import RUNTIME
from blueprints.runtimes.vllm_chart.read import read, read_rendered
from blueprints.service.facts import facts
from blueprints.service.service import Image, Mount, Probe, Service
from tests.blueprints.runtimes.site import SITE

SERVICE = Service(
    name="scout",
    image=Image("registry.example.org/vllm/vllm-openai", f"sha256:{'ab' * 32}", "amd64"),
    command=("vllm", "serve", "/models/org/Name", "--host=0.0.0.0", "--port=8000"),
    port=8000,
    accelerator="cuda",
    devices=2,
    mounts=(Mount("/models", "/m", "models", read_only=True), Mount("/cache", "/c", "scout-cache")),
    probe=Probe("/health", 1800),
    environment={"HOME": "/cache", "X": "$(HOME)"},
    secrets={"VLLM_API_KEY": "models/scout"},
    processors=8,
    memory=64 << 30,
)


def _values() -> dict[str, Any]:
    written = {file.path: file.content for file in RUNTIME.write(SERVICE, SITE)}
    data = events.read(written["values.yaml"].decode())[0][0].data
    assert isinstance(data, dict)
    return copy.deepcopy(data)


def _files(data: Mapping[str, Any]) -> dict[str, bytes]:
    written = {file.path: file.content for file in RUNTIME.write(SERVICE, SITE)}
    return {**written, "values.yaml": yaml_text([data])}


Edit = Callable[[dict[str, Any]], object]
CHANGES: list[tuple[str, Edit]] = [
    ("image", lambda v: v["image"].update(tag="cd" * 32)),
    ("argv.2", lambda v: v["image"]["command"].__setitem__(2, "/models/org/Name")),
    ("argv.4", lambda v: v["image"]["command"].pop()),
    ("env.HOME", lambda v: v["image"]["env"].pop(0)),
    ("env.X", lambda v: v["image"]["env"][1].update(value="$(HOME)")),
    ("secret.VLLM_API_KEY", lambda v: v["image"]["env"].pop()),
    ("also.custom-objects", lambda v: v.update(customObjects=[{"kind": "Deployment"}])),
    ("also.env-from.configs", lambda v: v.update(configs={"A": "b"})),
    ("also.env-from.secrets", lambda v: v.update(secrets={"A": "b"})),
    ("also.container.x", lambda v: v.update(extraContainers=[{"name": "x", "image": "y"}])),
    ("also.init.wait-download-model", lambda v: v["extraInit"].pop("modelDownload")),
    ("also.init.wait-for-weights", lambda v: v["extraInit"]["initContainers"][0].update(image="x")),
    ("also.replicas", lambda v: v.update(replicaCount=2)),
    ("also.autoscaling", lambda v: v["autoscaling"].update(enabled=True)),
    ("also.privileged", lambda v: v["image"]["securityContext"].update(privileged=True)),
    ("name", lambda v: v.pop("serviceName")),
    ("port", lambda v: v.update(containerPort=9)),
    ("architecture", lambda v: v.pop("nodeSelector")),
    ("devices", lambda v: v["resources"]["limits"].update({"nvidia.com/gpu": 1})),
    ("processors", lambda v: v["resources"]["limits"].update(cpu=1)),
    ("memory", lambda v: v["resources"]["limits"].update(memory="1Gi")),
    ("probe.path", lambda v: v["livenessProbe"]["httpGet"].update(path="/")),
    ("probe.period-seconds", lambda v: v["readinessProbe"].update(periodSeconds=11)),
    ("probe.start-seconds", lambda v: v["livenessProbe"].update(initialDelaySeconds=15)),
]


@pytest.mark.parametrize(("fact", "edit"), CHANGES, ids=[fact for fact, _ in CHANGES])
def test_what_is_changed_in_values_is_found(fact: str, edit: Edit) -> None:
    meant = facts(SERVICE, "cluster")
    data = _values()
    assert not list(differences(meant, read(_files(data)), RUNTIME.cannot))
    edit(data)
    found = differences(meant, read(_files(data)), RUNTIME.cannot)
    assert fact in {one.fact for one in found}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("requestGPU", "the chart knows no requestGPU"),
        ("image", r"the chart knows no image\.digest"),
    ],
)
def test_a_key_that_the_chart_does_not_know_is_told(key: str, message: str) -> None:
    data = _values()
    data[key] = {"digest": "x"}
    with pytest.raises(ReadError, match=rf"^values.yaml:\d+: {message}"):
        read(_files(data))


def test_a_secret_without_what_fills_it_is_found() -> None:
    files = _files(_values())
    del files["manifests/secret.yaml"]
    assert read(files)["secret.VLLM_API_KEY"] == "key VLLM_API_KEY of Secret scout-engine"


def test_a_render_without_values_is_told() -> None:
    with pytest.raises(ReadError, match="there is no such file"):
        read({})
    with pytest.raises(ReadError, match="has to be one mapping"):
        read({"values.yaml": b"---\na: 1\n---\nb: 1\n"})


def test_what_helm_made_is_believed_over_what_values_seem_to_say() -> None:
    files = _files(_values())
    with pytest.raises(ReadError, match="makes 0 Deployments"):
        read_rendered(files, {"templates/a.yaml": b"kind: Service\n"})
    deployment = {
        "kind": "Deployment",
        "spec": {
            "template": {
                "metadata": {"labels": {"release": "scout"}},
                "spec": {"containers": [{"name": "vllm", "image": "other"}]},
            }
        },
    }
    service = {
        "kind": "Service",
        "metadata": {"name": "scout"},
        "spec": {"selector": {"release": "scout"}},
    }
    made = {"templates/a.yaml": yaml_text([deployment, service])}
    found = read_rendered(files, made)
    assert (found["image"], found["name"]) == ("other", "scout")
    service["spec"] = {"selector": {"release": "test"}}
    assert (
        read_rendered(files, {"templates/a.yaml": yaml_text([deployment, service])})["name"] == ""
    )
