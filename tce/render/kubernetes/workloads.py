"""What runs in sandboxes: a Deployment for each workload, its Service, volume, and way in by HTTPS.

Pods satisfy the profile `restricted`, mount no token and write to nothing but their volume and
scratch folders. The sandbox blueprint makes the parts.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Mount,
    Pod,
    Probes,
    Resources,
    claimed,
    connect,
    from_secret,
    get,
    scratch,
    value,
)
from blueprints.parts.manifests import KEPT, LABEL, Document, labels, manifest, yaml_file
from blueprints.parts.secrets import external_secret_of
from tce.render.kubernetes import places
from tce.render.kubernetes.ingress import way_in
from tce.render.secrets.stores import APPS
from tce.render.storage.volumes import CLASS, claim

if TYPE_CHECKING:
    from tce.intent.spec import Sandbox, Specification, Workload

_GPU = "nvidia.com/gpu"
_USER = 10001
_HOME = "/home/program"


def files(spec: "Specification") -> Iterator[File]:
    """``secrets.yaml`` and ``workloads/<workload>.yaml`` in the folder of each sandbox."""
    for sandbox in spec.sandboxes:
        given = list(secrets(sandbox))
        if given:
            yield yaml_file(f"k8s/sandboxes/{sandbox.name}/secrets.yaml", given)
        for one in sandbox.workloads:
            path = f"k8s/sandboxes/{sandbox.name}/workloads/{one.name}.yaml"
            yield yaml_file(path, list(documents(spec, sandbox, one)))


def documents(spec: "Specification", sandbox: "Sandbox", one: "Workload") -> Iterator[Document]:
    """Everything of one workload."""
    yield _object(sandbox, one, "v1", "ServiceAccount", automountServiceAccountToken=False)
    if one.files:
        data = {path.rpartition("/")[2]: text for path, text in one.files.items()}
        yield _object(sandbox, one, "v1", "ConfigMap", data=data)
    if one.storage is not None:
        yield _claim(spec, sandbox, one, one.storage)
    yield deployment(spec, sandbox, one)
    yield _object(
        sandbox,
        one,
        "v1",
        "Service",
        spec={
            "type": "ClusterIP",
            "selector": places.selector(sandbox.name, one.name),
            "ports": [{"name": HTTP, "port": one.port, "targetPort": HTTP, "protocol": "TCP"}],
        },
    )
    if one.host is not None:
        own = {f"{LABEL}name": one.name, **labels(sandbox.name, one.name)}
        yield way_in(one.name, sandbox.name, one.host, one.name, HTTP, own)


def deployment(spec: "Specification", sandbox: "Sandbox", one: "Workload") -> Document:
    """One pod, the old one gone before the new one comes: it may hold a volume or GPUs."""
    devices = ((_GPU, one.gpus),) if one.gpus else ()
    ready = get(one.ready) if one.ready else connect(HTTP)
    alive = get(one.alive) if one.alive else ready
    home = {} if "HOME" in one.env else {"HOME": _HOME}
    container = Container(
        name=one.name,
        image=one.image,
        resources=Resources(one.cpu, one.memory, "1Gi", devices),
        command=one.command,
        args=one.args,
        env=[
            *(value(name, text) for name, text in {**home, **one.env}.items()),
            *(
                from_secret(name, secret(said.rpartition("/")[0]), said.rpartition("/")[2])
                for name, said in one.secrets.items()
            ),
        ],
        ports={HTTP: one.port},
        mounts=list(_mounts(one)),
        probes=Probes(ready, alive, start_seconds=1800 if one.gpus else 300),
    )
    pod = Pod([container], one.name, _USER, _placement(spec, one), stop_seconds=one.stop)
    template = {
        "metadata": {"labels": places.workload_labels(sandbox, one)},
        "spec": pod.written(),
    }
    return _object(
        sandbox,
        one,
        "apps/v1",
        "Deployment",
        spec={
            "replicas": 1,
            "revisionHistoryLimit": 3,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": places.selector(sandbox.name, one.name)},
            "template": template,
        },
    )


def _mounts(one: "Workload") -> Iterator[Mount]:
    """Its files, its volume, and folders in memory, which count against its limit: a node may have
    no disk.
    """
    for path in one.files:
        key = path.rpartition("/")[2]
        yield Mount(
            "files", path, {"configMap": {"name": one.name, "defaultMode": 0o444}}, True, key
        )
    if one.storage is not None:
        yield claimed("data", one.mount, claim(one))
    folders = {"/tmp": "1Gi", **one.scratch}  # noqa: S108 - in the container
    if "HOME" not in one.env:
        folders = {_HOME: "1Gi", **folders}
    if one.gpus:
        # Ranks of one model talk through it.
        folders = {"/dev/shm": "8Gi", **folders}  # noqa: S108
    for path, size in folders.items():
        yield scratch(path.strip("/").replace("/", "-").lower(), path, size, memory=True)


def _placement(spec: "Specification", one: "Workload") -> Document:
    """What asks for GPUs runs on nodes of the supercomputer, where there are such."""
    if not one.gpus:
        return {}
    if spec.vcluster is None:
        return {"tolerations": [{"key": _GPU, "operator": "Exists", "effect": "NoSchedule"}]}
    bears = {"key": "hpc", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
    return {"nodeSelector": {"hpc": "true"}, "tolerations": [bears]}


def secrets(sandbox: "Sandbox") -> Iterator[Document]:
    """A Secret for each path in OpenBao that workloads name, called like it: two that share a key
    share the Secret.
    """
    keys: dict[str, set[str]] = {}
    for said in (said for one in sandbox.workloads for said in one.secrets.values()):
        path, _, key = said.rpartition("/")
        keys.setdefault(path, set()).add(key)
    for path in sorted(keys):
        name = secret(path)
        made = external_secret_of(
            name,
            namespace=sandbox.name,
            part_of=sandbox.name,
            component=name,
            store={"kind": "SecretStore", "name": APPS},
            entries=[(key, f"{sandbox.name}/{path}", key) for key in sorted(keys[path])],
        )
        carried = {f"{LABEL}name": name, **labels(sandbox.name, name)}
        yield {**made, "metadata": {"name": name, "namespace": sandbox.name, "labels": carried}}


def secret(path: str) -> str:
    """The name of the Secret with what lies at a path."""
    return re.sub("[^a-z0-9]+", "-", path.lower()).strip("-")


def _claim(spec: "Specification", sandbox: "Sandbox", one: "Workload", size: str) -> Document:
    # A volume of one node would bind it to a node that is another one after every start.
    shared = one.gpus and spec.vcluster is not None
    return manifest(
        "v1",
        "PersistentVolumeClaim",
        claim(one),
        namespace=sandbox.name,
        part_of=sandbox.name,
        component=one.name,
        more_labels={f"{LABEL}name": one.name},
        annotations=KEPT,
        spec={
            "accessModes": ["ReadWriteMany" if shared else "ReadWriteOnce"],
            "storageClassName": CLASS,
            "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": size}},
        },
    )


def _object(sandbox: "Sandbox", one: "Workload", api: str, kind: str, **body: object) -> Document:
    named = {f"{LABEL}name": one.name, **labels(sandbox.name, one.name)}
    metadata = {"name": one.name, "namespace": sandbox.name, "labels": named}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}
