"""Volumes that share one passphrase, or that cannot be opened when they grow.

Looks at StorageClasses with `encrypted: "true"`: the Secret of each step (provisioner, node-stage,
node-publish, node-expand) is named, all are the same, and the name holds `${pvc.name}`.

With a constant name, one passphrase opens the volumes of all (FRIDGE keeps one for its whole
cluster); without the Secret of `node-expand` a volume that grew does not open again.

Name `${pvc.name}` in `${pvc.namespace}` for all four.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "volume-secret"
LEVEL = Level.ERROR

_STEPS = ("provisioner", "node-stage", "node-publish", "node-expand")
_PREFIX = "csi.storage.k8s.io/"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every class of encrypted volumes."""
    if environment(repo) is None:
        return
    for item in repo.of_kind("StorageClass"):
        said = mapping(item.data, "parameters")
        if said.get("encrypted") != "true" or "encryptionKMSID" in said:
            continue
        for step in _STEPS:
            for part, wanted in (("name", "${pvc.name}"), ("namespace", "${pvc.namespace}")):
                key = f"{_PREFIX}{step}-secret-{part}"
                where = ("parameters", key)
                if key not in said:
                    message = f"{item} says no {step}-secret-{part}"
                    yield found(ID, LEVEL, item, where, message, f"write {wanted}")
                elif wanted not in str(said[key]):
                    message = f"{item}: {step}-secret-{part} is {said[key]} for every volume"
                    yield found(ID, LEVEL, item, where, message, f"write {wanted}")
