"""Plain data as trees: where the nodes are, and copies in which one of them is another.

A configuration file inside a ConfigMap is opened, so that its nodes are nodes like all others.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

INSIDE = "(text)"
"""The step of a path from a text to the document that is written in it."""

Step = str | int
Place = tuple[Step, ...]


@dataclass
class Inside:
    """A document that lies, as text, in another one."""

    data: Any
    form: str
    """`yaml` or `json`."""


def holds_texts(document: Any, place: Place) -> bool:
    """Whether a text at this place is a file of its own: a key of a ConfigMap and the like."""
    if not isinstance(document, dict):
        return False
    kind, parent = document.get("kind"), place[:-1]
    if kind == "ConfigMap":
        return parent == ("data",)
    if kind == "Secret":
        return parent == ("stringData",)
    if kind == "ExternalSecret":
        return parent == ("spec", "target", "template", "data")
    if kind == "Application":
        return place[-1:] == ("values",) and "helm" in place
    return False


def opened(document: Any) -> Any:
    """The same document with the documents in it opened."""

    def walk(value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return {key: walk(item, (*place, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item, (*place, number)) for number, item in enumerate(value)]
        if isinstance(value, str) and holds_texts(document, place):
            return _open(value)
        return value

    return walk(document, ())


def _open(text: str) -> Any:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return Inside(json.loads(text), "json")
        except ValueError:
            pass
    if "\n" not in text:
        return text
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return text
    return Inside(data, "yaml") if isinstance(data, dict | list) else text


def closed(tree: Any) -> Any:
    """The document that `opened` was given, with its texts written anew."""
    if isinstance(tree, dict):
        return {key: closed(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [closed(item) for item in tree]
    if isinstance(tree, Inside):
        if tree.form == "json":
            return json.dumps(closed(tree.data), indent=2) + "\n"
        return written([closed(tree.data)], marker=False)
    return tree


def nodes(tree: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every node below the root, parents first."""
    if isinstance(tree, dict):
        for key, item in tree.items():
            yield (*place, key), item
            yield from nodes(item, (*place, key))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield (*place, number), item
            yield from nodes(item, (*place, number))
    elif isinstance(tree, Inside):
        yield from nodes(tree.data, (*place, INSIDE))


def at(tree: Any, place: Place) -> Any:
    """The node at a place; KeyError or IndexError where there is none."""
    for step in place:
        tree = tree.data if isinstance(tree, Inside) else tree[step]
    return tree


def changed(tree: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place."""
    result = copy.deepcopy(tree)
    if not place:
        return value
    parent = at(result, place[:-1])
    if isinstance(parent, Inside):
        parent.data = value
    else:
        parent[place[-1]] = value
    return result


def without(tree: Any, place: Place) -> Any:
    """A copy in which a key or an item is gone."""
    result = copy.deepcopy(tree)
    del at(result, place[:-1])[place[-1]]
    return result


def renamed(tree: Any, place: Place, name: str) -> Any:
    """A copy in which a key has another name, in the same place."""
    parent = at(tree, place[:-1])
    return changed(
        tree, place[:-1], {(name if key == place[-1] else key): parent[key] for key in parent}
    )


def inserted(tree: Any, place: Place, value: Any) -> Any:
    """A copy with one more item in a list, after the one at the place."""
    result = copy.deepcopy(tree)
    at(result, place[:-1]).insert(int(place[-1]) + 1, value)
    return result


def name_at(place: Place) -> str:
    """The nearest key: what a value, or an item of a list, is called."""
    return next((step for step in reversed(place) if isinstance(step, str) and step != INSIDE), "")


def spelled(place: Place) -> str:
    """For people: `spec/containers/0/image`."""
    return "/".join(str(step).replace("/", "~1") for step in place)


_PLAIN = re.compile(r"[A-Za-z/_][A-Za-z0-9_./@+-]*(?:[ :][A-Za-z0-9_./@+-]+)*\Z")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}


def is_plain(text: str) -> bool:
    """Whether a text needs no quotes in any version of YAML."""
    return (
        _PLAIN.match(text) is not None
        and text.lower() not in _WORDS
        and ": " not in text
        and not text.endswith(":")
    )


class Writer(yaml.SafeDumper):
    """Writes block style; quotes whatever YAML 1.1 or 1.2 could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """A value that stands twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a list are indented."""
        return super().increase_indent(flow, False)


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if is_plain(text) else "|" if "\n" in text else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style)


Writer.add_representer(str, _text)


def written(documents: list[Any], *, marker: bool = True) -> str:
    """The documents as one YAML file."""
    return yaml.dump_all(
        documents,
        Dumper=Writer,
        sort_keys=False,
        explicit_start=marker,
        width=1000,
        allow_unicode=True,
        default_flow_style=False,
    )


def read(text: str) -> list[Any]:
    """The documents of a YAML file, empty ones left out."""
    documents = yaml.load_all(text, Loader=yaml.CSafeLoader)
    return [document for document in documents if document is not None]
