"""What blocks of HCL may say: `policies/checks/tofu.yaml`."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from blueprints.check.schemas.notation import DIALECT, compile_node, split_mark
from blueprints.check.schemas.policy import read
from blueprints.check.schemas.words import said
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
META = {"for_each", "count", "depends_on", "provider", "providers"}
_OWN_TERMS = ("version", "source")
_HTTPS = {"type": "string", "pattern": r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/\S*)?$"}


@cache
def table(group: str) -> dict[str, dict[str, Any]]:
    """One part of the file: `top`, `backends`, `providers`, `data`, `resources`, `blocks`."""
    found: dict[str, dict[str, Any]] = read("tofu.yaml")[group]
    return found


@cache
def _terms() -> dict[str, Any]:
    shared = read("terms.yaml").items()
    defs: dict[str, Any] = {name: term for name, term in shared if "urn:" not in str(term)}
    defs["https"] = {**_HTTPS, "title": "be an address that starts with https://"}
    for name in _OWN_TERMS:
        defs[name] = compile_node(read("tofu.yaml")[name], where=f"tofu: {name}")
    return defs


@cache
def _validator(group: str, name: str, field: str) -> tuple[jsonschema_rs.Validator, dict[str, Any]]:
    node = table(group)[name][field]
    document = {
        "$schema": DIALECT,
        "$defs": _terms(),
        **compile_node(node, where=f"{name}.{field}"),
    }
    return jsonschema_rs.validator_for(document), document


def problems(block: Block, group: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield line and words for every argument of a block that is not as the table says."""
    known = {split_mark(field)[0]: (field, node) for field, node in table(group)[name].items()}
    for argument, (field, _) in known.items():
        given = block.attributes.get(argument)
        if split_mark(field)[1] and (given is None or given.value is None):
            yield block.line, f"{argument} is missing"
    for attribute in block.attributes.values():
        if attribute.name in known:
            field, node = known[attribute.name]
            yield from _value(attribute, group, name, field, node)
        elif attribute.name not in META:
            yield attribute.line, f"{visible(attribute.name)} is no argument"


def _value(
    attribute: Attribute, group: str, name: str, field: str, node: Any
) -> Iterator[tuple[int, str]]:
    if isinstance(node, dict) and "refers" in node:
        wanted = node["refers"]
        if not any(wanted[0] in one or set(wanted) & set(one) for one in attribute.references):
            yield attribute.line, f"{attribute.name} does not refer to any {' or '.join(wanted)}"
        return
    value = attribute.value
    if node == "any" or value is None or isinstance(value, Expression):
        return
    if isinstance(value, list):
        value = [one for one in value if not isinstance(one, Expression)] or value[:0]
        if not value:
            return
    validator, document = _validator(group, name, field)
    if not validator.is_valid(value):
        for one in said(validator, value, document):
            words = one.message.removeprefix("it ")
            yield attribute.line, f"{attribute.name} {visible(words)}"
