"""Traffic of control-plane nodes that is said to be encrypted and is not.

Looks at Cilium's settings: `encryption.nodeEncryption` without labels of nodes that opt out being
said to be none.

Cilium leaves control-plane nodes out of node-to-node encryption by itself, wherever they carry the
label `node-role.kubernetes.io/control-plane` (`node-encryption-opt-out-labels`): what
goes between them, etcd and kubelets is in the clear below TLS, whatever the settings seem to say.

Say it in `evidence/assumptions.yaml`, or opt no node out.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.documents import at
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.cilium import PLACE, settings_of
from tce.check.environment import environment

ID = "node-encryption"
LEVEL = Level.ERROR

_LABELS = "node-encryption-opt-out-labels"
_REGISTER = "evidence/assumptions.yaml"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Node-to-node encryption that leaves nodes out without anybody saying so."""
    if environment(repo) is None:
        return
    told = repo.exists(_REGISTER) and "control-plane" in repo.text(_REGISTER)
    for item, values in settings_of(repo):
        if at(values, "encryption", "nodeEncryption") is not True or told:
            continue
        if at(values, "extraConfig", _LABELS) != "":
            message = "control-plane nodes are left out of nodeEncryption, and nothing says so"
            yield found(ID, LEVEL, item, PLACE, message, f"write it into {_REGISTER}")
