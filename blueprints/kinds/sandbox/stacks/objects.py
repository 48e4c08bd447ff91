"""The Kubernetes objects that roles are made of; every field that matters is written out."""

from collections.abc import Mapping, Sequence

from blueprints.kinds.sandbox.documents.secrets import PROJECT_STORE
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import Object, Pod
from blueprints.parts.manifests import KEPT
from blueprints.parts.secrets import API, external_secret


class Role:
    """Makes the objects of one role: all of one name, under the same labels."""

    def __init__(self, place: Place, role: str, software: str) -> None:
        self.place = place
        self.role = role
        self.software = software
        self.name = place.name(role)
        self.selector = place.selector(role, software)

    def _object(
        self,
        api: str,
        kind: str,
        annotations: Mapping[str, str] | None = None,
        suffix: str = "",
        **body: object,
    ) -> Object:
        metadata: Object = {
            "name": f"{self.name}{suffix}",
            "namespace": self.place.namespace,
            "labels": self.place.labels(self.role, self.software),
        }
        if annotations:
            metadata["annotations"] = dict(annotations)
        return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}

    def account(self) -> Object:
        """A service account without any right, whose token nobody mounts."""
        return self._object("v1", "ServiceAccount", automountServiceAccountToken=False)

    def config(self, data: Mapping[str, str], suffix: str = "") -> Object:
        """Settings that are no secrets."""
        return self._object("v1", "ConfigMap", suffix=suffix, data=dict(data))

    def secret(self, keys: Sequence[str], path: str | None = None, suffix: str = "") -> Object:
        """A Secret with these keys out of the secret store, read anew every hour."""
        made = external_secret(
            f"{self.name}{suffix}",
            namespace=self.place.namespace,
            part_of=self.place.project.name,
            component=self.role,
            store=PROJECT_STORE,
            key=path or self.place.secret(self.role),
            properties={key: key for key in keys},
        )
        return self._object(API, "ExternalSecret", suffix=suffix, spec=made["spec"])

    def claim(self, size: str, *, shared: bool = False) -> Object:
        """A volume that ArgoCD never deletes: on one node at a time, or shared by many."""
        storage = self.place.site.storage
        return self._object(
            "v1",
            "PersistentVolumeClaim",
            KEPT,
            spec={
                "accessModes": ["ReadWriteMany" if shared else "ReadWriteOnce"],
                "storageClassName": storage.filesystem if shared else storage.block,
                "volumeMode": "Filesystem",
                "resources": {"requests": {"storage": size}},
            },
        )

    def service(self, ports: Mapping[str, int], *, headless: bool = False) -> Object:
        """Reaches the pods by the role's name, on the ports that they listen on."""
        spec: Object = {"type": "ClusterIP"}
        if headless:
            spec["clusterIP"] = "None"
        return self._object(
            "v1",
            "Service",
            spec={
                **spec,
                "selector": dict(self.selector),
                "ports": [
                    {"name": name, "port": port, "targetPort": name, "protocol": "TCP"}
                    for name, port in ports.items()
                ],
            },
        )

    def deployment(self, pod: Pod, replicas: int = 1, *, one_at_a_time: bool = False) -> Object:
        """Pods that keep nothing; `one_at_a_time`: the old one goes before the new one comes."""
        strategy: Object = (
            {"type": "Recreate"}
            if one_at_a_time
            else {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
        )
        spread = self.selector if replicas > 1 else None
        return self._object(
            "apps/v1",
            "Deployment",
            spec={
                "replicas": replicas,
                "revisionHistoryLimit": 3,
                "strategy": strategy,
                "selector": {"matchLabels": dict(self.selector)},
                "template": self._template(pod, spread),
            },
        )

    def stateful_set(self, pod: Pod) -> Object:
        """One pod with a volume, of which there are never two."""
        return self._object(
            "apps/v1",
            "StatefulSet",
            spec={
                "replicas": 1,
                "revisionHistoryLimit": 3,
                "serviceName": self.name,
                "podManagementPolicy": "OrderedReady",
                "updateStrategy": {"type": "RollingUpdate"},
                "selector": {"matchLabels": dict(self.selector)},
                "template": self._template(pod, None),
            },
        )

    def cron_job(self, pod: Pod, schedule: str, seconds: int) -> Object:
        """Pods that run to their end, never two at once; times are UTC."""
        return self._object(
            "batch/v1",
            "CronJob",
            spec={
                "schedule": schedule,
                "timeZone": "Etc/UTC",
                "concurrencyPolicy": "Forbid",
                "startingDeadlineSeconds": 3600,
                "successfulJobsHistoryLimit": 1,
                "failedJobsHistoryLimit": 3,
                "suspend": False,
                "jobTemplate": {
                    "metadata": {"labels": self.place.labels(self.role, self.software)},
                    "spec": {
                        "activeDeadlineSeconds": seconds,
                        "backoffLimit": 1,
                        "completions": 1,
                        "parallelism": 1,
                        "ttlSecondsAfterFinished": 604800,
                        "template": self._template(pod, None),
                    },
                },
            },
        )

    def budget(self) -> Object:
        """Of several pods, a drained node takes one at a time."""
        return self._object(
            "policy/v1",
            "PodDisruptionBudget",
            spec={"maxUnavailable": 1, "selector": {"matchLabels": dict(self.selector)}},
        )

    def ingress(self, host: str, port: str, paths: Sequence[str] = ("/",)) -> Object:
        """HTTPS from outside, with a certificate by cert-manager."""
        network = self.place.site.network
        backend = {"service": {"name": self.name, "port": {"name": port}}}
        rules = [{"path": path, "pathType": "Prefix", "backend": backend} for path in paths]
        return self._object(
            "networking.k8s.io/v1",
            "Ingress",
            {"cert-manager.io/cluster-issuer": network.cluster_issuer},
            spec={
                "ingressClassName": network.ingress_class,
                "tls": [{"hosts": [host], "secretName": f"{self.name}-tls"}],
                "rules": [{"host": host, "http": {"paths": rules}}],
            },
        )

    def _template(self, pod: Pod, spread: Mapping[str, str] | None) -> Object:
        labels = self.place.labels(self.role, self.software)
        return {"metadata": {"labels": labels}, "spec": pod.written(spread)}
