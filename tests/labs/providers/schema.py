"""What a provider takes, as Terraform's protocol tells it: arguments, their types, nested blocks.

A type is written as cty's JSON: ``"string"``, ``["list", "string"]``, ``["object", {...}]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STRING = "string"
BOOL = "bool"
NUMBER = "number"
STRINGS = ["list", "string"]
SET = ["set", "string"]
MAP = ["map", "string"]
DYNAMIC = "dynamic"


@dataclass(frozen=True)
class Block:
    """Arguments by what they are, and blocks within."""

    required: Mapping[str, object] = field(default_factory=dict)
    optional: Mapping[str, object] = field(default_factory=dict)
    computed: Mapping[str, object] = field(default_factory=dict)
    both: Mapping[str, object] = field(default_factory=dict)
    """Optional, and told by the provider where they are not given."""
    blocks: Mapping[str, Nested] = field(default_factory=dict)
    deprecated: Sequence[str] = ()
    """Of the arguments above, those that Terraform warns of."""

    def arguments(self) -> set[str]:
        """Names that may stand in configuration; blocks among them."""
        return {*self.required, *self.optional, *self.both, *self.blocks}


@dataclass(frozen=True)
class Nested:
    """Blocks of one name within another block."""

    block: Block
    mode: str = "list"
    """``single``, ``list`` or ``set``."""
    least: int = 0
    most: int = 0
    """0: any number."""


@dataclass(frozen=True)
class Provider:
    """One provider: its own arguments, its resources, its data sources."""

    address: str
    settings: Block
    resources: Mapping[str, Block]
    data: Mapping[str, Block] = field(default_factory=dict)


def texts(*names: str) -> dict[str, object]:
    return dict.fromkeys(names, STRING)


def flags(*names: str) -> dict[str, object]:
    return dict.fromkeys(names, BOOL)


def numbers(*names: str) -> dict[str, object]:
    return dict.fromkeys(names, NUMBER)


ID: Mapping[str, object] = {"id": STRING}


def block(facts: Mapping[str, Any]) -> Block:
    """From JSON as :func:`plain` makes it."""
    return Block(
        facts.get("required", {}),
        facts.get("optional", {}),
        facts.get("computed", {}),
        facts.get("both", {}),
        {
            name: Nested(block(one["block"]), one["mode"], one["least"], one["most"])
            for name, one in facts.get("blocks", {}).items()
        },
        tuple(facts.get("deprecated", ())),
    )


def plain(of: Block) -> dict[str, Any]:
    """As JSON; what is empty is left out."""
    found: dict[str, Any] = {
        kind: dict(getattr(of, kind))
        for kind in ("required", "optional", "computed", "both")
        if getattr(of, kind)
    }
    if of.deprecated:
        found["deprecated"] = list(of.deprecated)
    if of.blocks:
        found["blocks"] = {
            name: {
                "block": plain(one.block),
                "mode": one.mode,
                "least": one.least,
                "most": one.most,
            }
            for name, one in of.blocks.items()
        }
    return found
