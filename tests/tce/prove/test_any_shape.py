"""Documents with a value of any other type, anywhere: findings, and never a traceback."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import yaml

from blueprints.check.documents import walk
from tce.prove import kubernetes, link
from tce.prove.intent import UnreadableIntentError
from tests.tce.prove.small import CLUSTER, HARVESTER, SPEC, edited, intent

ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    3,
    -1.5,
    True,
    "",
    "x",
    [[None]],
    {"a": {"b": []}},
    [3],
    "::/0",
)
EVERY = 12
"""Of the variants that are tried; each place is tried as something else, and each something."""
FILES = [file for file in (*CLUSTER, *HARVESTER) if file != "spec.yaml"]


def variants(data: Any) -> Iterator[Any]:
    for number, (path, _) in enumerate(list(walk(data))):
        for odd in ODD[number % EVERY :: EVERY]:
            if path:
                changed = copy.deepcopy(data)
                inner = changed
                for part in path[:-1]:
                    inner = inner[part]
                inner[path[-1]] = odd
                yield changed


@pytest.mark.parametrize("file", FILES)
def test_documents_of_any_shape_are_judged(file: str) -> None:
    files = edited()
    said, wanted = yaml.safe_load(SPEC), intent()
    documents = list(yaml.safe_load_all(files[file]))
    prove = link.prove if file in HARVESTER else kubernetes.prove
    for n, document in enumerate(documents):
        for variant in variants(document):
            several = [*documents[:n], variant, *documents[n + 1 :]]
            prove({**files, file: yaml.safe_dump_all(several).encode()}, said, wanted)


def test_a_specification_of_any_shape_is_refused_or_judged() -> None:
    files, wanted = edited(), intent()
    said = yaml.safe_load(SPEC)
    for known in ("flows", "zones"):
        said.pop(known)
    for variant in variants(said):
        for prove in (kubernetes.prove, link.prove):
            with suppress(UnreadableIntentError):
                prove(files, variant, wanted)


@pytest.mark.parametrize("file", ["network/vpn/gateway.conf", "k8s/policy/wide.yaml"])
def test_files_that_end_anywhere_are_judged(file: str) -> None:
    files = edited()
    said, wanted = yaml.safe_load(SPEC), intent()
    prove = link.prove if file.endswith(".conf") else kubernetes.prove
    for end in range(0, len(files[file]), 61):
        prove({**files, file: files[file][:end]}, said, wanted)
