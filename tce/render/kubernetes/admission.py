"""``k8s/policy/admission.yaml``: what the API server refuses, whoever asks.

Pod security refuses privileges; these refuse what it knows nothing of: images that can change or
come from elsewhere, the host's network, volumes in clear, ways in without TLS, services that make
a way in of their own, and the label that turns Cilium's enforcement off (cilium#48027). They hold
everywhere but where RKE2 and the drivers of volumes and devices run what nodes consist of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import LABEL, Document, manifest, yaml_file
from tce.render.kubernetes import places
from tce.render.storage.volumes import CLASS

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_ADMISSION = "admissionregistration.k8s.io/v1"
_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Refusal:
    """What a policy looks at, what has to be true of it, and what people read where it is not."""

    name: str
    group: str
    resources: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    """Expressions of CEL and their messages."""
    everywhere: bool = False


def files(spec: "Specification") -> Iterator[File]:
    """All policies and their bindings."""
    documents = [
        document for one in refusals(spec) for document in (_policy(one), _binding(spec, one))
    ]
    yield yaml_file("k8s/policy/admission.yaml", documents)


def refusals(spec: "Specification") -> Iterator[Refusal]:
    """All of them."""
    yield Refusal(
        "tce-pods",
        "",
        ("pods", "pods/ephemeralcontainers"),
        (
            (
                f"{_CONTAINERS}.all(one, one.image.startsWith('{spec.registry}/'))",
                f"images come from {spec.registry}",
            ),
            (
                f"{_PLATFORM} || {_CONTAINERS}.all(one, "
                "one.image.matches('@sha256:[0-9a-f]{64}$'))",
                "images are named by digest: what was looked at is what runs",
            ),
            (
                " && ".join(
                    f"(!has(object.spec.{one}) || !object.spec.{one})"
                    for one in ("hostNetwork", "hostPID", "hostIPC")
                ),
                "a pod is no node: no hostNetwork, hostPID, hostIPC",
            ),
            (
                "!has(object.metadata.labels) || !('host' in object.metadata.labels)",
                "the label host turns network policies off (cilium#48027)",
            ),
        ),
    )
    yield Refusal(
        "tce-claims",
        "",
        ("persistentvolumeclaims",),
        (
            (
                f"has(object.spec.storageClassName) && object.spec.storageClassName == '{CLASS}'",
                f"volumes are of the class {CLASS}, which encrypts them",
            ),
        ),
    )
    yield Refusal(
        "tce-services",
        "",
        ("services",),
        (
            (
                "!has(object.spec.type) || object.spec.type == 'ClusterIP'",
                "services are reached within the cluster; what is published has an Ingress",
            ),
            (
                "!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0",
                "no service answers for addresses that it names itself",
            ),
        ),
    )
    yield Refusal(
        "tce-ways-in",
        "networking.k8s.io",
        ("ingresses",),
        (
            (
                "has(object.spec.rules) && object.spec.rules.all(rule, has(rule.host) && "
                "has(object.spec.tls) && object.spec.tls.exists(one, has(one.hosts) && "
                "has(one.secretName) && rule.host in one.hosts))",
                "every host is published with a certificate of its own",
            ),
            (
                "!has(object.spec.defaultBackend) && has(object.spec.ingressClassName) && "
                f"object.spec.ingressClassName == '{places.INGRESS_CLASS}'",
                f"what is published goes by the class {places.INGRESS_CLASS}, host by host",
            ),
            (
                "!has(object.metadata.annotations) || object.metadata.annotations.all(key, "
                "!key.startsWith('ingress.cilium.io/') || (key == "
                "'ingress.cilium.io/force-https' && object.metadata.annotations[key] == "
                "'enabled'))",
                "HTTPS and nothing else",
            ),
        ),
    )
    yield Refusal(
        "tce-classes",
        "storage.k8s.io",
        ("storageclasses",),
        (
            (
                "object.provisioner != 'driver.harvesterhci.io'",
                "volumes of Harvester's driver are the provider's to read",
            ),
            (
                f"object.metadata.name == '{CLASS}' || !has(object.metadata.annotations) || "
                "!('storageclass.kubernetes.io/is-default-class' in object.metadata.annotations)"
                " || object.metadata.annotations['storageclass.kubernetes.io/is-default-class']"
                " != 'true'",
                f"the default is {CLASS}, which encrypts",
            ),
        ),
        everywhere=True,
    )


_PART_OF = f"{LABEL}part-of"
_PLATFORM = (
    f"('{_PART_OF}' in namespaceObject.metadata.labels && "
    f"namespaceObject.metadata.labels['{_PART_OF}'] == '{places.PART}')"
)
"""Charts name images of the institution's mirror by tag, in commits that are signed."""
_CONTAINERS = (
    "(object.spec.containers"
    " + (has(object.spec.initContainers) ? object.spec.initContainers : [])"
    " + (has(object.spec.ephemeralContainers) ? object.spec.ephemeralContainers : []))"
)


def _policy(one: Refusal) -> Document:
    return manifest(
        _ADMISSION,
        "ValidatingAdmissionPolicy",
        one.name,
        part_of=places.PART,
        component="admission",
        spec={
            "failurePolicy": "Fail",
            "matchConstraints": {
                "matchPolicy": "Equivalent",
                "resourceRules": [
                    {
                        "apiGroups": [one.group],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE", "UPDATE"],
                        "resources": list(one.resources),
                        "scope": "Cluster" if one.everywhere else "Namespaced",
                    }
                ],
            },
            "validations": [
                {"expression": expression, "message": message, "reason": "Forbidden"}
                for expression, message in one.rules
            ],
        },
    )


def _binding(spec: "Specification", one: Refusal) -> Document:
    said: Document = {"policyName": one.name, "validationActions": ["Deny", "Audit"]}
    if not one.everywhere:
        drivers = [name for name, level in places.platform(spec).items() if level == "privileged"]
        said["matchResources"] = {
            "matchPolicy": "Equivalent",
            "namespaceSelector": {
                "matchExpressions": [
                    {"key": _NAME, "operator": "NotIn", "values": [places.SYSTEM, *drivers]}
                ]
            },
        }
    return manifest(
        _ADMISSION,
        "ValidatingAdmissionPolicyBinding",
        one.name,
        part_of=places.PART,
        component="admission",
        spec=said,
    )
