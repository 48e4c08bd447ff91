"""A file inside a ConfigMap that the program behind it cannot read.

Looks at entries of ConfigMaps whose name ends in `.yaml`, `.yml`, `.json`, `.toml`, `.py` or `.sh`,
and at settings of ArgoCD that are YAML: they must parse, without keys that stand twice; Python must
compile (nothing is run).

Kubernetes takes any text; the program finds out when it starts, or takes the last of two keys.

Mend the text.
"""

import json
import re
import tomllib
import warnings
from collections.abc import Iterator

from blueprints.check import events
from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, labels
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "config-file"
LEVEL = Level.ERROR

_YAML_KEYS = ("oidc.config", "dex.config", "config.yaml")
_TEMPLATE = re.compile(r"\{\{|\{%")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Texts that cannot be read."""
    known = cluster.of(repo, settings)
    for item in known.of_kind("ConfigMap"):
        for key, value in labels(item.data, "data").items():
            for words in mistakes(key, value):
                path: Path = ("data", key)
                yield found(ID, LEVEL, item, path, f"{item}: {key} {words}")
    for item in known.of_kind("Application"):
        yield from _values(item)


def mistakes(name: str, value: str) -> Iterator[str]:
    """What is wrong with a text of this name."""
    if name.endswith((".yaml", ".yml")) or name in _YAML_KEYS:
        if not _TEMPLATE.search(value):
            for problem in events.read(value)[1]:
                if problem.kind in ("syntax", "duplicate-key", "encoding"):
                    yield f"line {problem.line}: {problem.message}"
    elif name.endswith(".json"):
        yield from _json(value)
    elif name.endswith(".toml"):
        try:
            tomllib.loads(value)
        except tomllib.TOMLDecodeError as error:
            yield f"is no TOML: {error}"
    elif name.endswith(".py"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(value, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            yield f"is no Python: {error}"


def _json(value: str) -> Iterator[str]:
    twice: list[str] = []

    def pairs(entries: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in entries]
        twice.extend(key for key in set(keys) if keys.count(key) > 1)
        return dict(entries)

    try:
        json.loads(value, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        yield f"is no JSON: {error}"
    for key in sorted(set(twice)):
        yield f"has the key {key} twice"


def _values(item: Object) -> Iterator[Finding]:
    for key, value in labels(item.data, "spec", "source", "helm").items():
        if key == "values":
            for words in mistakes("values.yaml", value):
                path: Path = ("spec", "source", "helm", "values")
                yield found(ID, LEVEL, item, path, f"{item}: values {words}")
