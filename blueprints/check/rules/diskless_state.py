"""State or control on a node that may lose everything at its next boot.

Looks at pods that can run on HPC nodes only (`hpc=true`): these have no disk and are reinstalled
between jobs. Databases, message queues, user interfaces, controllers and whatever holds a claim
that it writes to belong on virtual machines; an `emptyDir` on such a node is memory (and must say
so with `medium: Memory`), local volumes and host paths do not outlive the pod.

Models are read there, caches and shared memory are fine.

Take the node selector and toleration away, or mount what it reads as read-only.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.components import component_of
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mappings, text
from blueprints.check.cluster.workload import Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.gpu_placement import on_hpc
from blueprints.check.settings import Settings

ID = "diskless-state"
LEVEL = Level.ERROR

_LOCAL = ("kubernetes.io/no-provisioner", "rancher.io/local-path", "topolvm.io")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What would not survive on a diskless node."""
    known = cluster.of(repo, settings)
    for workload in known.workloads:
        if on_hpc(workload):
            yield from _judge(known, workload)


def _judge(known: Cluster, workload: Workload) -> Iterator[Finding]:
    item, top = workload.object, workload.spec_path
    if item.kind == "StatefulSet":
        yield found(
            ID, LEVEL, item, ("kind",), f"{item} keeps state and can run on diskless nodes only"
        )
    for container in workload.containers:
        component = component_of(text(container.data, "image"))
        if component is not None and component.stateful:
            message = (
                f"{item}: {component.name} keeps state or controls "
                "others, and can run on diskless nodes only"
            )
            yield found(ID, LEVEL, item, (*container.path, "image"), message)
    written = {
        text(mount, "name")
        for container in workload.containers
        for _, mount in mappings(container.data, "volumeMounts")
        if at(mount, "readOnly") is not True
    }
    for index, volume in mappings(workload.pod, "volumes"):
        name, where = text(volume, "name"), (*top, "volumes", index)
        claim = text(volume, "persistentVolumeClaim", "claimName")
        if (
            claim
            and name in written
            and at(volume, "persistentVolumeClaim", "readOnly") is not True
        ):
            bound = known.get("PersistentVolumeClaim", known.namespace(item), claim)
            if bound is None or "ReadWriteMany" not in str(at(bound.data, "spec", "accessModes")):
                message = f"{item} writes to claim {claim}, which binds it to one diskless node"
                yield found(ID, LEVEL, item, where, message)
        if "hostPath" in volume or "local" in volume:
            yield found(ID, LEVEL, item, where, f"{item} keeps volume {name} on a diskless node")
        if (
            isinstance(volume.get("emptyDir"), dict)
            and at(volume, "emptyDir", "medium") != "Memory"
        ):
            message = f"{item}: volume {name} lies on the disk of a node that has none"
            yield found(
                ID,
                LEVEL,
                item,
                where,
                message,
                "set medium: Memory and count it in the memory limit",
            )
