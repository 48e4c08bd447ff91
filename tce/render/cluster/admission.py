"""What pods may be where a namespace says nothing: `restricted` (Pod Security).

RKE2's own file with the profile `cis` also lets namespaces of programs through that are not here;
``admission-control-config-file`` beside it would put all of it out of force, hence it is nowhere.
Source: docs.rke2.io, "Default Pod Security Standards".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Specification

EXEMPT = ("kube-system",)
"""Where RKE2's own programs run."""
_HEADER = "/etc/tce/psa.yaml on servers. Namespaces that need more say so with labels of their own."


def files(spec: "Specification") -> Iterator[File]:
    """``rke2/psa.yaml``; the same for every environment."""
    modes = ("enforce", "audit", "warn")
    document: dict[str, object] = {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [
            {
                "name": "PodSecurity",
                "configuration": {
                    "apiVersion": "pod-security.admission.config.k8s.io/v1",
                    "kind": "PodSecurityConfiguration",
                    "defaults": {
                        key: value
                        for mode in modes
                        for key, value in ((mode, "restricted"), (f"{mode}-version", "latest"))
                    },
                    "exemptions": {
                        "usernames": [],
                        "runtimeClasses": [],
                        "namespaces": list(EXEMPT),
                    },
                },
            }
        ],
    }
    yield File("rke2/psa.yaml", yaml_text([document], _HEADER))
