"""A claim that no volume can fill as it says, or that its pods use in another way.

Looks at PersistentVolumeClaims, claim templates and PersistentVolumes: one access mode each; a
storage class said (or the volume by name, with an empty class); a size; a volume mode; a volume and
the claim that it is for name each other and agree in mode, class and size; a claim that can only be
read is mounted read-only; one for one node is not shared by several pods. Of storage classes one at
most is the default: of two, claims get the newest.

What does not fit stays pending, or works until the second pod starts elsewhere.

Say it, and the same on both sides.
"""

from collections import defaultdict
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mapping, mappings, sequence, text
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "volume-claim"
LEVEL = Level.ERROR

_CLAIM = "PersistentVolumeClaim"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Claims, volumes, and pods that mount them."""
    known = cluster.of(repo, settings)
    yield from _defaults(known)
    for item in known.of_kind(_CLAIM):
        yield from _told(item, _claim(item.data, ("spec",)))
        yield from _told(item, _bound(known, item))
    for item in known.of_kind("StatefulSet"):
        for index, _template in mappings(item.data, "spec", "volumeClaimTemplates"):
            where: Path = ("spec", "volumeClaimTemplates", index, "spec")
            yield from _told(item, _claim(item.data, where))
    for item in known.of_kind("PersistentVolume"):
        yield from _told(item, _volume(known, item))
    yield from _users(known)


def _defaults(known: Cluster) -> Iterator[Finding]:
    several = [
        item for item in known.of_kind("StorageClass") if item.annotations.get(_DEFAULT) == "true"
    ]
    for item in several[1:]:
        message = f"{item} is the default, and {several[0]} is too"
        yield found(ID, LEVEL, item, ("metadata", "annotations", _DEFAULT), message)


def _told(item: Object, problems: Iterator[tuple[Path, str]]) -> Iterator[Finding]:
    for path, words in problems:
        yield found(ID, LEVEL, item, path, f"{item} {words}")


def _claim(data: object, where: Path) -> Iterator[tuple[Path, str]]:
    spec = mapping(data, *where)
    modes = sequence(spec, "accessModes")
    if len(modes) != 1:
        yield (*where, "accessModes"), f"must have one access mode, not {len(modes)}"
    if not isinstance(spec.get("storageClassName"), str):
        yield (*where, "storageClassName"), "takes the storage class that is the default today"
    elif spec["storageClassName"] == "" and not text(spec, "volumeName"):
        yield (*where, "volumeName"), "has neither a storage class nor a volume by name"
    if not quantity(mapping(spec, "resources", "requests").get("storage")):
        yield (*where, "resources"), "does not say how much it needs"


def _bound(known: Cluster, item: Object) -> Iterator[tuple[Path, str]]:
    name = text(item.data, "spec", "volumeName")
    volume = known.get("PersistentVolume", "", name) if name else None
    if volume is None:
        return
    if sequence(item.data, "spec", "accessModes") != sequence(volume.data, "spec", "accessModes"):
        yield ("spec", "accessModes"), f"has other access modes than {volume}"
    if at(item.data, "spec", "storageClassName") != at(volume.data, "spec", "storageClassName"):
        yield ("spec", "storageClassName"), f"has another storage class than {volume}"
    mode = text(item.data, "spec", "volumeMode") or "Filesystem"
    if mode != (text(volume.data, "spec", "volumeMode") or "Filesystem"):
        yield ("spec", "volumeMode"), f"has another volume mode than {volume}"
    wanted = quantity(mapping(item.data, "spec", "resources", "requests").get("storage"))
    given = quantity(mapping(volume.data, "spec", "capacity").get("storage"))
    if wanted is not None and given is not None and wanted > given:
        yield ("spec", "resources"), f"wants more than {volume} has"


def _volume(known: Cluster, item: Object) -> Iterator[tuple[Path, str]]:
    if len(sequence(item.data, "spec", "accessModes")) != 1:
        yield ("spec", "accessModes"), "must have one access mode"
    if not isinstance(at(item.data, "spec", "storageClassName"), str):
        yield ("spec", "storageClassName"), "does not say its storage class"
    if not quantity(mapping(item.data, "spec", "capacity").get("storage")):
        yield ("spec", "capacity"), "does not say how large it is"
    claimed = mapping(item.data, "spec", "claimRef")
    if not claimed:
        yield ("spec", "claimRef"), "can be taken by any claim (no claimRef)"
        return
    space, name = text(claimed, "namespace"), text(claimed, "name")
    claim = known.get(_CLAIM, space, name)
    if claim is not None and text(claim.data, "spec", "volumeName") != item.name:
        yield ("spec", "claimRef"), f"is for {claim}, which does not name it"
    for kind in ("nfs", "csi"):
        source = mapping(item.data, "spec", kind)
        read_only = "ReadOnlyMany" in sequence(item.data, "spec", "accessModes")
        if source and read_only and source.get("readOnly") is not True:
            yield ("spec", kind, "readOnly"), "can be written to by whoever mounts it"
    local = mapping(item.data, "spec", "local")
    required = mapping(item.data, "spec", "nodeAffinity", "required")
    if local and not sequence(required, "nodeSelectorTerms"):
        yield ("spec", "nodeAffinity"), "lies on a node and does not say on which"
    for _, term in mappings(required, "nodeSelectorTerms"):
        if not sequence(term, "matchExpressions") and not sequence(term, "matchFields"):
            yield ("spec", "nodeAffinity"), "has a node selector term that matches no node"


def _users(known: Cluster) -> Iterator[Finding]:
    users: dict[tuple[str, str], list[tuple[Workload, Path, bool]]] = defaultdict(list)
    for workload in known.workloads:
        space = known.namespace(workload.object)
        for index, volume in mappings(workload.pod, "volumes"):
            name = text(volume, "persistentVolumeClaim", "claimName")
            if name:
                path = (*workload.spec_path, "volumes", index)
                read = at(volume, "persistentVolumeClaim", "readOnly") is True
                users[space, name].append((workload, path, read))
    for (space, name), several in users.items():
        claim = known.get(_CLAIM, space, name)
        modes = sequence(claim.data, "spec", "accessModes") if claim else []
        for workload, path, read in several:
            if "ReadOnlyMany" in modes and not read:
                message = f"{workload.object} mounts {name} for writing, which can only be read"
                yield found(ID, LEVEL, workload.object, path, message)
        writers = [one for one in several if not one[2]]
        if (
            modes in (["ReadWriteOnce"], ["ReadWriteOncePod"])
            and len({id(one[0].object) for one in several}) > 1
            and writers
        ):
            workload, path, _ = several[-1]
            message = (
                f"{workload.object} shares claim {name} of one node with {several[0][0].object}"
            )
            yield found(ID, LEVEL, workload.object, path, message)
