from collections.abc import Callable
from typing import Any

import pytest

from blueprints.runtimes.reading.manifests import Manifest
from blueprints.runtimes.reading.pods import expanded, pod_facts
from blueprints.runtimes.runtime import ReadError

Edit = Callable[[dict[str, Any]], object]


def _probe(**said: object) -> dict[str, Any]:
    return {"httpGet": {"path": "/health", "port": "http"}, "periodSeconds": 10, **said}


def _pod() -> dict[str, Any]:
    return {
        "nodeSelector": {"kubernetes.io/arch": "arm64", "hpc": "true"},
        "containers": [
            {
                "name": "vllm",
                "image": "registry.example.org/vllm@sha256:00",
                "command": ["vllm", "serve"],
                "args": ["/models/a b", "--port=8000", "--name=$$(HOME) $(HOME) $(OTHER)"],
                "workingDir": "/models",
                "env": [
                    {"name": "HOME", "value": "/cache"},
                    {"name": "HF_HOME", "value": "$(HOME)/huggingface"},
                    {
                        "name": "VLLM_API_KEY",
                        "valueFrom": {"secretKeyRef": {"name": "s", "key": "VLLM_API_KEY"}},
                    },
                ],
                "ports": [{"name": "http", "containerPort": 8000}],
                "resources": {
                    "limits": {"nvidia.com/gpu": 4, "cpu": "32", "memory": "64Gi"},
                    "requests": {"cpu": 8},
                },
                "startupProbe": _probe(failureThreshold=180),
                "readinessProbe": _probe(),
                "livenessProbe": _probe(),
                "volumeMounts": [
                    {"name": "models", "mountPath": "/models", "readOnly": True},
                    {"name": "cache", "mountPath": "/cache/"},
                    {"name": "shm", "mountPath": "/dev/shm"},
                ],
            }
        ],
        "volumes": [
            {"name": "models", "persistentVolumeClaim": {"claimName": "models"}},
            {"name": "cache", "persistentVolumeClaim": {"claimName": "scout-cache"}},
            {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "16Gi"}},
        ],
    }


FACTS = {
    "image": "registry.example.org/vllm@sha256:00",
    "argv.0": "vllm",
    "argv.1": "serve",
    "argv.2": "/models/a b",
    "argv.3": "--port=8000",
    "argv.4": "--name=$(HOME) /cache $(OTHER)",
    "env.HOME": "/cache",
    "env.HF_HOME": "/cache/huggingface",
    "secret.VLLM_API_KEY": "models/key",
    "mount./models": "models ro",
    "mount./cache": "scout-cache rw",
    "shared-memory": str(16 << 30),
    "working-folder": "/models",
    "architecture": "arm64",
    "processors": "32",
    "memory": str(64 << 30),
    "accelerator": "cuda",
    "devices": "4",
    "port": "8000",
    "probe.path": "/health",
    "probe.start-seconds": "1800",
    "probe.period-seconds": "10",
}


def _read(pod: dict[str, Any]) -> dict[str, str]:
    one = Manifest("pod.yaml", 7, {})
    return pod_facts(one, pod, keys={("s", "VLLM_API_KEY"): "models/key"})


def test_a_pod_says_what_a_service_says() -> None:
    assert _read(_pod()) == FACTS


def _engine(pod: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = pod["containers"][0]
    return found


CHANGES: list[tuple[str, Edit, str, str | None]] = [
    ("host network", lambda p: p.update(hostNetwork=True), "also.hostNetwork", "true"),
    (
        "privileged",
        lambda p: _engine(p).update(securityContext={"privileged": True}),
        "also.privileged",
        "true",
    ),
    (
        "sidecar",
        lambda p: p["containers"].append({"name": "x", "image": "i"}),
        "also.container.x",
        "i",
    ),
    (
        "init",
        lambda p: p.update(initContainers=[{"name": "x", "image": "i"}]),
        "also.init.x",
        "i",
    ),
    (
        "a map of variables",
        lambda p: _engine(p).update(envFrom=[{"configMapRef": {"name": "m"}}]),
        "also.env-from.m",
        "configMapRef",
    ),
    (
        "a hook",
        lambda p: _engine(p).update(lifecycle={"postStart": {}}),
        "also.lifecycle.postStart",
        "a hook",
    ),
    (
        "second port",
        lambda p: _engine(p)["ports"].append({"name": "y", "containerPort": 9}),
        "also.port.9",
        "y",
    ),
    (
        "probed elsewhere",
        lambda p: _engine(p)["readinessProbe"]["httpGet"].update(port=9),
        "also.probe-port",
        "9",
    ),
    (
        "probed by a command",
        lambda p: _engine(p).update(livenessProbe={"exec": {"command": ["sh", "-c", "true"]}}),
        "also.liveness-probe",
        "sh -c true",
    ),
    ("no command", lambda p: _engine(p).pop("command"), "also.entrypoint", "the image's own runs"),
    (
        "other key",
        lambda p: _engine(p)["env"][2]["valueFrom"]["secretKeyRef"].update(key="B"),
        "secret.VLLM_API_KEY",
        "key B of Secret s",
    ),
    (
        "variable twice: the last counts",
        lambda p: _engine(p)["env"].append({"name": "HOME", "value": "/x"}),
        "env.HOME",
        "/x",
    ),
    (
        "secret in a word",
        lambda p: _engine(p)["args"].append("$(VLLM_API_KEY)"),
        "argv.5",
        "<secret VLLM_API_KEY>",
    ),
    (
        "no memory",
        lambda p: p["volumes"].pop(2) and _engine(p)["volumeMounts"].pop(2),
        "shared-memory",
        str(64 << 20),
    ),
    ("on disk", lambda p: p["volumes"][2].update(emptyDir={}), "shared-memory", "on disk"),
    (
        "all memory",
        lambda p: p["volumes"][2]["emptyDir"].pop("sizeLimit"),
        "shared-memory",
        "0",
    ),
    (
        "writable",
        lambda p: _engine(p)["volumeMounts"][0].pop("readOnly"),
        "mount./models",
        "models rw",
    ),
    (
        "host's folder",
        lambda p: p["volumes"][0].update(persistentVolumeClaim=None, hostPath={"path": "/etc"}),
        "mount./models",
        "hostPath:/etc ro",
    ),
    (
        "other class",
        lambda p: _engine(p)["resources"]["limits"].update({"amd.com/gpu": 1}),
        "accelerator",
        "cuda+rocm",
    ),
    ("no startup probe", lambda p: _engine(p).pop("startupProbe"), "probe.start-seconds", "30"),
    ("any processor", lambda p: p.pop("nodeSelector"), "architecture", None),
]


@pytest.mark.parametrize(("name", "edit", "fact", "value"), CHANGES, ids=[c[0] for c in CHANGES])
def test_what_is_changed_is_read(name: str, edit: Edit, fact: str, value: str | None) -> None:
    pod = _pod()
    edit(pod)
    assert _read(pod).get(fact) == value


def test_an_architecture_is_read_of_terms_that_all_ask_for_it() -> None:
    pod = _pod()
    del pod["nodeSelector"]

    def term(*values: str) -> dict[str, Any]:
        said = {"key": "kubernetes.io/arch", "operator": "In", "values": list(values)}
        return {"matchExpressions": [said]}

    node = {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term("amd64")]}
    }
    pod["affinity"] = {"nodeAffinity": node}
    assert _read(pod)["architecture"] == "amd64"
    node["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"].append({})
    assert "architecture" not in _read(pod)


REFUSED: list[tuple[Edit, str]] = [
    (lambda p: _engine(p)["args"].append(8000), "word 5 of the command is no text"),
    (lambda p: _engine(p)["env"].append({"name": "A", "value": 1}), "the value of A is no text"),
    (lambda p: _engine(p)["env"].append({"value": "1"}), "a variable without a name"),
    (lambda p: p["containers"].clear(), "has no container"),
    (lambda p: p["volumes"].pop(0), "mounts the volume models"),
    (lambda p: _engine(p)["resources"]["limits"].update(cpu="lots"), "an amount that is none"),
    (
        lambda p: _engine(p)["readinessProbe"].update(periodSeconds="x"),
        "periodSeconds of a probe has to be a number",
    ),
]


@pytest.mark.parametrize(("edit", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_a_cluster_would_refuse_is_refused(edit: Edit, message: str) -> None:
    pod = _pod()
    edit(pod)
    with pytest.raises(ReadError, match=f"^pod.yaml:7: {message}"):
        _read(pod)


def test_the_engine_may_be_named() -> None:
    pod = _pod()
    pod["containers"].insert(0, {"name": "first", "image": "i"})
    assert pod_facts(Manifest("p", 1, {}), pod, container="vllm")["argv.1"] == "serve"
    with pytest.raises(ReadError, match="has no container other"):
        pod_facts(Manifest("p", 1, {}), pod, container="other")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("$$", "$"), ("$$$$(A)", "$$(A)"), ("$(A)$(B)", "1$(B)"), ("$A $", "$A $"), ("$(A", "$(A")],
)
def test_references_are_taken_as_the_kubelet_takes_them(text: str, meant: str) -> None:
    assert expanded(text, {"A": "1"}) == meant
