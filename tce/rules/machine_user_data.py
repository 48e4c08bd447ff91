"""Something secret in what the provider is told of a machine.

Looks at cloud-init of virtual machines and of Secrets for it (`userData`, `networkData`), and at
values of charts that RKE2 installs (`HelmChartConfig`, `HelmChart`): passwords, tokens, private
keys, files that are written and commands that are run.

Cloud-init is a Secret of the provider's Harvester, base64 and not encrypted; whoever administers it
reads it, and it stays in backups. The values of a chart stand in Git.

Give a machine its addresses and nothing else; Ansible brings the rest over SSH.
"""

import re
from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, text
from blueprints.check.documents import walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment
from tce.check.inner import inner

ID = "machine-user-data"
LEVEL = Level.ERROR

_SECRET = re.compile(
    r"(?i)^(?:.*[_.-])?(?:password|passwd|hashed_passwd|chpasswd|token|secret|private[_-]?key|"
    r"ssh_keys|api[_-]?key)$"
)
_ACTS = ("write_files", "runcmd", "bootcmd", "users", "apt", "packages")
_DATA = ("userData", "userdata", "userDataBase64", "networkDataBase64")
_CHARTS = ("HelmChartConfig", "HelmChart")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What machines and charts are given."""
    if environment(repo) is None:
        return
    for item in repo.of_kind("VirtualMachine", "Secret"):
        for path, value in walk(item.data):
            key = path[-1] if path else ""
            if key in ("userDataBase64", "networkDataBase64"):
                message = f"{item}: {key} hides what the provider is told"
                yield found(ID, LEVEL, item, path, message, "write it as text")
            elif key in _DATA and isinstance(value, str):
                data = inner(value)
                for name in _names(data):
                    message = f"{item} tells the provider {name}"
                    yield found(ID, LEVEL, item, path, message)
    for item in repo.of_kind(*_CHARTS):
        place: Path = ("spec", "valuesContent")
        for path, value in walk(inner(text(item.data, *place))):
            if path and _SECRET.match(str(path[-1])) and isinstance(value, str) and value:
                message = f"{item}: {path[-1]} stands in the values of a chart"
                yield found(ID, LEVEL, item, place, message, "name a Secret")


def _names(data: object) -> Iterator[str]:
    for path, value in walk(data):
        name = str(path[-1]) if path else ""
        if name in _ACTS and len(path) == 1:
            yield f"{name}, which it can change"
        elif _SECRET.match(name) and value not in (None, False, "", []):
            yield name
