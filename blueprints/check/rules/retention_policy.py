"""A retention policy that goes by the name of another one, or says what no policy can say.

Looks at retention policies (a file or an entry of a ConfigMap named `policy.yaml` with `rules`):
version, title, scope, grace, rules and examples have to be there; a rule has an id of its own, a
`match`, and says what is kept or when something may go; an example has artifacts, each with a
place and a verdict. A policy whose title is that of one that comes with tutela is that one.

People read the title of a report, and decide about petabytes by it.

Give a policy that was changed a title of its own, and run `tutela policy lint` and
`tutela policy test` on it.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from blueprints.check import events
from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import labels, mapping, mappings, number, sequence, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "retention-policy"
LEVEL = Level.ERROR

_NAME = "policy.yaml"
_KNOWN = frozenset(
    [
        "version",
        "title",
        "scope",
        "evidence",
        "protect",
        "grace",
        "notice",
        "rules",
        "limits",
        "apply",
        "examples",
    ]
)
_NEEDED = ("title", "scope", "grace", "rules", "examples")
_VERDICTS = ("keep", "expire")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Policies that are not what they say."""
    for item in cluster.of(repo, settings).of_kind("ConfigMap"):
        for key, value in labels(item.data, "data").items():
            if key == _NAME and "rules:" in value:
                for words in mistakes(value):
                    yield found(ID, LEVEL, item, ("data", key), f"{item}: the policy {words}")
    for file in repo.files:
        if file.rpartition("/")[2] == _NAME and file.endswith(".yaml"):
            for one in repo.yaml(file)[:1]:
                if sequence(one.data, "rules") and "apiVersion" not in mapping(one.data):
                    for words in _judge(one.data):
                        yield Finding(file, 1, ID, f"the policy {words}", LEVEL)


def mistakes(value: str) -> Iterator[str]:
    """What is wrong with the text of a policy; a text that is no YAML is told elsewhere."""
    documents, problems = events.read(value)
    if len(documents) == 1 and not any(one.kind == "syntax" for one in problems):
        yield from _judge(documents[0].data)


@cache
def _shipped() -> dict[str, Any]:
    """The policies that come with the program, by title."""
    found_ = {}
    for file in sorted(files("policies").joinpath("retention").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            document = events.read(file.read_text(encoding="utf-8"))[0][0]
            found_[text(document.data, "title")] = document.data
    return found_


def _judge(data: object) -> Iterator[str]:
    if number(data, "version") != 1:
        yield "does not say version: 1"
    for key in _NEEDED:
        if not mapping(data).get(key):
            yield f"has no {key}"
    for key in mapping(data):
        if key not in _KNOWN:
            yield f"has {key}, which no policy has"
    title = text(data, "title")
    if title in _shipped() and _shipped()[title] != data:
        yield f"calls itself {title!r} and says something else than that one"
    ids: set[str] = set()
    for index, rule in mappings(data, "rules"):
        name = text(rule, "id")
        if not name or name in ids:
            yield f"has a rule without an id of its own: rules[{index}]"
        ids.add(name)
        if not mapping(rule, "match"):
            yield f"has a rule that matches nothing: {name}"
        if not mapping(rule, "keep") and not mapping(rule, "else"):
            yield f"has a rule that says neither keep nor else: {name}"
        for tier in ("else", "then"):
            if tier in rule and not (text(rule, tier, "after") and text(rule, tier, "action")):
                yield f"has a rule that does not say when and what: {name}.{tier}"
    for example in (one for _, one in mappings(data, "examples")):
        if not text(example, "name") or not sequence(example, "artifacts"):
            yield "has an example without a name or without artifacts"
        for _, artifact in mappings(example, "artifacts"):
            if not text(artifact, "root") or text(artifact, "verdict") not in _VERDICTS:
                yield f"has an artifact without a place or a verdict in {text(example, 'name')!r}"
