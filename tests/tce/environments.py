"""Environments as folders: the specification and the devices of an example, and no other part."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from blueprints.engine.spec import load
from tce.intent.spec import Specification
from tce.render import cluster, kubernetes, network
from tests.tce.intent.specifications import BLUEPRINT, EXAMPLES

TODAY = dt.date(2026, 11, 22)
RULESET = "network/perimeter/tce.nft"


def environment(folder: Path, example: str = "hospital", *, policies: bool = False) -> Path:
    """A folder with what devices and their proof need; with `policies`, Kubernetes' documents."""
    loaded = load(EXAMPLES / f"{example}.yaml", BLUEPRINT)
    assert isinstance(loaded.model, Specification)
    folder.mkdir(parents=True)
    (folder / "spec.yaml").write_bytes(loaded.text)
    parts = [*network.files(loaded.model)]
    if policies:
        parts += [*kubernetes.files(loaded.model), *cluster.files(loaded.model)]
    for file in parts:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    return folder


def edited(folder: Path, path: str, old: str, new: str) -> None:
    """A file with one text replaced, which has to be there."""
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    file.write_text(text.replace(old, new), encoding="utf-8")
