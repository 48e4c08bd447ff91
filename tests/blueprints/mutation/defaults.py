"""What a server fills in where a document says nothing, and where that is written.

A table of its own: the rules of the check know nothing of it, nor it of them.

Sources: "core" is the API's own defaulting, `pkg/apis/{core,apps,batch,networking,rbac}/v1/
defaults.go` of Kubernetes 1.31 to 1.37, repeated in the field's description in the API reference
("Defaults to ..."). "zero" is a field whose zero value and absence are one and the same in the
Go type (no pointer, `omitempty`). "eso" are the `+kubebuilder:default` marks of
external-secrets.io/v1; "gateway" those of gateway.networking.k8s.io/v1; "argo" the field's
documentation in Argo CD's `docs/operator-manual/{application,project}.yaml`; "dex" the
documentation of Dex's connectors and of its `config.yaml.dist`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

Parent = dict[str, Any]
Test = Callable[[Parent], bool]


def _always(_: Parent) -> bool:
    return True


@dataclass(frozen=True)
class Default:
    """A key that gets a value where its parent has none."""

    place: str
    """`*` stands for every key or item; the parent has to exist."""
    value: Any
    """The value, or how it follows from the parent."""
    source: str = "core"
    when: Test = _always
    each: bool = False
    """The value is a mapping, and each of its keys is a default where the parent's has none."""


def _tag_policy(container: Parent) -> str:
    image = str(container.get("image", ""))
    if "@" in image:
        return "IfNotPresent"
    tag = image.rpartition("/")[2].partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def _is(key: str, *values: object) -> Test:
    return lambda parent: parent.get(key) in values


def _has(key: str) -> Test:
    return lambda parent: isinstance(parent.get(key), dict)


_HTTP = _has("httpGet")


def _probes(container: str) -> Iterator[Default]:
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        at = f"{container}/{probe}"
        yield Default(f"{at}/timeoutSeconds", 1)
        yield Default(f"{at}/periodSeconds", 10)
        yield Default(f"{at}/successThreshold", 1)
        yield Default(f"{at}/failureThreshold", 3)
        yield Default(f"{at}/initialDelaySeconds", 0, "zero")
        yield Default(f"{at}/httpGet/scheme", "HTTP")
        yield Default(f"{at}/httpGet/path", "/")
        yield Default(f"{at}/grpc/service", "")


def _container(at: str) -> Iterator[Default]:
    yield Default(f"{at}/imagePullPolicy", _tag_policy)
    yield Default(f"{at}/terminationMessagePath", "/dev/termination-log")
    yield Default(f"{at}/terminationMessagePolicy", "File")
    yield Default(f"{at}/ports/*/protocol", "TCP")
    yield Default(f"{at}/env/*/valueFrom/fieldRef/apiVersion", "v1")
    yield Default(f"{at}/env/*/valueFrom/secretKeyRef/optional", False)
    yield Default(f"{at}/env/*/valueFrom/configMapKeyRef/optional", False)
    yield Default(f"{at}/envFrom/*/secretRef/optional", False)
    yield Default(f"{at}/envFrom/*/configMapRef/optional", False)
    yield Default(f"{at}/volumeMounts/*/readOnly", False, "zero")
    yield Default(f"{at}/securityContext/privileged", False)
    yield Default(f"{at}/securityContext/readOnlyRootFilesystem", False)
    yield Default(f"{at}/stdin", False, "zero")
    yield Default(f"{at}/tty", False, "zero")
    yield Default(f"{at}/resources", {}, "zero")
    # What has a limit and no request requests its limit, resource by resource.
    limits = Default(f"{at}/resources/requests", lambda it: it["limits"], when=_has("limits"))
    yield replace(limits, each=True)
    yield from _probes(at)


def _pod(spec: str, restart: bool) -> Iterator[Default]:
    if restart:
        yield Default(f"{spec}/restartPolicy", "Always")
    yield Default(f"{spec}/dnsPolicy", "ClusterFirst")
    yield Default(f"{spec}/schedulerName", "default-scheduler")
    yield Default(f"{spec}/terminationGracePeriodSeconds", 30)
    yield Default(f"{spec}/enableServiceLinks", True)
    yield Default(f"{spec}/serviceAccountName", "default")
    yield Default(f"{spec}/securityContext", {})
    for flag in ("hostNetwork", "hostPID", "hostIPC"):
        yield Default(f"{spec}/{flag}", False, "zero")
    yield Default(f"{spec}/tolerations/*/operator", "Equal")
    for volume in ("configMap", "secret", "projected", "downwardAPI"):
        yield Default(f"{spec}/volumes/*/{volume}/defaultMode", 0o644)
    yield Default(f"{spec}/volumes/*/configMap/optional", False)
    yield Default(f"{spec}/volumes/*/secret/optional", False)
    yield Default(f"{spec}/volumes/*/hostPath/type", "")
    yield Default(f"{spec}/volumes/*/persistentVolumeClaim/readOnly", False, "zero")
    yield Default(f"{spec}/volumes/*/ephemeral/volumeClaimTemplate/spec/volumeMode", "Filesystem")
    yield from _container(f"{spec}/containers/*")
    yield from _container(f"{spec}/initContainers/*")


_ROLLING = _is("type", "RollingUpdate")
_POD_AT = {
    "Pod": ("spec", True),
    "Deployment": ("spec/template/spec", True),
    "StatefulSet": ("spec/template/spec", True),
    "DaemonSet": ("spec/template/spec", True),
    "ReplicaSet": ("spec/template/spec", True),
    "Job": ("spec/template/spec", False),
    "CronJob": ("spec/jobTemplate/spec/template/spec", False),
}


def _job(spec: str) -> Iterator[Default]:
    yield Default(f"{spec}/parallelism", 1)
    yield Default(f"{spec}/completions", 1, when=_is("parallelism", 1))
    yield Default(f"{spec}/backoffLimit", 6)
    yield Default(f"{spec}/completionMode", "NonIndexed")
    yield Default(f"{spec}/suspend", False)
    yield Default(f"{spec}/manualSelector", False)


def _subject_group(subject: Parent) -> str:
    return "" if subject.get("kind") == "ServiceAccount" else "rbac.authorization.k8s.io"


def _policy_types(spec: Parent) -> list[str]:
    return ["Ingress", *(["Egress"] if spec.get("egress") else [])]


_BINDING = (
    Default("subjects/*/apiGroup", _subject_group),
    Default("roleRef/apiGroup", "rbac.authorization.k8s.io"),
)
_SECRET = (
    Default("spec/refreshPolicy", "Periodic", "eso"),
    Default("spec/refreshInterval", "1h0m0s", "eso"),
    Default("spec/target", {"creationPolicy": "Owner", "deletionPolicy": "Retain"}, "eso"),
    Default("spec/target/creationPolicy", "Owner", "eso"),
    Default("spec/target/deletionPolicy", "Retain", "eso"),
    Default("spec/target/template/engineVersion", "v2", "eso"),
    Default("spec/target/template/mergePolicy", "Replace", "eso"),
    Default("spec/data/*/remoteRef/conversionStrategy", "Default", "eso"),
    Default("spec/data/*/remoteRef/decodingStrategy", "None", "eso"),
    Default("spec/data/*/remoteRef/metadataPolicy", "None", "eso"),
    Default("spec/dataFrom/*/extract/conversionStrategy", "Default", "eso"),
    Default("spec/dataFrom/*/extract/decodingStrategy", "None", "eso"),
    Default("spec/dataFrom/*/extract/metadataPolicy", "None", "eso"),
)
_ROUTE = (
    Default("spec/parentRefs/*/group", "gateway.networking.k8s.io", "gateway"),
    Default("spec/parentRefs/*/kind", "Gateway", "gateway"),
    Default("spec/rules/*/matches", [{"path": {"type": "PathPrefix", "value": "/"}}], "gateway"),
    Default("spec/rules/*/matches/*/path", {"type": "PathPrefix", "value": "/"}, "gateway"),
    Default("spec/rules/*/matches/*/path/type", "PathPrefix", "gateway"),
    Default("spec/rules/*/matches/*/path/value", "/", "gateway"),
    Default("spec/rules/*/backendRefs/*/group", "", "gateway"),
    Default("spec/rules/*/backendRefs/*/kind", "Service", "gateway"),
    Default("spec/rules/*/backendRefs/*/weight", 1, "gateway"),
)

_BY_KIND: dict[str, tuple[Default, ...]] = {
    "Deployment": (
        Default("spec/replicas", 1),
        Default("spec/minReadySeconds", 0, "zero"),
        Default("spec/revisionHistoryLimit", 10),
        Default("spec/progressDeadlineSeconds", 600),
        Default("spec/paused", False, "zero"),
        Default("spec/strategy", {}),
        Default("spec/strategy/type", "RollingUpdate"),
        Default("spec/strategy/rollingUpdate", {}, when=_ROLLING),
        Default("spec/strategy/rollingUpdate/maxUnavailable", "25%"),
        Default("spec/strategy/rollingUpdate/maxSurge", "25%"),
    ),
    "StatefulSet": (
        Default("spec/replicas", 1),
        Default("spec/minReadySeconds", 0, "zero"),
        Default("spec/revisionHistoryLimit", 10),
        Default("spec/podManagementPolicy", "OrderedReady"),
        Default("spec/updateStrategy", {}),
        Default("spec/updateStrategy/type", "RollingUpdate"),
        Default("spec/updateStrategy/rollingUpdate", {}, when=_ROLLING),
        Default("spec/updateStrategy/rollingUpdate/partition", 0),
        Default("spec/persistentVolumeClaimRetentionPolicy", {}),
        Default("spec/persistentVolumeClaimRetentionPolicy/whenDeleted", "Retain"),
        Default("spec/persistentVolumeClaimRetentionPolicy/whenScaled", "Retain"),
        Default("spec/volumeClaimTemplates/*/spec/volumeMode", "Filesystem"),
        Default("spec/volumeClaimTemplates/*/apiVersion", "v1", "zero"),
        Default("spec/volumeClaimTemplates/*/kind", "PersistentVolumeClaim", "zero"),
    ),
    "DaemonSet": (
        Default("spec/revisionHistoryLimit", 10),
        Default("spec/updateStrategy", {}),
        Default("spec/updateStrategy/type", "RollingUpdate"),
        Default("spec/updateStrategy/rollingUpdate", {}, when=_ROLLING),
        Default("spec/updateStrategy/rollingUpdate/maxUnavailable", 1),
        Default("spec/updateStrategy/rollingUpdate/maxSurge", 0),
    ),
    "Job": tuple(_job("spec")),
    "CronJob": (
        Default("spec/concurrencyPolicy", "Allow"),
        Default("spec/suspend", False),
        Default("spec/successfulJobsHistoryLimit", 3),
        Default("spec/failedJobsHistoryLimit", 1),
        *_job("spec/jobTemplate/spec"),
    ),
    "Service": (
        Default("spec/type", "ClusterIP"),
        Default("spec/sessionAffinity", "None"),
        Default("spec/internalTrafficPolicy", "Cluster"),
        Default("spec/publishNotReadyAddresses", False, "zero"),
        Default("spec/ports/*/protocol", "TCP"),
        Default("spec/ports/*/targetPort", lambda port: port.get("port")),
    ),
    "Secret": (Default("type", "Opaque"), Default("immutable", False)),
    "ConfigMap": (Default("immutable", False),),
    "PersistentVolumeClaim": (Default("spec/volumeMode", "Filesystem"),),
    "StorageClass": (
        Default("reclaimPolicy", "Delete"),
        Default("volumeBindingMode", "Immediate"),
        Default("allowVolumeExpansion", False),
    ),
    "PriorityClass": (
        Default("preemptionPolicy", "PreemptLowerPriority"),
        Default("globalDefault", False, "zero"),
    ),
    "NetworkPolicy": (
        Default("spec/policyTypes", _policy_types),
        Default("spec/ingress/*/ports/*/protocol", "TCP"),
        Default("spec/egress/*/ports/*/protocol", "TCP"),
    ),
    "RoleBinding": _BINDING,
    "ClusterRoleBinding": _BINDING,
    "HorizontalPodAutoscaler": (Default("spec/minReplicas", 1),),
    "ExternalSecret": _SECRET,
    "HTTPRoute": _ROUTE,
    "Application": (
        Default("spec/revisionHistoryLimit", 10, "argo"),
        Default("spec/syncPolicy/automated/prune", False, "argo"),
        Default("spec/syncPolicy/automated/selfHeal", False, "argo"),
        Default("spec/syncPolicy/automated/allowEmpty", False, "argo"),
    ),
}
_DEX = (
    Default("staticClients/*/public", False, "dex"),
    Default("oauth2/skipApprovalScreen", False, "dex"),
    Default("oauth2/alwaysShowLoginScreen", False, "dex"),
    Default("enablePasswordDB", False, "dex"),
    Default("connectors/*/config/loadAllGroups", False, "dex"),
    Default("connectors/*/config/insecureSkipEmailVerified", False, "dex"),
    Default("connectors/*/config/insecureEnableGroups", False, "dex"),
)


def of(document: dict[str, Any]) -> tuple[Default, ...]:
    """What holds for a document; nothing for one of an unknown kind."""
    kind = document.get("kind")
    if not isinstance(kind, str) or "apiVersion" not in document:
        if "issuer" in document and ("connectors" in document or "staticClients" in document):
            return _DEX
        return ()
    defaults = _BY_KIND.get(kind, ())
    if kind in _POD_AT:
        spec, restart = _POD_AT[kind]
        return (*defaults, *_pod(spec, restart))
    return defaults


def _parents(value: Any, steps: list[str]) -> Iterator[Parent]:
    if not steps:
        if isinstance(value, dict):
            yield value
        return
    first, rest = steps[0], steps[1:]
    if first == "*":
        items = value.values() if isinstance(value, dict) else value
        for item in items if isinstance(value, dict | list) else ():
            yield from _parents(item, rest)
    elif isinstance(value, dict) and first in value:
        yield from _parents(value[first], rest)


def fill(document: dict[str, Any], default: Default) -> bool:
    """Write one default out wherever it holds, in the document itself; whether it did anywhere."""
    *steps, key = default.place.split("/")
    done = False
    for parent in list(_parents(document, steps)):
        if default.each and isinstance(parent.get(key), dict) and default.when(parent):
            there, value = parent[key], default.value(parent)
            missing = {name: value[name] for name in value if name not in there}
            there.update(missing)
            done = done or bool(missing)
        elif parent.get(key) is None and default.when(parent):
            value = default.value(parent) if callable(default.value) else default.value
            if value is not None:
                parent[key] = copy.deepcopy(value)
                done = True
    return done


def filled(document: dict[str, Any]) -> dict[str, Any]:
    """The document as the server sees it."""
    result = copy.deepcopy(document)
    for default in of(result):
        fill(result, default)
    return result
