"""Which names the documents of a repository use, and which they give."""

from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.cluster.shape import Path, at, mapping, mappings, text, texts
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object


@dataclass(frozen=True, eq=False)
class Reference:
    """A place where a document names another one."""

    object: Object
    path: Path
    kind: str
    namespace: str
    name: str
    key: str = ""
    """The entry that is read of a Secret or ConfigMap; empty for all of it."""
    optional: bool = False
    """Whether it may be missing."""


def of_pod(workload: Workload, namespace: str) -> Iterator[Reference]:
    """Everything that a pod names."""
    item, pod, top = workload.object, workload.pod, workload.spec_path

    def refer(path: Path, kind: str, name: str, source: object = None, key: str = "") -> Reference:
        optional = at(source, "optional") is True
        return Reference(item, path, kind, namespace, name, key, optional)

    account = text(pod, "serviceAccountName") or text(pod, "serviceAccount")
    if account:
        yield refer((*top, "serviceAccountName"), "ServiceAccount", account)
    for index, entry in mappings(pod, "imagePullSecrets"):
        path = (*top, "imagePullSecrets", index, "name")
        yield refer(path, "Secret", text(entry, "name"))
    for container in workload.containers:
        for index, entry in mappings(container.data, "env"):
            for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                source = mapping(entry, "valueFrom", field)
                if source:
                    path = (*container.path, "env", index, "valueFrom", field)
                    yield refer(path, kind, text(source, "name"), source, text(source, "key"))
        for index, entry in mappings(container.data, "envFrom"):
            for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                source = mapping(entry, field)
                if source:
                    path = (*container.path, "envFrom", index, field)
                    yield refer(path, kind, text(source, "name"), source)
    for index, volume in mappings(pod, "volumes"):
        yield from _of_volume(item, (*top, "volumes", index), volume, namespace)


def _of_volume(
    item: Object, path: Path, volume: dict[str, object], namespace: str
) -> Iterator[Reference]:
    claim = text(volume, "persistentVolumeClaim", "claimName")
    if claim:
        where = (*path, "persistentVolumeClaim", "claimName")
        yield Reference(item, where, "PersistentVolumeClaim", namespace, claim)
    storage = text(volume, "ephemeral", "volumeClaimTemplate", "spec", "storageClassName")
    if storage:
        yield Reference(item, (*path, "ephemeral"), "StorageClass", "", storage)
    plain = [
        (path, "Secret", "secretName", mapping(volume, "secret"), "secret"),
        (path, "ConfigMap", "name", mapping(volume, "configMap"), "configMap"),
    ]
    for index, source in mappings(volume, "projected", "sources"):
        where = (*path, "projected", "sources", index)
        plain.append((where, "Secret", "name", mapping(source, "secret"), "secret"))
        plain.append((where, "ConfigMap", "name", mapping(source, "configMap"), "configMap"))
    for where, kind, field, source, word in plain:
        if not source:
            continue
        name, optional = text(source, field), source.get("optional") is True
        keys = [text(entry, "key") for _, entry in mappings(source, "items")] or [""]
        for key in keys:
            yield Reference(item, (*where, word), kind, namespace, name, key, optional)


def of_object(item: Object, namespace: str) -> Iterator[Reference]:
    """Everything that a document names outside of its pods."""
    reader = _READERS.get(item.kind)
    if reader is not None:
        yield from reader(item, namespace)


def _service_account(item: Object, namespace: str) -> Iterator[Reference]:
    for field in ("secrets", "imagePullSecrets"):
        for index, entry in mappings(item.data, field):
            yield Reference(item, (field, index), "Secret", namespace, text(entry, "name"))


def _ingress(item: Object, namespace: str) -> Iterator[Reference]:
    if name := text(item.data, "spec", "ingressClassName"):
        yield Reference(item, ("spec", "ingressClassName"), "IngressClass", "", name)
    for word, kind in (("cluster-issuer", "ClusterIssuer"), ("issuer", "Issuer")):
        key = f"cert-manager.io/{word}"
        if name := text(item.annotations, key):
            space = "" if kind == "ClusterIssuer" else namespace
            yield Reference(item, ("metadata", "annotations", key), kind, space, name)
    for index, entry in mappings(item.data, "spec", "tls"):
        if name := text(entry, "secretName"):
            path: Path = ("spec", "tls", index, "secretName")
            yield Reference(item, path, "Secret", namespace, name)


def _gateway(item: Object, namespace: str) -> Iterator[Reference]:
    for index, listener in mappings(item.data, "spec", "listeners"):
        for place, entry in mappings(listener, "tls", "certificateRefs"):
            path: Path = ("spec", "listeners", index, "tls", "certificateRefs", place)
            space = text(entry, "namespace") or namespace
            yield Reference(item, path, "Secret", space, text(entry, "name"))


def _claim(item: Object, namespace: str) -> Iterator[Reference]:
    if name := text(item.data, "spec", "storageClassName"):
        yield Reference(item, ("spec", "storageClassName"), "StorageClass", "", name)
    if name := text(item.data, "spec", "volumeName"):
        yield Reference(item, ("spec", "volumeName"), "PersistentVolume", "", name)
    source = mapping(item.data, "spec", "dataSource")
    if text(source, "kind") == "PersistentVolumeClaim":
        kind, name = "PersistentVolumeClaim", text(source, "name")
        yield Reference(item, ("spec", "dataSource"), kind, namespace, name)


def _volume(item: Object, namespace: str) -> Iterator[Reference]:
    if name := text(item.data, "spec", "storageClassName"):
        yield Reference(item, ("spec", "storageClassName"), "StorageClass", "", name)
    path: Path = ("spec", "claimRef")
    claim = mapping(item.data, *path)
    if claim:
        space = text(claim, "namespace")
        yield Reference(item, path, "PersistentVolumeClaim", space, text(claim, "name"))


def _stateful_set(item: Object, namespace: str) -> Iterator[Reference]:
    if name := text(item.data, "spec", "serviceName"):
        yield Reference(item, ("spec", "serviceName"), "Service", namespace, name)
    for index, entry in mappings(item.data, "spec", "volumeClaimTemplates"):
        if name := text(entry, "spec", "storageClassName"):
            path: Path = ("spec", "volumeClaimTemplates", index, "spec", "storageClassName")
            yield Reference(item, path, "StorageClass", "", name)


def _binding(item: Object, namespace: str) -> Iterator[Reference]:
    kind, name = text(item.data, "roleRef", "kind"), text(item.data, "roleRef", "name")
    if kind in ("Role", "ClusterRole"):
        space = namespace if kind == "Role" else ""
        yield Reference(item, ("roleRef", "name"), kind, space, name)
    for index, entry in mappings(item.data, "subjects"):
        if text(entry, "kind") == "ServiceAccount":
            space = text(entry, "namespace") or namespace
            path: Path = ("subjects", index, "name")
            yield Reference(item, path, "ServiceAccount", space, text(entry, "name"))


def _scaler(item: Object, namespace: str) -> Iterator[Reference]:
    goal = mapping(item.data, "spec", "scaleTargetRef")
    if goal:
        path: Path = ("spec", "scaleTargetRef")
        yield Reference(item, path, text(goal, "kind"), namespace, text(goal, "name"))


def _external_secret(item: Object, namespace: str) -> Iterator[Reference]:
    store = mapping(item.data, "spec", "secretStoreRef")
    if store:
        kind = text(store, "kind") or "SecretStore"
        space = "" if kind == "ClusterSecretStore" else namespace
        yield Reference(item, ("spec", "secretStoreRef"), kind, space, text(store, "name"))


def _certificate(item: Object, namespace: str) -> Iterator[Reference]:
    issuer = mapping(item.data, "spec", "issuerRef")
    if issuer:
        kind = text(issuer, "kind") or "Issuer"
        space = "" if kind == "ClusterIssuer" else namespace
        yield Reference(item, ("spec", "issuerRef"), kind, space, text(issuer, "name"))


def _routes(item: Object, namespace: str) -> Iterator[Reference]:
    for index, entry in mappings(item.data, "spec", "parentRefs"):
        if text(entry, "kind") in ("", "Gateway"):
            path: Path = ("spec", "parentRefs", index)
            space = text(entry, "namespace") or namespace
            yield Reference(item, path, "Gateway", space, text(entry, "name"))


def _admission(item: Object, namespace: str) -> Iterator[Reference]:
    name = text(item.data, "spec", "policyName")
    yield Reference(item, ("spec", "policyName"), "ValidatingAdmissionPolicy", "", name)


def _store(item: Object, namespace: str) -> Iterator[Reference]:
    for provider in mapping(item.data, "spec", "provider"):
        for method in mapping(item.data, "spec", "provider", provider, "auth"):
            path: Path = ("spec", "provider", provider, "auth", method, "serviceAccountRef")
            account = mapping(item.data, *path)
            if account:
                space = text(account, "namespace") or namespace
                yield Reference(item, path, "ServiceAccount", space, text(account, "name"))


def _advertisement(item: Object, namespace: str) -> Iterator[Reference]:
    for index, name in enumerate(texts(item.data, "spec", "ipAddressPools")):
        path: Path = ("spec", "ipAddressPools", index)
        yield Reference(item, path, "IPAddressPool", namespace, name)


def _issuer(item: Object, namespace: str) -> Iterator[Reference]:
    """Of a ClusterIssuer: in the namespace of cert-manager itself, which is called so."""
    space = namespace or "cert-manager"
    for index, solver in mappings(item.data, "spec", "acme", "solvers"):
        for provider in mapping(solver, "dns01"):
            for field, secret in mapping(solver, "dns01", provider).items():
                if field.endswith("SecretRef") and text(secret, "name"):
                    path: Path = ("spec", "acme", "solvers", index, "dns01", provider, field)
                    name, key = text(secret, "name"), text(secret, "key")
                    yield Reference(item, path, "Secret", space, name, key)


def _storage_class(item: Object, namespace: str) -> Iterator[Reference]:
    parameters = mapping(item.data, "parameters")
    for key, name in parameters.items():
        if key.startswith("csi.storage.k8s.io/") and key.endswith("-secret-name"):
            space = text(parameters, f"{key.removesuffix('-name')}-namespace")
            # A name with ${..} is another one for each claim.
            if isinstance(name, str) and "$" not in name + space:
                yield Reference(item, ("parameters", key), "Secret", space, name)


def _queue(item: Object, namespace: str) -> Iterator[Reference]:
    for index, group in mappings(item.data, "spec", "resourceGroups"):
        for place, flavour in mappings(group, "flavors"):
            path: Path = ("spec", "resourceGroups", index, "flavors", place, "name")
            yield Reference(item, path, "ResourceFlavor", "", text(flavour, "name"))


_READERS = {
    "ServiceAccount": _service_account,
    "Ingress": _ingress,
    "Gateway": _gateway,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "StatefulSet": _stateful_set,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "HorizontalPodAutoscaler": _scaler,
    "ExternalSecret": _external_secret,
    "Certificate": _certificate,
    "HTTPRoute": _routes,
    "GRPCRoute": _routes,
    "TLSRoute": _routes,
    "ValidatingAdmissionPolicyBinding": _admission,
    "SecretStore": _store,
    "ClusterSecretStore": _store,
    "L2Advertisement": _advertisement,
    "BGPAdvertisement": _advertisement,
    "Issuer": _issuer,
    "ClusterIssuer": _issuer,
    "StorageClass": _storage_class,
    "ClusterQueue": _queue,
}


@dataclass(frozen=True, eq=False)
class Provided:
    """A Secret or ConfigMap that is there once the documents are applied."""

    object: Object
    kind: str
    namespace: str
    name: str
    keys: frozenset[str] | None
    """Its entries; None when they cannot be told from here."""


def provided(item: Object, namespace: str) -> Iterator[Provided]:
    """Every Secret and ConfigMap that a document leads to."""
    data = item.data
    if item.kind in ("Secret", "ConfigMap"):
        fields = ("data", "stringData", "binaryData")
        keys = frozenset(str(key) for field in fields for key in mapping(data, field))
        yield Provided(item, item.kind, namespace, item.name, keys)
    elif item.kind == "ExternalSecret":
        name = text(data, "spec", "target", "name") or item.name
        yield Provided(item, "Secret", namespace, name, _external_keys(data))
    elif item.kind == "Certificate":
        name = text(data, "spec", "secretName")
        yield Provided(item, "Secret", namespace, name, frozenset(("tls.crt", "tls.key", "ca.crt")))
    elif item.kind in ("Ingress", "Gateway") and _is_certified(item):
        lists = [mappings(data, "spec", "tls")] if item.kind == "Ingress" else []
        for _, entry in (one for several in lists for one in several):
            keys = frozenset(("tls.crt", "tls.key", "ca.crt"))
            yield Provided(item, "Secret", namespace, text(entry, "secretName"), keys)
    elif item.kind == "SealedSecret":
        yield Provided(item, "Secret", namespace, item.name, None)


def _is_certified(item: Object) -> bool:
    """Whether cert-manager makes the Secrets that it names."""
    return any(
        f"cert-manager.io/{word}" in item.annotations for word in ("cluster-issuer", "issuer")
    )


def _external_keys(data: object) -> frozenset[str] | None:
    template = mapping(data, "spec", "target", "template")
    made = frozenset(str(key) for key in mapping(template, "data"))
    taken = frozenset(text(entry, "secretKey") for _, entry in mappings(data, "spec", "data"))
    if template.get("templateFrom") or mapping(data, "spec").get("dataFrom"):
        return None
    if made:
        return made | taken if text(template, "mergePolicy") == "Merge" else made
    return taken


def mounted_names(pod: object) -> tuple[str, ...]:
    """Names of the volumes of a pod."""
    return tuple(text(volume, "name") for _, volume in mappings(pod, "volumes"))
