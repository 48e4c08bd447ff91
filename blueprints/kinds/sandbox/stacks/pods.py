"""Pods that satisfy PodSecurity "restricted" in full, and the workloads that make them.

What a pod mounts is said once, beside the container that mounts it: volumes and mounts cannot
drift apart. Sources: Kubernetes' Pod Security Standards; the API's defaults are written out where
a check or a person has to see them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from blueprints.parts.manifests import (
    restricted_container,
    restricted_pod,
    spread_over_nodes,
)

Object = dict[str, object]
"""A Kubernetes object, or a part of one."""

HTTP = "http"
"""The name of the port that a component is asked on, where it has one only."""


@dataclass(frozen=True)
class Mount:
    """A volume of the pod, and where a container sees it."""

    name: str
    path: str
    source: Object = field(hash=False)
    """The volume without its name: ``{"emptyDir": {..}}``, ``{"configMap": {..}}`` .."""
    read_only: bool = False
    sub_path: str = ""

    def mounted(self) -> Object:
        """As it stands under ``volumeMounts``."""
        said: Object = {"name": self.name, "mountPath": self.path}
        if self.sub_path:
            said["subPath"] = self.sub_path
        return said | ({"readOnly": True} if self.read_only else {})


def scratch(name: str, path: str, size: str, *, memory: bool = False) -> Mount:
    """A folder that goes with the pod; in memory it counts against the container's limit."""
    source: Object = {"sizeLimit": size}
    return Mount(name, path, {"emptyDir": {"medium": "Memory", **source} if memory else source})


def claimed(name: str, path: str, claim: str, *, read_only: bool = False) -> Mount:
    """A persistent volume claim."""
    source: Object = {"claimName": claim}
    if read_only:
        source["readOnly"] = True
    return Mount(name, path, {"persistentVolumeClaim": source}, read_only)


def one_file(name: str, path: str, config: str, key: str) -> Mount:
    """One key of a ConfigMap as a file."""
    source: Object = {"name": config, "items": [{"key": key, "path": key}], "defaultMode": 0o444}
    return Mount(name, path, {"configMap": source}, True, key)


def value(name: str, text: str) -> Object:
    """An environment variable as it stands."""
    return {"name": name, "value": text}


def from_config(name: str, config: str, key: str) -> Object:
    """An environment variable out of a ConfigMap."""
    return {"name": name, "valueFrom": {"configMapKeyRef": {"name": config, "key": key}}}


def from_secret(name: str, secret: str, key: str) -> Object:
    """An environment variable out of a Secret."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


@dataclass(frozen=True)
class Resources:
    """What a container is given: as much as it asks for, so that nobody is evicted for another."""

    cpu: str
    memory: str
    disk: str = "1Gi"
    """Its logs and scratch folders on the node."""
    devices: tuple[tuple[str, int], ...] = ()
    """Accelerators by their resource's name, such as ``nvidia.com/gpu``."""

    def amounts(self) -> Object:
        """Of everything, by the resource's name."""
        return {
            "cpu": self.cpu,
            "memory": self.memory,
            "ephemeral-storage": self.disk,
            **{name: str(count) for name, count in self.devices},
        }

    def written(self) -> Object:
        """As ``resources`` of a container."""
        return {"requests": self.amounts(), "limits": self.amounts()}


@dataclass(frozen=True)
class Probes:
    """How a container is asked whether it has started, is ready, is alive."""

    ready: Object
    """``{"httpGet": {..}}``, ``{"exec": {..}}`` or ``{"tcpSocket": {..}}``."""
    alive: Object
    start_seconds: int = 120
    """It may take so long to start."""

    def written(self) -> Object:
        """The three probes of a container."""
        return {
            "startupProbe": {
                **self.ready,
                "periodSeconds": 10,
                "timeoutSeconds": 5,
                "failureThreshold": max(self.start_seconds // 10, 1),
            },
            "readinessProbe": {
                **self.ready,
                "periodSeconds": 10,
                "timeoutSeconds": 5,
                "failureThreshold": 3,
            },
            "livenessProbe": {
                **self.alive,
                "periodSeconds": 20,
                "timeoutSeconds": 10,
                "failureThreshold": 6,
            },
        }


def get(path: str, port: str = HTTP) -> Object:
    """A probe by HTTP on a named port."""
    return {"httpGet": {"path": path, "port": port, "scheme": "HTTP"}}


def connect(port: str) -> Object:
    """A probe that a named port accepts connections."""
    return {"tcpSocket": {"port": port}}


def run(*words: str) -> Object:
    """A probe by a command in the container."""
    return {"exec": {"command": list(words)}}


@dataclass(frozen=True)
class Container:
    """One container: an image by digest, how it is started, what it is given."""

    name: str
    image: str
    resources: Resources
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    env: Sequence[Object] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    """By name; names are what Services and NetworkPolicies refer to."""
    mounts: Sequence[Mount] = ()
    probes: Probes | None = None
    """None only for what runs to its end."""
    folder: str = ""

    def written(self) -> Object:
        """As it stands under ``containers``."""
        said: Object = {
            "name": self.name,
            "image": self.image,
            "imagePullPolicy": "IfNotPresent",
        }
        if self.command:
            said["command"] = list(self.command)
        if self.args:
            said["args"] = list(self.args)
        if self.folder:
            said["workingDir"] = self.folder
        if self.env:
            said["env"] = list(self.env)
        if self.ports:
            said["ports"] = [
                {"name": name, "containerPort": port, "protocol": "TCP"}
                for name, port in self.ports.items()
            ]
        said |= self.probes.written() if self.probes else {}
        said["resources"] = self.resources.written()
        said["securityContext"] = restricted_container()
        if self.mounts:
            said["volumeMounts"] = [mount.mounted() for mount in self.mounts]
        return said


@dataclass(frozen=True)
class Pod:
    """A pod's containers and where it may run."""

    containers: Sequence[Container]
    account: str
    """Its ServiceAccount, whose token is not mounted."""
    user: int
    """Who it runs as; also its group, and that of its volumes."""
    placement: Object
    """``nodeSelector`` and ``tolerations``, or ``affinity``: see ``place.py``."""
    before: Sequence[Container] = ()
    """Run one after the other before the containers start."""
    stop_seconds: int = 30
    restart: str = "Always"

    def written(self, spread: Mapping[str, str] | None = None) -> Object:
        """As a pod's ``spec``; ``spread``: whose pods share no node, if possible."""
        said: Object = {
            "serviceAccountName": self.account,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": self.restart,
            "terminationGracePeriodSeconds": self.stop_seconds,
            "securityContext": restricted_pod(self.user),
            **self.placement,
        }
        if spread is not None:
            said["topologySpreadConstraints"] = spread_over_nodes(spread)
        if self.before:
            said["initContainers"] = [one.written() for one in self.before]
        said["containers"] = [one.written() for one in self.containers]
        volumes = self._volumes()
        if volumes:
            said["volumes"] = volumes
        return said

    def _volumes(self) -> list[Object]:
        everything: Iterable[Container] = (*self.before, *self.containers)
        sources: dict[str, Object] = {}
        for mount in (mount for one in everything for mount in one.mounts):
            if sources.setdefault(mount.name, mount.source) != mount.source:
                raise ValueError(f"two volumes of one pod are called {mount.name}")
        return [{"name": name, **source} for name, source in sources.items()]
