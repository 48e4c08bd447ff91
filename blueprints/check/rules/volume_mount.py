"""A mount without its volume, or mounts and volumes that do not go together.

Looks at every container: each `volumeMounts` entry names a volume of the pod (or a claim template
of the StatefulSet); no two mounts share a path; a volume that is read-only as a whole is mounted
`readOnly`; `subPath` of a ConfigMap or Secret is one of its entries.

Kubernetes refuses some of these only when the pod starts, and lets others through: a `subPath` that
is no entry becomes an empty folder where a program expects its settings.

Mend the name, the path, or both sides.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mapping, mappings, text
from blueprints.check.cluster.workload import Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "volume-mount"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every mount that does not do what it looks like."""
    known = cluster.of(repo, settings)
    for workload in known.workloads:
        for path, words in _problems(known, workload):
            yield found(ID, LEVEL, workload.object, path, f"{workload.object}: {words}")


def _problems(known: Cluster, workload: Workload) -> Iterator[tuple[Path, str]]:
    volumes = {text(volume, "name"): volume for _, volume in mappings(workload.pod, "volumes")}
    claims = {
        text(claim, "metadata", "name")
        for _, claim in mappings(workload.object.data, "spec", "volumeClaimTemplates")
    }
    names = [text(volume, "name") for _, volume in mappings(workload.pod, "volumes")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield (*workload.spec_path, "volumes"), f"there are two volumes of the name {name}"
    for container in workload.containers:
        taken: set[str] = set()
        for index, mount in mappings(container.data, "volumeMounts"):
            path = (*container.path, "volumeMounts", index)
            name, place = text(mount, "name"), text(mount, "mountPath").rstrip("/")
            if name not in volumes and name not in claims:
                yield (
                    path,
                    f"container {container.name} mounts {name!r}, which is no volume of the pod",
                )
                continue
            if place in taken:
                yield path, f"container {container.name} mounts two volumes at {place}"
            taken.add(place)
            yield from _fits(known, workload, path, mount, mapping(volumes, name))


def _fits(
    known: Cluster, workload: Workload, path: Path, mount: object, volume: dict[str, object]
) -> Iterator[tuple[Path, str]]:
    name, read_only = text(mount, "name"), at(mount, "readOnly") is True
    whole = any(
        at(volume, kind, "readOnly") is True for kind in ("persistentVolumeClaim", "csi", "nfs")
    )
    if whole and not read_only:
        yield path, f"volume {name} is read-only and mounted for writing"
    if not whole and read_only and "persistentVolumeClaim" in volume:
        others = [
            at(other, "readOnly")
            for container in workload.containers
            for _, other in mappings(container.data, "volumeMounts")
            if text(other, "name") == name
        ]
        if all(other is True for other in others):
            yield path, f"volume {name} is only read, and its claim is not readOnly"
    if not read_only and {"configMap", "secret", "projected", "downwardAPI"} & set(volume):
        yield path, f"volume {name} cannot be written to and is not mounted readOnly"
    part = text(mount, "subPath")
    if not part:
        return
    for kind, field, word in (
        ("ConfigMap", "name", "configMap"),
        ("Secret", "secretName", "secret"),
    ):
        source = mapping(volume, word)
        if not source:
            continue
        listed = [text(entry, "path") for _, entry in mappings(source, "items")]
        space = known.namespace(workload.object)
        given = known.provided.get((kind, space, text(source, field)))
        keys = listed or (given.keys if given and given.keys is not None else (part,))
        if part not in keys:
            yield (
                (*path, "subPath"),
                f"subPath {part!r} is no entry of {kind} {text(source, field)}",
            )
