"""What blocks of HCL may say: `policies/checks/tofu.yaml` and `tofu-clusters.yaml`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeAlias

import jsonschema_rs

from blueprints.check.schemas.notation import DIALECT, compile_node, split_mark
from blueprints.check.schemas.policy import read
from blueprints.check.schemas.words import said
from blueprints.check.tofu.encoded import wrong
from blueprints.check.tofu.reader import Attribute, Block, Expression
from blueprints.display import visible

COMPUTED = {
    "id",
    "node_id",
    "slug",
    "full_name",
    "html_url",
    "http_clone_url",
    "ssh_clone_url",
    "git_clone_url",
    "clone_url",
    "ssh_url",
    "repo_id",
    "internal_id",
    "path",
    "output",
    "object",
    "accessor",
}
"""What a resource has without being told."""
META = {"for_each", "count", "depends_on", "provider", "providers", "alias"}
_META_BLOCKS = {"lifecycle", "provisioner", "connection", "timeouts"}
_FILES = ("tofu.yaml", "tofu-clusters.yaml")
_GROUPS = (
    "types",
    "top",
    "backends",
    "encryption",
    "providers",
    "data",
    "resources",
    "blocks",
    "documents",
)
_PARTS = ("blocks", "computed")
"""What an entry has beside arguments."""
_HTTPS = {"type": "string", "pattern": r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/\S*)?$"}

Entry: TypeAlias = dict[str, Any]


@cache
def table(group: str) -> dict[str, Entry]:
    """One part of the files: `top`, `backends`, `providers`, `data`, `resources`, `blocks`."""
    return {name: entry for file in _FILES for name, entry in read(file).get(group, {}).items()}


@cache
def _terms() -> dict[str, Any]:
    shared = read("terms.yaml").items()
    defs: dict[str, Any] = {name: term for name, term in shared if "urn:" not in str(term)}
    defs["https"] = {**_HTTPS, "title": "be an address that starts with https://"}
    for file in _FILES:
        for name, node in read(file).items():
            if name not in _GROUPS:
                defs[name] = compile_node(node, where=f"{file}: {name}")
    return defs


def problems(block: Block, group: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield line and words for every argument of a block that is not as the table says.

    Blocks within are gone through where the table knows those of this one.
    """
    yield from _entry(block, table(group)[name], "")


def unknown_types(block: Block, of: str) -> Iterator[tuple[int, str]]:
    """Yield line and words for blocks of types that a file (`top`) or `terraform` does not have."""
    known = read("tofu.yaml")["types"][of]
    for one in block.blocks:
        if one.type not in known:
            hint = _near(one.type, known)
            yield one.line, f"{visible(one.type)} is no block{hint}"


def attributes(group: str, name: str) -> set[str]:
    """What others may ask of a resource or data source: arguments, blocks, what is computed."""
    entry = table(group)[name]
    if "computed" in entry:
        computed = {*entry["computed"], *(split_mark(one)[0] for one in entry.get("blocks", {}))}
    else:
        computed = COMPUTED
    return {split_mark(field)[0] for field in entry if field not in _PARTS} | computed


def _entry(block: Block, entry: Entry, which: str) -> Iterator[tuple[int, str]]:
    """`which`: what is said before an argument, of a block within another."""
    fields = {field: node for field, node in entry.items() if field not in _PARTS}
    known = {split_mark(field)[0]: (field, node) for field, node in fields.items()}
    for argument, (field, _) in known.items():
        given = block.attributes.get(argument)
        if split_mark(field)[1] and (given is None or given.value is None):
            yield block.line, f"{which}{argument} is missing"
    for attribute in block.attributes.values():
        if attribute.name in known:
            _, node = known[attribute.name]
            for line, words in _value(attribute, node):
                yield line, f"{which}{words}"
        elif attribute.name not in META:
            hint = _near(attribute.name, known)
            yield attribute.line, f"{which}{visible(attribute.name)} is no argument{hint}"
    if "blocks" in entry:
        yield from _blocks(block, entry["blocks"])


def _blocks(block: Block, entries: Mapping[str, Entry]) -> Iterator[tuple[int, str]]:
    known = {split_mark(name)[0]: (name, entry) for name, entry in entries.items()}
    for one in block.of("dynamic"):
        label = f"dynamic {' '.join(one.labels)}: "
        yield from _entry(one, table("top")["dynamic"], label)
    found = [content(one) for one in block.blocks if one.type not in _META_BLOCKS]
    for name, (marked, _) in known.items():
        if split_mark(marked)[1] and all(one.type != name for one in found):
            yield block.line, f"block {name} is missing"
    for one in found:
        if one.type in known:
            yield from _entry(one, known[one.type][1], f"{one.type}: ")
        else:
            yield one.line, f"{visible(one.type)} is no block{_near(one.type, known)}"


def content(block: Block) -> Block:
    """Of `dynamic "members" { content {...} }` what each of the blocks will be."""
    if block.type == "dynamic" and block.labels:
        for one in block.of("content"):
            return Block(block.labels[0], (), one.line, one.attributes, one.blocks)
    return block


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


@cache
def _validator(node: str) -> tuple[jsonschema_rs.Validator, dict[str, Any]]:
    document = {"$schema": DIALECT, "$defs": _terms(), **compile_node(json.loads(node), where=node)}
    return jsonschema_rs.validator_for(document), document


def judge(node: object, value: Any) -> Iterator[str]:
    """Yield in words what is wrong with a value by a node of the notation."""
    plain = _plain(value)
    if node == "any" or (not plain and value):
        return
    validator, document = _validator(json.dumps(node))
    if not validator.is_valid(plain):
        for one in said(validator, plain, document):
            yield visible(one.message.removeprefix("it "))


def _value(attribute: Attribute, node: Any) -> Iterator[tuple[int, str]]:
    if isinstance(node, dict) and "refers" in node:
        wanted = node["refers"]
        if not any(wanted[0] in one or set(wanted) & set(one) for one in attribute.references):
            yield attribute.line, f"{attribute.name} does not refer to any {' or '.join(wanted)}"
        return
    if isinstance(node, dict) and "encoded" in node:
        for words in wrong(attribute.value, node, judge):
            yield attribute.line, f"{attribute.name}: {words}"
        return
    if attribute.value is None or isinstance(attribute.value, Expression):
        return
    for words in judge(node, attribute.value):
        yield attribute.line, f"{attribute.name} {words}"


def _plain(value: Any) -> Any:
    """A value without what is known only when it is evaluated."""
    if isinstance(value, list):
        return [_plain(one) for one in value if not isinstance(one, Expression)]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if not isinstance(one, Expression)}
    return value
