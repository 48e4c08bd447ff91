"""Changes of form that leave the meaning as it was; a check has nothing to say of them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import yaml

from tests.blueprints.mutation import defaults
from tests.blueprints.mutation.hcl import spans
from tests.blueprints.mutation.trees import Writer, closed, is_plain

SAME = ("order", "comments", "quoting", "style", "defaults")
"""The operators of this module."""


def preserved(
    operator: str, name: str, text: str, trees: list[Any], chance: random.Random
) -> str | None:
    """The file in another form; None where the operator has nothing to act on."""
    if name.endswith((".tf", ".tofu", ".hcl", ".tfvars")):
        return _HCL[operator](text, chance) if operator in _HCL else None
    documents = [closed(tree) for tree in trees]
    if name.endswith(".json"):
        if operator == "order":
            return json.dumps(_shuffled(documents[0], chance), indent=2) + "\n"
        return json.dumps(documents[0], indent=4) + "\n" if operator == "style" else None
    if operator == "comments":
        return _commented(text, chance)
    if operator == "order":
        return _dump([_shuffled(one, chance) for one in documents])
    if operator == "defaults":
        return _with_defaults(documents, chance)
    return _dump(documents, chance, quotes=operator == "quoting", flow=operator == "style")


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in value]
    return value


class _Indented(Writer):
    pass


def _dump(
    documents: list[Any],
    chance: random.Random | None = None,
    *,
    quotes: bool = False,
    flow: bool = False,
) -> str:
    """YAML in block style; at random with other quotes, or with flow style here and there."""
    shaper = _Indented(None)  # type: ignore[arg-type]
    shaper.sort_keys = False
    graphs = [shaper.represent_data(document) for document in documents]
    if chance is not None:
        for graph in graphs:
            _restyled(graph, chance, quotes=quotes, flow=flow)
    else:
        for graph in graphs:
            _block(graph)
    indent = chance.choice((2, 4)) if chance and flow else 2
    text: str = yaml.serialize_all(
        graphs, Dumper=_Indented, explicit_start=True, width=1000, allow_unicode=True, indent=indent
    )
    return text


def _block(node: yaml.Node) -> None:
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = False
        for child in _children(node):
            _block(child)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [one for pair in node.value for one in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _restyled(node: yaml.Node, chance: random.Random, *, quotes: bool, flow: bool) -> None:
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = flow and chance.random() < 0.2
        if node.flow_style:
            _flow(node)
            return
        for child in _children(node):
            _restyled(child, chance, quotes=quotes, flow=flow)
    elif quotes and isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str"):
        plain = [None] if is_plain(node.value) else []
        node.style = chance.choice([*plain, "'", '"'])


def _flow(node: yaml.Node) -> None:
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = True
        for child in _children(node):
            _flow(child)
    elif isinstance(node, yaml.ScalarNode) and node.style == "|":
        node.style = '"'


_TOP = re.compile(r"(?:[A-Za-z_.\"][^\n]*:(?: |\Z)|---)")


def _commented(text: str, chance: random.Random) -> str:
    """Comments before keys of the top level and at the end; a folded or literal text has none."""
    lines: list[str] = []
    for line in text.splitlines():
        if _TOP.match(line) and chance.random() < 0.4:
            lines.append(f"# noted on day {chance.randrange(1000)}: 'a' \"b\" {{c}} &d *e")
        plain = _TOP.match(line) and not line.rstrip().endswith(("|", "|-", "|+", ">", ">-"))
        lines.append(f"{line}  # as agreed" if plain and chance.random() < 0.3 else line)
    if text.endswith("\n") and not _has_block(lines):
        lines.append("# the end")
    return "\n".join(lines) + ("\n" if text.endswith("\n") else "")


def _has_block(lines: list[str]) -> bool:
    """Whether the last line may be part of a literal text, where a comment would be text."""
    return any(re.search(r"[|>][-+]?\d?\Z", line.rstrip()) for line in lines)


def _with_defaults(documents: list[Any], chance: random.Random) -> str | None:
    """At least one default that was left to the server is written out."""
    done = False
    for document in documents:
        if not isinstance(document, dict):
            continue
        known = list(defaults.of(document))
        chance.shuffle(known)
        wanted = chance.randint(1, 6)
        for default in known:
            if wanted and repr(default.value) != "{}" and defaults.fill(document, default):
                wanted, done = wanted - 1, True
    return _dump(documents) if done else None


def _hcl_comments(text: str, chance: random.Random) -> str:
    lines = text.splitlines()
    for span in reversed(spans(text)):
        if span.sort == "block" and chance.random() < 0.5:
            lines.insert(span.first, chance.choice(("# looked at twice", "// as agreed", "")))
    return "\n".join(lines) + "\n"


def _hcl_order(text: str, chance: random.Random) -> str | None:
    """Blocks of the top level in another order."""
    blocks = [span for span in spans(text) if span.sort == "block" and "/" not in span.path]
    if len(blocks) < 2:
        return None
    lines = text.splitlines()
    head = lines[: blocks[0].first]
    parts = [lines[block.first : block.last + 1] for block in blocks]
    chance.shuffle(parts)
    body = [line for part in parts for line in ("", *part)]
    return "\n".join([*head, *body[1:]]) + "\n"


def _hcl_style(text: str, chance: random.Random) -> str:
    """Other blanks before the sign, as before `terraform fmt`."""
    lines = text.splitlines()
    for span in spans(text):
        if span.sort == "attribute" and chance.random() < 0.5:
            lines[span.first] = re.sub(r"(?<=[\w\"])\s+=\s+", " = ", lines[span.first], count=1)
    return "\n".join(lines) + "\n"


_HCL: dict[str, Callable[[str, random.Random], str | None]] = {
    "comments": _hcl_comments,
    "order": _hcl_order,
    "style": _hcl_style,
}
