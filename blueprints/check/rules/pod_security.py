"""A pod may do more than the `restricted` Pod Security Standard permits, or does not say so.

Looks at every pod template, wherever it is: privileged containers, the host's namespaces, paths
and ports, capabilities, privilege escalation, the user it runs as, the seccomp and AppArmor
profiles, SELinux, `/proc`, sysctls, kinds of volumes. Looks too at Namespaces with pods in the
repository: their labels must have the cluster refuse the same.

With such rights a container that is broken into reaches the node and, from there, every other
tenant's pods, models and keys. Slingshot devices often tempt to `hostNetwork`: network policies do
not apply to such pods.

Set what the message says. A node agent that cannot do without goes into a namespace of the
administration, with a suppression that says why.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mapping, mappings, number, sequence, text
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "pod-security"
LEVEL = Level.ERROR

# https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
_VOLUMES = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ]
)
_SECCOMP = ("RuntimeDefault", "Localhost")
_SYSCTLS = frozenset(
    [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ]
)
_SELINUX = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
Problem = tuple[Path, str]


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Everything in a pod that `restricted` would refuse."""
    known = cluster.of(repo, settings)
    for workload in known.workloads:
        problems = [*_pod(workload)]
        for container in workload.containers:
            problems.extend(_container(workload, container))
        for path, words in problems:
            yield found(ID, LEVEL, workload.object, path, f"{workload.object}: {words}")
    for namespace in repo.of_kind("Namespace"):
        if known.workloads_in.get(namespace.name):
            yield from _namespace(namespace)


def _namespace(namespace: Object) -> Iterator[Finding]:
    """What the cluster would refuse in a namespace."""
    for mode in ("enforce", "audit", "warn"):
        key = f"pod-security.kubernetes.io/{mode}"
        if namespace.labels.get(key) != "restricted":
            said = namespace.labels.get(key, "nothing")
            message = (
                f"{namespace} has {mode}: {said}, and its pods could "
                "do without more than restricted"
            )
            yield found(ID, LEVEL, namespace, ("metadata", "labels", key), message)


def _pod(workload: Workload) -> Iterator[Problem]:
    pod, top = workload.pod, workload.spec_path
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if at(pod, field) is True:
            yield (*top, field), f"{field} shares the node's own"
    if at(pod, "hostUsers") is True:
        yield (*top, "hostUsers"), "hostUsers shares the node's users"
    for index, volume in mappings(pod, "volumes"):
        for kind in volume:
            if kind != "name" and kind not in _VOLUMES:
                yield (
                    (*top, "volumes", index, kind),
                    f"volume {text(volume, 'name')} is of the kind {kind}",
                )
    yield from _context(mapping(pod, "securityContext"), (*top, "securityContext"), "the pod")
    for index, item in mappings(pod, "securityContext", "sysctls"):
        if text(item, "name") not in _SYSCTLS:
            where = (*top, "securityContext", "sysctls", index)
            yield where, f"sysctl {text(item, 'name')} is not a safe one"
    if any(at(pod, "securityContext", "windowsOptions", field) for field in ("hostProcess",)):
        yield (*top, "securityContext"), "hostProcess shares the node's own"


def _container(workload: Workload, container: Container) -> Iterator[Problem]:
    where = (*container.path, "securityContext")
    security, who = mapping(container.data, "securityContext"), f"container {container.name}"
    if at(security, "privileged") is True:
        yield (*where, "privileged"), f"{who} is privileged"
    if at(security, "allowPrivilegeEscalation") is not False:
        yield (
            (*where, "allowPrivilegeEscalation"),
            f"{who} must set allowPrivilegeEscalation: false",
        )
    dropped = sequence(security, "capabilities", "drop")
    if "ALL" not in dropped:
        yield (*where, "capabilities"), f"{who} must drop the capabilities ALL"
    for added in sequence(security, "capabilities", "add"):
        if added != "NET_BIND_SERVICE":
            yield (*where, "capabilities", "add"), f"{who} adds the capability {added}"
    if text(security, "procMount") not in ("", "Default"):
        yield (*where, "procMount"), f"{who} opens /proc"
    pod = mapping(workload.pod, "securityContext")
    root = security.get("runAsNonRoot", pod.get("runAsNonRoot"))
    if root is not True:
        yield (*where, "runAsNonRoot"), f"{who} must have runAsNonRoot: true"
    profile = at(security, "seccompProfile", "type") or at(pod, "seccompProfile", "type")
    if profile not in _SECCOMP:
        yield (*where, "seccompProfile"), f"{who} must have the seccompProfile RuntimeDefault"
    for index, port in mappings(container.data, "ports"):
        if number(port, "hostPort"):
            yield (*container.path, "ports", index, "hostPort"), f"{who} takes a port of the node"
    yield from _context(security, where, who)
    for hook in ("postStart", "preStop"):
        if text(container.data, "lifecycle", hook, "httpGet", "host"):
            yield (*container.path, "lifecycle", hook), f"{who} calls another host from {hook}"
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        for kind in ("httpGet", "tcpSocket"):
            if text(container.data, probe, kind, "host"):
                yield (*container.path, probe, kind, "host"), f"{who} probes another host"


def _context(security: dict[str, Any], where: Path, who: str) -> Iterator[Problem]:
    if at(security, "runAsUser") == 0:
        yield (*where, "runAsUser"), f"{who} runs as root"
    if "runAsNonRoot" in security and security["runAsNonRoot"] is False:
        yield (*where, "runAsNonRoot"), f"{who} permits root"
    for group in ("runAsGroup", "fsGroup"):
        if at(security, group) == 0:
            yield (*where, group), f"{who} has the group of root ({group}: 0)"
    if 0 in sequence(security, "supplementalGroups"):
        yield (*where, "supplementalGroups"), f"{who} has the group of root"
    if text(security, "seccompProfile", "type") == "Unconfined":
        yield (*where, "seccompProfile"), f"{who} runs without a seccomp profile"
    if text(security, "appArmorProfile", "type") == "Unconfined":
        yield (*where, "appArmorProfile"), f"{who} runs without an AppArmor profile"
    options = mapping(security, "seLinuxOptions")
    if text(options, "type") not in _SELINUX or options.get("user") or options.get("role"):
        yield (*where, "seLinuxOptions"), f"{who} takes another SELinux user, role or type"
