"""The same thing stands twice where once is meant.

Looks at lists of plain texts in YAML files that are no Kubernetes objects (settings, CI,
pre-commit): the same text twice; at commands and arguments of containers: the same word twice in a
row; and at configuration files: two of one folder that say the same under two names.

Nobody writes that on purpose: it is what is left of a merge or a paste, and the next edit changes
one of the two.

Take one away.
"""

import json
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import sequence
from blueprints.check.documents import Yaml, text, walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "repeated-item"
LEVEL = Level.WARNING

_IN_ORDER = ("args", "command", "entry", "run", "script", "before_script", "after_script")
"""Lists in which a word may well stand twice."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What stands twice."""
    alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path in repo.yaml_files:
        documents = repo.yaml(path)
        plain = [one for one in documents if not _is_object(one)]
        for document in plain:
            yield from _lists(document)
        if plain and len(plain) == len(documents):
            said = json.dumps([one.data for one in plain], sort_keys=True)
            alike[posixpath.dirname(path), said].append(path)
    for (_, said), paths in alike.items():
        for path in paths[1:] if len(said) > 20 else ():
            yield Finding(path, 0, ID, f"says the same as {visible(paths[0])}", LEVEL)
    for workload in cluster.of(repo, settings).workloads:
        for container in workload.containers:
            for key in ("command", "args"):
                words = sequence(container.data, key)
                for index, (one, other) in enumerate(pairwise(words)):
                    if one == other:
                        where = (*container.path, key, index + 1)
                        message = f"{workload.object}: {key} of {container.name} has {one!r} twice"
                        yield found(ID, LEVEL, workload.object, where, message)


def _is_object(document: Yaml) -> bool:
    return bool(text(document.data, "apiVersion") and text(document.data, "kind"))


def _lists(document: Yaml) -> Iterator[Finding]:
    for path, value in walk(document.data):
        if not isinstance(value, list) or (path and path[-1] in _IN_ORDER):
            continue
        counted = Counter(one for one in value if isinstance(one, str))
        for one, number in counted.items():
            if number > 1:
                line = document.line_of(*path)
                message = f"{visible(one)!r} stands {number} times in one list"
                yield Finding(document.file, line, ID, message, LEVEL)
