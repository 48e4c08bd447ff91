"""What a file of a rendered repository means: the form in which two files are compared.

Reads with other libraries than the check does (ruamel.yaml in pure Python, python-hcl2) and
shares no code with its rules. Two files mean the same when their normal forms are equal:
order of keys, comments, quoting and style do not count; defaults of the schema are filled in;
a quantity is its value; lists whose order has no meaning in the API are sorted, and there an item
that stands twice counts once where the API takes a set. Everything else counts, also free text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import hcl2
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver

from tests.blueprints.mutation import defaults
from tests.blueprints.mutation.hcl import Span, spans
from tests.blueprints.mutation.trees import holds_texts

Form = Any
"""Nested tuples that can be compared and sorted by `repr`."""

_SETS = {
    # RBAC: "permissions are purely additive": rules, and what they name, have no order.
    "Role": ("rules", "rules/*/verbs", "rules/*/resources", "rules/*/apiGroups"),
    "ClusterRole": ("rules", "rules/*/verbs", "rules/*/resources", "rules/*/apiGroups"),
    "RoleBinding": ("subjects",),
    "ClusterRoleBinding": ("subjects",),
    # NetworkPolicy: items of a list are combined with a logical OR.
    "NetworkPolicy": (
        "spec/ingress",
        "spec/egress",
        "spec/policyTypes",
        "spec/ingress/*/from",
        "spec/ingress/*/ports",
        "spec/egress/*/to",
        "spec/egress/*/ports",
        "spec/ingress/*/from/*/ipBlock/except",
        "spec/egress/*/to/*/ipBlock/except",
    ),
    # Argo CD looks for any entry that matches (docs/user-guide/projects.md).
    "AppProject": (
        "spec/sourceRepos",
        "spec/sourceNamespaces",
        "spec/destinations",
        "spec/clusterResourceWhitelist",
        "spec/clusterResourceBlacklist",
        "spec/namespaceResourceWhitelist",
        "spec/namespaceResourceBlacklist",
        "spec/roles/*/groups",
        "spec/roles/*/policies",
    ),
    "PersistentVolumeClaim": ("spec/accessModes",),
}
"""Where a list is a set: neither order nor repetition counts."""

_MAPS = {
    # x-kubernetes-list-type: map, with x-kubernetes-list-map-keys, in the OpenAPI of Kubernetes.
    "Service": ("spec/ports",),
    "AppProject": ("spec/roles",),
}
_POD_MAPS = (
    "imagePullSecrets",
    "volumes",
    "hostAliases",
    "containers",
    "containers/*/ports",
    "containers/*/volumeMounts",
    "initContainers/*/ports",
    "initContainers/*/volumeMounts",
)
"""Where a list is a map by a key of its items: order does not count, repetition does."""
_POD_SETS = (
    "containers/*/securityContext/capabilities/drop",
    "containers/*/securityContext/capabilities/add",
    "initContainers/*/securityContext/capabilities/drop",
    "initContainers/*/securityContext/capabilities/add",
)
_POD = {
    "Pod": "spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
} | dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "Job"), "spec/template/spec")

_QUANTITIES = re.compile(
    r"(?:.*/resources/(?:limits|requests)/[^/]+"
    r"|spec/hard/[^/]+"
    r"|spec/limits/\*/(?:default|defaultRequest|max|min)/[^/]+"
    r"|spec/volumes/\*/emptyDir/sizeLimit|.*/emptyDir/sizeLimit"
    r"|spec/capacity/[^/]+)\Z"
)
_QUANTITY = re.compile(r"([+-]?[0-9]*\.?[0-9]+)(?:([eE][+-]?[0-9]+)|([numkMGTPE]i?|Ki))?\Z")
_POWERS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


class _Unreadable(Exception):
    pass


class _Eleven(VersionedResolver):
    """Reads as Kubernetes does, by YAML 1.1 in every document: a plain `yes` is true."""

    @property
    def processing_version(self) -> Any:
        return (1, 1)


def normal(path: str, content: bytes) -> Form:
    """The normal form of a file; of one that cannot be read, its bytes and that it cannot."""
    try:
        text = content.decode()
        if path.endswith((".yaml", ".yml")) or path.endswith((".yamllint",)):
            if "/templates/" in path and "{{" in text:
                return ("template", text)
            form = _documents(text, as_text=".github/workflows/" in path)
            return ("yaml", form)
        if path.endswith(".json"):
            return ("json", _form(json.loads(text, object_pairs_hook=_object), "", "", None))
        if path.endswith((".tf", ".tofu", ".hcl", ".tfvars")):
            return ("hcl", _hcl(text))
    except (_Unreadable, UnicodeDecodeError, ValueError) as error:
        return ("unreadable", type(error).__name__, content)
    return ("bytes", content)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise _Unreadable
    return dict(pairs)


def _documents(text: str, *, as_text: bool = False) -> Form:
    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = False
    reader.Resolver = _Eleven
    try:
        documents = [one for one in reader.load_all(io.StringIO(text)) if one is not None]
    except (YAMLError, RecursionError, AttributeError, TypeError) as error:
        raise _Unreadable from error
    if as_text:
        documents = [_inputs_as_text(one) for one in documents]
    forms = [_document(one) for one in documents]
    if all(isinstance(one, dict) and "kind" in one for one in documents):
        forms.sort(key=repr)
    return tuple(forms)


def _inputs_as_text(value: Any) -> Any:
    """GitHub hands inputs of actions and variables on as text, whatever they were.

    Source: docs.github.com, metadata syntax of actions, `inputs`, and contexts, `env`.
    """
    if isinstance(value, list):
        return [_inputs_as_text(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {name: _as_text(one) for name, one in item.items()}
        if key in ("with", "env") and isinstance(item, dict)
        else _inputs_as_text(item)
        for key, item in value.items()
    }


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _document(value: Any) -> Form:
    if not isinstance(value, dict):
        return _form(value, "", "", value)
    kind = value.get("kind")
    served = isinstance(kind, str) and isinstance(value.get("apiVersion"), str)
    if served and kind == "List" and isinstance(value.get("items"), list):
        return ("list", tuple(sorted((_document(one) for one in value["items"]), key=repr)))
    try:
        whole = defaults.filled(_without_nulls(value) if served else value)
    except (TypeError, ValueError, AttributeError, KeyError):
        whole = value
    return _form(whole, "", str(kind) if served else "", whole)


def _without_nulls(value: Any) -> Any:
    """A server drops a key whose value is null."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _form(value: Any, place: str, kind: str, document: Any) -> Form:
    if isinstance(value, dict):
        below = f"{place}/" if place else ""
        pairs = [
            (_scalar(key), _form(item, f"{below}{key}", kind, document))
            for key, item in value.items()
        ]
        return ("map", tuple(sorted(pairs, key=repr)))
    if isinstance(value, list):
        items = [_form(item, f"{place}/*", kind, document) for item in value]
        if _listed(place, kind, _SETS, _POD_SETS):
            return ("set", tuple(sorted(set(items), key=repr)))
        if _listed(place, kind, _MAPS, _POD_MAPS):
            return ("bag", tuple(sorted(items, key=repr)))
        return ("list", tuple(items))
    if isinstance(value, str):
        if "\n" in value or value.lstrip()[:1] in ("{", "["):
            steps = tuple(place.split("/")) if place.count("/") < 2 else _steps(value, document)
            if holds_texts(document, steps):
                return _inside(value)
        if kind and _QUANTITIES.match(place):
            return _quantity(value)
    elif kind and isinstance(value, int | float) and _QUANTITIES.match(place):
        return _quantity(str(value)) if not isinstance(value, bool) else _scalar(value)
    return _scalar(value)


def _steps(text: str, document: Any) -> tuple[str, ...]:
    """The path of a text that lies deeper, for the few places where that can hold a document."""
    known = (("spec", "target", "template", "data"), ("spec", "source", "helm"))
    for parent in known:
        found: Any = document
        for step in parent:
            found = found.get(step) if isinstance(found, dict) else None
        for key, item in found.items() if isinstance(found, dict) else ():
            if item == text:
                return (*parent, str(key))
    return ()


def _listed(
    place: str, kind: str, by_kind: Mapping[str, tuple[str, ...]], of_pods: tuple[str, ...]
) -> bool:
    if place in by_kind.get(kind, ()):
        return True
    pod = _POD.get(kind)
    return (
        pod is not None and place.startswith(f"{pod}/") and place.removeprefix(f"{pod}/") in of_pods
    )


def _inside(text: str) -> Form:
    """A document inside a text; its own kind counts, and its defaults."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return ("inside", _document(json.loads(text)))
        except ValueError:
            pass
    try:
        return ("inside", _documents(text))
    except _Unreadable:
        return _scalar(text)


def _quantity(text: str) -> Form:
    matched = _QUANTITY.match(text)
    if matched is None:
        return _scalar(text)
    number, exponent, unit = Decimal(matched[1]), matched[2] or "", matched[3] or ""
    if unit in _BINARY:
        number *= 1024 ** _BINARY[unit]
    elif unit in _POWERS:
        number = number.scaleb(_POWERS[unit])
    else:
        return _scalar(text)
    if exponent:
        number = number.scaleb(int(exponent[1:]))
    return ("quantity", str(number.normalize()))


def _scalar(value: Any) -> Form:
    if isinstance(value, bool) or value is None:
        return (type(value).__name__, str(value))
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer()
        return ("number", str(int(value) if whole else value))
    return (type(value).__name__, str(value))


def _hcl(text: str) -> Form:
    if _attribute_twice(text):
        raise _Unreadable
    try:
        tree = hcl2.loads(text if text.endswith("\n") else text + "\n")
    except Exception as error:
        raise _Unreadable from error
    return _block(tree)


def _attribute_twice(text: str) -> bool:
    """An error in HCL that the parser lets pass; `a: 1` of objects is told in the same way."""
    found: set[tuple[int, str]] = set()
    open_spans: list[Span] = []
    for span in spans(text):
        while open_spans and open_spans[-1].last < span.first:
            open_spans.pop()
        key = (open_spans[-1].first if open_spans else -1, span.name)
        if span.sort == "attribute" and key in found:
            return True
        found.add(key)
        open_spans.append(span)
    return False


def _block(value: Any) -> Form:
    if isinstance(value, dict):
        pairs = [
            (str(key), _block(item))
            for key, item in value.items()
            if key not in ("__comments__", "__inline_comments__", "__is_block__")
        ]
        return ("map", tuple(sorted(pairs, key=repr)))
    if isinstance(value, list):
        items = [_block(item) for item in value]
        blocks = all(isinstance(item, dict) and _is_block(item) for item in value)
        # Blocks of one type have no order in the language; items of a list do.
        return ("bag", tuple(sorted(items, key=repr))) if blocks else ("list", tuple(items))
    return _scalar(value)


def _is_block(item: dict[str, Any]) -> bool:
    if "__is_block__" in item:
        return True
    inner = [one for one in item.values() if isinstance(one, dict)]
    return len(inner) == len(item) and all(_is_block(one) for one in inner)
