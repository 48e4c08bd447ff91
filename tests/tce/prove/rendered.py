"""An example as it is rendered, in memory, and proofs of it with a file changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from blueprints.engine.spec import load
from tce.blueprint import BLUEPRINT
from tce.intent.spec import Specification
from tce.prove.intent import Intent, read_intent
from tce.prove.prove import prove_repository
from tce.prove.report import Finding, Proof
from tce.prove.sources import Options
from tce.render import documents
from tests.tce.intent.specifications import EXAMPLES

TODAY = dt.date(2026, 11, 22)
SPEC = "spec.yaml"
RULESET = "network/perimeter/tce.nft"
EOS, IOS, JUNOS = (f"network/switches/{name}" for name in ("leaf1.eos", "leaf2.ios", "leaf3.junos"))


@dataclass(frozen=True)
class Files:
    """A repository in memory."""

    held: Mapping[str, bytes] = field(repr=False)

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(self.held)

    def exists(self, path: str) -> bool:
        return path in self.held

    def read(self, path: str) -> bytes:
        return self.held[path]


@lru_cache
def rendered(example: str = "hospital") -> Mapping[str, bytes]:
    loaded = load(EXAMPLES / f"{example}.yaml", BLUEPRINT)
    assert isinstance(loaded.model, Specification)
    return {SPEC: loaded.text, **{one.path: one.content for one in documents(loaded.model)}}


def changed(file: str, old: str, new: str, example: str = "hospital") -> dict[str, bytes]:
    """The files with the first place of a text replaced, which has to be there."""
    text = rendered(example)[file].decode()
    assert old in text, f"{old!r} is not in {file}"
    return {**rendered(example), file: text.replace(old, new, 1).encode()}


def proof(files: Mapping[str, bytes] | None = None, today: dt.date = TODAY) -> Proof:
    return prove_repository(
        Files(rendered() if files is None else files), "d", Options(), today, lambda _: None
    )


def found(file: str, old: str, new: str) -> tuple[Finding, ...]:
    return proof(changed(file, old, new)).findings


def intent(example: str = "hospital", today: dt.date = TODAY) -> Intent:
    return read_intent(rendered(example)[SPEC].decode(), SPEC, today)
