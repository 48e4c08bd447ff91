"""Data of a trusted environment on volumes that the provider can read.

Looks at StorageClasses and claims: a class without encryption, one of Harvester's own driver
(`driver.harvesterhci.io`), more than one default class or none, and claims that name no class while
there is no default or a class that is not here.

Harvester keeps the passphrase of its own encryption as a Secret of the provider's cluster, and a
claim that falls to another default is written in the clear, without anybody having chosen it.

Encrypt in the guest, make that class the only default, and name it.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "storage-encryption"
LEVEL = Level.ERROR

_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_PROVIDERS = ("driver.harvesterhci.io", "harvesterhci.io/")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every class, and which of them claims get by default."""
    if environment(repo) is None:
        return
    classes = repo.of_kind("StorageClass")
    defaults = [one for one in classes if one.annotations.get(_DEFAULT) == "true"]
    for item in classes:
        driver = text(item.data, "provisioner")
        if driver.startswith(_PROVIDERS):
            message = f"{item} is of {driver}: the provider holds its keys"
            yield found(ID, LEVEL, item, ("provisioner",), message)
        elif mapping(item.data, "parameters").get("encrypted") != "true":
            yield found(ID, LEVEL, item, ("parameters",), f"{item} encrypts nothing")
    for item in defaults[1:]:
        message = f"{item} is a default beside {defaults[0].name}: which a claim gets is luck"
        yield found(ID, LEVEL, item, ("metadata", "annotations"), message)
    if classes and not defaults:
        message = f"{classes[0]} is no default: claims that name no class get another"
        yield found(ID, LEVEL, classes[0], ("metadata",), message)
