"""Values of production-stack's chart, read by what its templates make of them, or what Helm made.

Source: ``helm/templates`` of vllm-project/production-stack at ``vllm-stack-0.1.10``. What the chart
adds to any service is taken out only where it is exactly that; keys that it does not know are told.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from blueprints.check.documents import at, items, mapping, text
from blueprints.runtimes.production_stack import template
from blueprints.runtimes.reading.manifests import Manifest, documents, of_kind, only, secret_keys
from blueprints.runtimes.reading.manifests import manifests as read_manifests
from blueprints.runtimes.reading.pods import pod_facts
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError
from blueprints.service.facts import Facts

FILE: Final = "values.yaml"
SCRIPT: Final = "vllm-entrypoint.sh"
_POD_IP: Final = "<fieldRef status.podIP>"
_OWN: Final[Mapping[str, str]] = {
    "env.HF_HOME": "/data",
    "env.LMCACHE_LOG_LEVEL": "DEBUG",
    "env.POD_IP": _POD_IP,
    "env.PROMETHEUS_MULTIPROC_DIR": "/tmp",  # noqa: S108 -- the chart's, in the container
    "env.VLLM_HOST_IP": _POD_IP,
    "env.VLLM_USE_V1": "1",
    "also.port.55555": "zmq-port",
    "also.port.9999": "ucx-port",
    "also.liveness-probe": "/bin/bash -c echo TBD",
    "also.readiness-probe": "/bin/bash -c echo TBD",
    "also.startup-probe": "/bin/bash -c python3 /scripts/wait_for_ray.py",
}
_WORD: Final = "TUTELA_WORD_"
_FIRST: Final = ("--host", "--port", "--distributed-executor-backend", "--tensor-parallel-size")
"""Flags with a value that the chart writes before the words that it is given, in its order."""
_BEFORE_CACHING: Final = "--distributed-executor-backend"
_NO_CACHING: Final = "--no-enable-prefix-caching"


def read(files: Mapping[str, bytes]) -> Facts:
    """Facts of ``values.yaml`` and ``manifests/``; raises ReadError."""
    values = _values(files)
    model = template.model(values)
    if "raySpec" in model:
        script = template.script(values)
        head, worker = template.head(values), template.worker(values)
        found = _cluster(files, values, (values, head), (values, worker), script, ())
    else:
        found = _alone(files, values, values, template.pod(values), ())
    return _named(files, values, found)


def read_rendered(files: Mapping[str, bytes], made: Mapping[str, bytes]) -> Facts:
    """Facts of what Helm made of the chart with these values; raises ReadError."""
    values = _values(files)
    objects = read_manifests(made)
    if "raySpec" in template.model(values):
        one = only(objects, "RayCluster")
        head = mapping(one.data, "spec", "headGroupSpec", "template", "spec")
        group = at(one.data, "spec", "workerGroupSpecs", 0)
        worker = mapping(group, "template", "spec")
        script = _script(one, head, objects)
        found = _cluster(files, values, (one, head), (one, worker), script, objects)
        found["nodes"] = str(1 + _whole(one, at(group, "replicas")))
    else:
        one = only(objects, "Deployment")
        pod = mapping(one.data, "spec", "template", "spec")
        found = _alone(files, values, one, pod, objects)
    return _named(files, values, found)


def _values(files: Mapping[str, bytes]) -> Manifest:
    if FILE not in files:
        raise ReadError(f"{FILE}:1: there is no such file")
    found = tuple(documents(FILE, files[FILE]))
    if len(found) != 1:
        raise ReadError(f"{FILE}:1: has to be one mapping")
    template.known(found[0])
    return found[0]


def _keys(files: Mapping[str, bytes], objects: Iterable[Manifest]) -> Mapping[tuple[str, str], str]:
    beside = {name: content for name, content in files.items() if name.startswith("manifests/")}
    return secret_keys([*read_manifests(beside), *objects])


def _alone(
    files: Mapping[str, bytes],
    values: Manifest,
    one: Manifest,
    pod: Mapping[str, Any],
    objects: Iterable[Manifest],
) -> dict[str, str]:
    found = pod_facts(one, pod, container="vllm", keys=_keys(files, objects))
    argv = [found.pop(f"argv.{number}") for number in range(_length(found))]
    found |= _argv(argv, alone=True)
    found |= {"nodes": "1", "gather": "alone"}
    copies = template.model(values).get("replicaCount")
    if copies != 1:
        found["also.replicas"] = str(copies)
    return found


def _length(found: Mapping[str, str]) -> int:
    return sum(key.startswith("argv.") for key in found)


def _cluster(
    files: Mapping[str, bytes],
    values: Manifest,
    head: tuple[Manifest, Mapping[str, Any]],
    worker: tuple[Manifest, Mapping[str, Any]],
    script: str,
    objects: Iterable[Manifest],
) -> dict[str, str]:
    keys = _keys(files, objects)
    found, other = (_of_node(*each, keys) for each in (head, worker))
    known = {
        key.removeprefix("env."): value for key, value in found.items() if key.startswith("env.")
    }
    found |= _argv(_words(script, head[0].file, known), alone=False)
    nodes = _whole(values, template.model(values).get("replicaCount")) + 1
    found |= {"nodes": str(nodes), "gather": "ray"}
    if found.pop("env.EXPECTED_NODES", "") != str(nodes):
        found["also.expected-nodes"] = "the head waits for another number of nodes"
    found.pop("probe.start-seconds", None)
    found.pop("probe.period-seconds", None)
    for key in (found.keys() | other.keys()) - _OF_HEAD:
        if found.get(key) != other.get(key) and not key.startswith("argv."):
            found[f"also.worker.{key}"] = other.get(key, "nothing")
    return found


_OF_HEAD: Final = {
    "port",
    "probe.path",
    "nodes",
    "gather",
    "also.startup-probe",
    "also.readiness-probe",
    "also.expected-nodes",
    "probe.start-seconds",
    "probe.period-seconds",
}
_SCRIPTS: Final = ("mount./scripts", "mount./entrypoint")


def _of_node(
    one: Manifest, pod: Mapping[str, Any], keys: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """Without the words: KubeRay starts Ray before them, and a script the engine."""
    found = pod_facts(one, pod, keys=keys)
    for key in [key for key in found if key.startswith("argv.")]:
        del found[key]
    found.pop("also.entrypoint", None)
    for key in _SCRIPTS:
        if found.get(key, "").startswith("configMap:"):
            del found[key]
    return found


def _script(one: Manifest, head: Mapping[str, Any], objects: Iterable[Manifest]) -> str:
    """The script that the head mounts at ``/entrypoint``."""
    for volume in items(head, "volumes"):
        name = text(volume, "configMap", "name")
        for other in of_kind(objects, "ConfigMap"):
            if other.name == name and SCRIPT in mapping(other.data, "data"):
                return text(other.data, "data", SCRIPT)
    raise one.wrong(f"its head mounts no {SCRIPT}")


def _words(script: str, file: str, known: Mapping[str, str]) -> list[str]:
    """What the script executes, after the shell: the array ``ARGS``."""
    commands = parse(script, f"{file}({SCRIPT})")
    values = Values(f"{file}({SCRIPT})", dict(known))
    for command in commands:
        for one in command.assignments:
            if one.name != "ARGS":
                continue
            words = one.value if isinstance(one.value, tuple) else (one.value,)
            for word in words:
                values.fields(word)  # what the shell would only know when it runs is refused
            values.assign(one)
    found = values.known.get("ARGS")
    if not isinstance(found, tuple):
        raise ReadError(f"{file}:1: {SCRIPT} makes no list of words")
    return list(found)


def _argv(words: list[str], *, alone: bool) -> Iterator[tuple[str, str]]:
    """Without the flags that the chart writes first and that are said again behind."""
    front, rest = words[:3], words[3:]
    kept: list[str] = []
    for flag in _FIRST:
        if rest[:1] == [flag]:
            said, rest = rest[:2], rest[2:]
            kept += [] if _again(rest, flag) else said
        if flag == _BEFORE_CACHING and alone and rest[:1] == ["--enable-prefix-caching"]:
            rest = rest[1:]
        elif flag == _BEFORE_CACHING and alone and rest[:1] == [_NO_CACHING]:
            kept += [] if _again(rest[1:], _NO_CACHING) else rest[:1]
            rest = rest[1:]
    for number, word in enumerate([*front, *kept, *rest]):
        yield f"argv.{number}", word


def _again(rest: list[str], flag: str) -> bool:
    return any(word == flag or word.startswith(f"{flag}=") for word in rest)


def _named(files: Mapping[str, bytes], values: Manifest, found: dict[str, str]) -> Facts:
    """Without what the chart adds to any service, and with the service's name."""
    for key, own in _OWN.items():
        if found.get(key) == own:
            del found[key]
    for key in [key for key in found if key.startswith(f"env.{_WORD}")]:
        del found[key]
    if found.get("mount./data", "").endswith("-storage-claim rw"):
        del found["mount./data"]
    labels = mapping(values.data, "servingEngineSpec", "labels")
    found["name"] = text(labels, "release")
    for key in template.unmeant(values):
        found[f"also.values.{key}"] = "set"
    beside = {name: content for name, content in files.items() if name.startswith("manifests/")}
    guarded = {
        "helm-release-name": found["name"],
        "model": text(template.model(values), "name"),
    }
    for one in of_kind(read_manifests(beside), "NetworkPolicy"):
        if mapping(one.data, "spec", "podSelector", "matchLabels") != guarded:
            found["also.network-policy"] = "covers other pods than the chart's"
    return found


def _whole(one: Manifest, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise one.wrong("replicas have to be a number")
    return value
