"""A container is told of a configuration file that is not mounted, or of a variable without value.

Looks at arguments and variables of containers that mount ConfigMaps or Secrets: a path with the
ending of a configuration file (`.yaml`, `.json`, `.toml`, `.conf`, `.pem`, ...) lies in a folder,
or is the file, that some volume is mounted at. A variable has a value, or says where it comes from;
a text that is empty on purpose is written as `""`.

The program does not start, or starts with the settings that came with its image.

Mount the file where the program looks for it.
"""

import re
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, mapping, mappings, sequence, text
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "container-files"
LEVEL = Level.WARNING

_FILE = re.compile(
    r"(?:^|[=\s'\"])(/(?!dev/|proc/|sys/)[\w.-]+(?:/[\w.-]+)*"
    r"\.(?:ya?ml|json|toml|conf|cfg|ini|pem|crt|cer|key|env|properties))(?=$|[\s'\",;)])"
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Files that are not there, and variables that say nothing."""
    for workload in cluster.of(repo, settings).workloads:
        given = {
            text(volume, "name")
            for _, volume in mappings(workload.pod, "volumes")
            if {"configMap", "secret", "projected"} & volume.keys()
        }
        for container in workload.containers:
            mounts = {
                text(mount, "mountPath").rstrip("/"): text(mount, "name")
                for _, mount in mappings(container.data, "volumeMounts")
            }
            if given & set(mounts.values()):
                yield from _files(workload, container, mounts)
            yield from _variables(workload, container)


def _files(workload: Workload, container: Container, mounts: dict[str, str]) -> Iterator[Finding]:
    for where, words in _words(container):
        for path in _FILE.findall(words):
            if not any(path == place or path.startswith(f"{place}/") for place in mounts):
                message = (
                    f"{workload.object}: {container.name} reads {path}, where nothing is mounted"
                )
                yield found(ID, LEVEL, workload.object, (*container.path, *where), message)


def _words(container: Container) -> Iterator[tuple[Path, str]]:
    for key in ("command", "args"):
        for index, word in enumerate(sequence(container.data, key)):
            if isinstance(word, str):
                yield (key, index), word
    for index, variable in mappings(container.data, "env"):
        yield ("env", index, "value"), text(variable, "value")


def _variables(workload: Workload, container: Container) -> Iterator[Finding]:
    for index, variable in mappings(container.data, "env"):
        if "value" not in variable and not mapping(variable, "valueFrom"):
            message = f"{workload.object}: variable {text(variable, 'name')} has no value"
            yield found(ID, LEVEL, workload.object, (*container.path, "env", index), message)
