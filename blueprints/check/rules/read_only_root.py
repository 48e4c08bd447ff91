"""A container can write to its own image.

Looks at `securityContext.readOnlyRootFilesystem` of every container, and at the user it runs as:
both must be said (the user for the pod or the container), and a volume's owner (`fsGroup`) where
a pod mounts one.

Whoever gets into such a container can replace its program; on diskless nodes what it writes also
fills the node's memory. A user that only the image names may change with the image, and then the
files on the volume belong to somebody else. OpenShift gives each namespace users of its own: a pod
that asks for that (annotation `openshift.io/required-scc: restricted-v2`) names none.

Set `readOnlyRootFilesystem: true`, and give the places that it writes to an `emptyDir` with a
`sizeLimit`. Software that cannot do so is listed in `policies/checks/components.yaml`.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mappings, number
from blueprints.check.cluster.workload import Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "read-only-root"
LEVEL = Level.WARNING
_SCC = "openshift.io/required-scc"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Containers with a writable root, and pods that do not say whom they run as."""
    for workload in cluster.of(repo, settings).workloads:
        for container in workload.containers:
            if at(container.data, "securityContext", "readOnlyRootFilesystem") is not True:
                message = (
                    f"{workload.object}: container {container.name} can write to its own image"
                )
                where = (*container.path, "securityContext", "readOnlyRootFilesystem")
                yield found(
                    ID, LEVEL, workload.object, where, message, "set readOnlyRootFilesystem: true"
                )
        yield from _user(workload)


def _user(workload: Workload) -> Iterator[Finding]:
    top = (*workload.spec_path, "securityContext")
    pod = workload.pod
    asked = at(workload.object.data, *workload.template, "metadata", "annotations", _SCC)
    given = asked == "restricted-v2"
    for field in ("runAsUser", "runAsGroup") if not given else ():
        if number(pod, "securityContext", field) is None and any(
            number(container.data, "securityContext", field) is None
            for container in workload.containers
        ):
            message = f"{workload.object} does not say {field}"
            yield found(ID, LEVEL, workload.object, (*top, field), message)
    if at(pod, "securityContext", "runAsNonRoot") is not True:
        message = f"{workload.object} does not say runAsNonRoot for all of its containers"
        yield found(ID, LEVEL, workload.object, (*top, "runAsNonRoot"), message)
    lasting = {
        volume.get("name")
        for _, volume in mappings(pod, "volumes")
        if at(volume, "persistentVolumeClaim") or at(volume, "ephemeral")
    } | {
        at(claim, "metadata", "name")
        for _, claim in mappings(workload.object.data, "spec", "volumeClaimTemplates")
    }
    if lasting and not given and number(pod, "securityContext", "fsGroup") is None:
        message = f"{workload.object} mounts a volume and does not say fsGroup"
        yield found(ID, LEVEL, workload.object, (*top, "fsGroup"), message)
    group = number(pod, "securityContext", "fsGroup")
    if group is not None and at(pod, "securityContext", "fsGroupChangePolicy") != "OnRootMismatch":
        message = f"{workload.object} gives every file of its volumes a new group at each start"
        hint = "set fsGroupChangePolicy: OnRootMismatch"
        yield found(ID, LEVEL, workload.object, (*top, "fsGroupChangePolicy"), message, hint)
    for index, volume in mappings(pod, "volumes"):
        if isinstance(volume.get("emptyDir"), dict) and not volume["emptyDir"].get("sizeLimit"):
            message = (
                f"{workload.object}: volume {volume.get('name')} may fill the node: no sizeLimit"
            )
            where = (*workload.spec_path, "volumes", index, "emptyDir")
            yield found(ID, LEVEL, workload.object, where, message)
