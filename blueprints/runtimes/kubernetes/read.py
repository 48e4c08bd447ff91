"""Manifests of a service, read as a cluster would run them."""

from collections.abc import Mapping
from typing import Any, Final

from blueprints.check.documents import at, mapping
from blueprints.runtimes.reading.manifests import (
    Manifest,
    manifests,
    of_kind,
    only,
    secret_keys,
)
from blueprints.runtimes.reading.pods import pod_facts
from blueprints.runtimes.runtime import ReadError
from blueprints.service.facts import Facts

_OWN: Final[Mapping[str, str]] = {
    "mount./tmp": "emptyDir rw",
    "env.VLLM_HOST_IP": "<fieldRef status.podIP>",
    "also.hostNetwork": "true",
}
"""What pods of several nodes have beyond the service, or any pod."""
_SCRIPT: Final = "mount./tutela"
_LEADER: Final = "$(LWS_LEADER_ADDRESS)"
_HEADS: Final = ("port", "probe.", "argv.", "also.port")
"""Facts that only the first node has, or has otherwise."""


def read(files: Mapping[str, bytes]) -> Facts:
    """See :data:`blueprints.runtimes.runtime.Reader`."""
    objects = manifests(files)
    keys = secret_keys(objects)
    if of_kind(objects, "LeaderWorkerSet"):
        if of_kind(objects, "Deployment"):
            raise of_kind(objects, "Deployment")[0].wrong("beside a LeaderWorkerSet")
        return _group(only(objects, "LeaderWorkerSet"), keys)
    one = only(objects, "Deployment")
    found = _of(one, ("spec", "template", "spec"), keys)
    found |= {"name": one.name, "nodes": "1", "gather": "alone"}
    return found | _copies(one)


def _copies(one: Manifest) -> dict[str, str]:
    copies = at(one.data, "spec", "replicas")
    return {} if copies in (None, 1) else {"also.replicas": str(copies)}


def _of(
    one: Manifest, path: tuple[str, ...], keys: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    found = pod_facts(one, mapping(one.data, *path), keys=keys)
    for key, own in _OWN.items():
        if found.get(key) == own and (key == "mount./tmp" or one.kind == "LeaderWorkerSet"):
            del found[key]
    return found


def _group(one: Manifest, keys: Mapping[tuple[str, str], str]) -> Facts:
    top = ("spec", "leaderWorkerTemplate")
    head = _of(one, (*top, "leaderTemplate", "spec"), keys)
    worker = _of(one, (*top, "workerTemplate", "spec"), keys)
    size: Any = at(one.data, *top, "size")
    if isinstance(size, bool) or not isinstance(size, int):
        raise one.wrong("size has to be a number")
    started, follows = _words(head), _words(worker)
    gather = "ray" if started[:1] == ["bash"] else "engine"
    command = _ray if gather == "ray" else _engine
    words, more = command(one, started, follows, size)
    found = {key: value for key, value in head.items() if not key.startswith("argv.")}
    found |= {f"argv.{number}": word for number, word in enumerate(words)}
    found |= {"name": one.name, "nodes": str(size), "gather": gather, **more, **_copies(one)}
    if gather == "ray" and found.pop(_SCRIPT, "").startswith("configMap:"):
        worker.pop(_SCRIPT, None)
    for key in sorted((head.keys() | worker.keys()) - {_SCRIPT}):
        if head.get(key) != worker.get(key) and not key.startswith(_HEADS):
            found[f"also.worker.{key}"] = worker.get(key, "nothing")
    return found


def _words(found: Mapping[str, str]) -> list[str]:
    keys = sorted((key for key in found if key.startswith("argv.")), key=_position)
    return [found[key] for key in keys]


def _position(key: str) -> int:
    return int(key.partition(".")[2])


def _ray(
    one: Manifest, head: list[str], worker: list[str], size: int
) -> tuple[list[str], dict[str, str]]:
    script = ["bash", "/tutela/cluster.sh"]
    if head[:3] != [*script, "head"] or worker[:3] != [*script, "worker"]:
        raise _odd(one)
    if head[3:4] != [str(size)] or worker[3:4] != [_LEADER] or worker[4:] != head[4:5]:
        raise _odd(one)
    return head[5:], {"gather-seconds": head[4]}


def _engine(
    one: Manifest, head: list[str], worker: list[str], size: int
) -> tuple[list[str], dict[str, str]]:
    meet = [f"--nnodes={size}", f"--master-addr={_LEADER}", "--master-port=29500"]
    command = head[: -len(meet) - 1]
    if head != [*command, *meet, "--node-rank=0"]:
        raise _odd(one)
    if worker != [*command, *meet, "--node-rank=$(LWS_WORKER_INDEX)", "--headless"]:
        raise _odd(one)
    return command, {}


def _odd(one: Manifest) -> ReadError:
    return one.wrong("its nodes are not started so that they find each other")
