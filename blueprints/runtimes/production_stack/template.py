"""What the chart's templates make of values: pods as plain values, and the head's script.

Source: ``helm/templates/{deployment-vllm-multi,ray-cluster,_helpers}`` of
vllm-project/production-stack at ``vllm-stack-0.1.10``.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from blueprints.check.documents import at, items, mapping, text
from blueprints.runtimes.reading.manifests import Manifest

_SPEC: Final = frozenset(
    """containerPort containerSecurityContext enableEngine imagePullPolicy labels livenessProbe
    modelSpec runtimeClassName securityContext servicePort startupProbe strategy tolerations
    vllmApiKey""".split()  # noqa: SIM905
)
_SPEC_OTHER: Final = frozenset(
    "configs env extraPorts maxUnavailablePodDisruptionBudget schedulerName sidecar".split()  # noqa: SIM905
)
_MODEL: Final = frozenset(
    """annotations env extraVolumeMounts extraVolumes hf_token imagePullSecret limitCPU limitMemory
    modelURL name nodeSelectorTerms podAnnotations priorityClassName pvcAccessMode pvcAnnotations
    pvcLabels pvcMatchLabels pvcStorage raySpec replicaCount repository requestCPU requestGPU
    requestGPUType requestMemory runtimeClassName serviceAccountName shmSize storageClass tag
    vllmConfig""".split()  # noqa: SIM905
)
_MODEL_OTHER: Final = frozenset(
    """chatTemplate chatTemplateConfigMap enableLoRA enableTool initContainer keda limitGPUCores
    limitGPUMem limitGPUMemPercentage lmcacheConfig nodeName requestGPUCores requestGPUMem
    requestGPUMemPercentage resources toolCallParser""".split()  # noqa: SIM905
)
_ENGINE: Final = frozenset(("enablePrefixCaching", "extraArgs", "tensorParallelSize", "v0", "v1"))
_ENGINE_OTHER: Final = frozenset(
    """convert dtype enableChunkedPrefill gpuMemoryUtilization maxLoras maxModelLen maxNumSeqs
    pipelineParallelSize prometheusMultiprocDir revision runner""".split()  # noqa: SIM905
)
_TOP: Final = frozenset(("servingEngineSpec", "routerSpec"))
_TOP_OTHER: Final = frozenset(
    """cacheserverSpec dashboards grafanaDashboards loraAdapters loraController
    servingEngineService sharedPvcStorage sharedStorage""".split()  # noqa: SIM905
)


def known(values: Manifest) -> None:
    """Raise ReadError for a key that no template asks for: Helm takes it without a word."""
    for where, here, names in _levels(values):
        for key in here:
            if key not in names:
                shown = f"{where}.{key}" if where else key
                raise values.wrong(f"the chart knows no {shown}")
    if len(items(values.data, "servingEngineSpec", "modelSpec")) != 1:
        raise values.wrong("servingEngineSpec.modelSpec has to be a list of one")


def _levels(values: Manifest) -> Iterator[tuple[str, Mapping[str, Any], frozenset[str]]]:
    engine = mapping(values.data, "servingEngineSpec")
    yield "", values.data, _TOP | _TOP_OTHER
    yield "servingEngineSpec", engine, _SPEC | _SPEC_OTHER
    one = model(values)
    yield "modelSpec", one, _MODEL | _MODEL_OTHER
    yield "modelSpec.vllmConfig", mapping(one, "vllmConfig"), _ENGINE | _ENGINE_OTHER


def unmeant(values: Manifest) -> Iterator[str]:
    """Keys that change what runs and that no service asks for."""
    levels = list(_levels(values))
    for (where, here, _), other in zip(
        levels, (_TOP_OTHER, _SPEC_OTHER, _MODEL_OTHER, _ENGINE_OTHER), strict=True
    ):
        for key in here:
            if key in other and here[key] not in ({}, [], "", None, False):
                yield f"{where}.{key}" if where else key
    if at(values.data, "routerSpec", "enableRouter") is not False:
        yield "routerSpec"
    if at(values.data, "servingEngineSpec", "enableEngine") is False:
        yield "servingEngineSpec.enableEngine"


def model(values: Manifest) -> dict[str, Any]:
    """The one entry of ``modelSpec``."""
    return mapping(values.data, "servingEngineSpec", "modelSpec", 0)


def pod(values: Manifest) -> dict[str, Any]:
    """Of the Deployment."""
    one, engine = model(values), mapping(values.data, "servingEngineSpec")
    container = {
        **_container(values, "vllm", one),
        "command": ["vllm", "serve", *_words(values)],
        "env": [*_environment_alone(values), *_secrets(values), *items(one, "env")],
        "securityContext": mapping(engine, "containerSecurityContext"),
        "ports": [
            _port(engine),
            {"name": "zmq-port", "containerPort": 55555},
            {"name": "ucx-port", "containerPort": 9999},
        ],
        "startupProbe": mapping(engine, "startupProbe"),
        "livenessProbe": mapping(engine, "livenessProbe"),
    }
    return {**_placed(one), "containers": [container], "volumes": _volumes(one)}


def head(values: Manifest) -> dict[str, Any]:
    """Of the Ray cluster; the engine's words are in :func:`script`."""
    one, engine = model(values), mapping(values.data, "servingEngineSpec")
    share = mapping(one, "raySpec", "headNode")
    nodes = one.get("replicaCount")
    expected = nodes + 1 if isinstance(nodes, int) else None
    container = {
        **_container(values, "vllm-ray-head", share),
        "env": [
            *_environment_ray(values),
            {"name": "EXPECTED_NODES", "value": str(expected)},
            *_secrets(values),
            *items(one, "env"),
        ],
        "ports": [_port(engine)],
        "readinessProbe": {
            "httpGet": {"path": "/health", "port": _port(engine)["containerPort"]},
            "periodSeconds": 10,
        },
    }
    return {**_placed(one), "containers": [container], "volumes": _volumes(one)}


def worker(values: Manifest) -> dict[str, Any]:
    """Of the Ray cluster."""
    one = model(values)
    container = {
        **_container(values, "vllm-ray-worker", one),
        "env": [*_environment_ray(values), *_secrets(values), *items(one, "env")],
    }
    return {**_placed(one), "containers": [container], "volumes": _volumes(one)}


def script(values: Manifest) -> str:
    """The lines of the head's script that make the engine's words."""
    one = model(values)
    config = mapping(one, "vllmConfig")
    port = _port(mapping(values.data, "servingEngineSpec"))["containerPort"]
    lines = [
        f'ARGS=("vllm" "serve" "{_quote(text(one, "modelURL"))}"',
        f'  "--host" "0.0.0.0" "--port" "{port}"',
        '  "--distributed-executor-backend" "ray")',
    ]
    if config.get("enablePrefixCaching"):
        lines.append('ARGS+=("--enable-prefix-caching")')
    if "tensorParallelSize" in config:
        size = _quote(str(config["tensorParallelSize"]))
        lines.append(f'ARGS+=("--tensor-parallel-size" {size})')
    lines += [f"ARGS+=({_quote(str(word))})" for word in items(config, "extraArgs")]
    return "".join(f"{line}\n" for line in lines)


def _quote(word: str) -> str:
    """As Go's ``%q``, where that and bash differ: backslashes, quotes, what does not show."""
    return json.dumps(word, ensure_ascii=False)


def _words(values: Manifest) -> Iterator[Any]:
    one = model(values)
    config = mapping(one, "vllmConfig")
    port = _port(mapping(values.data, "servingEngineSpec"))["containerPort"]
    yield from (text(one, "modelURL"), "--host", "0.0.0.0", "--port", str(port))  # noqa: S104 -- the chart's
    caching = config.get("enablePrefixCaching")
    yield "--enable-prefix-caching" if caching else "--no-enable-prefix-caching"
    if "tensorParallelSize" in config:
        yield from ("--tensor-parallel-size", str(config["tensorParallelSize"]))
    yield from items(config, "extraArgs")


def _container(values: Manifest, name: str, share: Mapping[str, Any]) -> dict[str, Any]:
    one = model(values)
    limits = {
        "cpu": share.get("limitCPU"),
        "memory": share.get("limitMemory"),
        share.get("requestGPUType", "nvidia.com/gpu"): share.get("requestGPU"),
    }
    return {
        "name": name,
        "image": f"{text(one, 'repository')}:{text(one, 'tag')}",
        "resources": {"limits": {key: value for key, value in limits.items() if value is not None}},
        "volumeMounts": [*_own_mounts(one), *items(one, "extraVolumeMounts")],
    }


def _own_mounts(one: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "pvcStorage" in one:
        yield {"name": "storage", "mountPath": "/data"}
    if "tensorParallelSize" in mapping(one, "vllmConfig"):
        yield {"name": "shm", "mountPath": "/dev/shm"}  # noqa: S108 -- the chart's


def _volumes(one: Mapping[str, Any]) -> list[Any]:
    size = one.get("shmSize") or "20Gi"
    return [
        {"name": "storage", "persistentVolumeClaim": {"claimName": "of-the-chart-storage-claim"}},
        {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": size}},
        *items(one, "extraVolumes"),
    ]


def _placed(one: Mapping[str, Any]) -> dict[str, Any]:
    terms = items(one, "nodeSelectorTerms")
    if not terms:
        return {}
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    return {"affinity": {"nodeAffinity": {required: {"nodeSelectorTerms": terms}}}}


def _port(engine: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "container-port", "containerPort": engine.get("containerPort") or 8000}


def _home(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "HF_HOME", "value": "/data" if "pvcStorage" in one else "/tmp"}  # noqa: S108


def _field(name: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}


def _environment_alone(values: Manifest) -> Iterator[dict[str, Any]]:
    one = model(values)
    yield _home(one)
    yield _field("POD_IP")
    if not mapping(one, "vllmConfig"):
        return
    yield {"name": "LMCACHE_LOG_LEVEL", "value": "DEBUG"}
    if str(at(one, "vllmConfig", "v0")) == "1":
        yield {"name": "VLLM_USE_V1", "value": "0"}
    else:
        yield {"name": "PROMETHEUS_MULTIPROC_DIR", "value": "/tmp"}  # noqa: S108 -- the chart's


def _environment_ray(values: Manifest) -> Iterator[dict[str, Any]]:
    one = model(values)
    yield _field("VLLM_HOST_IP")
    yield _home(one)
    config = mapping(one, "vllmConfig")
    if config:
        yield {"name": "LMCACHE_LOG_LEVEL", "value": "DEBUG"}
        yield {"name": "VLLM_USE_V1", "value": str(config.get("v1", "0"))}


def _secrets(values: Manifest) -> Iterator[dict[str, Any]]:
    for name, said in (
        ("HF_TOKEN", model(values).get("hf_token")),
        ("VLLM_API_KEY", at(values.data, "servingEngineSpec", "vllmApiKey")),
    ):
        if isinstance(said, dict):
            key = {"name": text(said, "secretName"), "key": text(said, "secretKey")}
            yield {"name": name, "valueFrom": {"secretKeyRef": key}}
        elif said:
            yield {"name": name, "value": "<a secret in plain text>"}
