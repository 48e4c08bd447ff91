"""Documents with a value of any other type, anywhere: no rule about environments stops at them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from blueprints.check import registry
from blueprints.check.documents import walk
from blueprints.check.held import Held
from blueprints.check.run import run_rules
from blueprints.check.settings import load_settings
from tests.blueprints.check.rules.variants import TESTS

ODD: tuple[Any, ...] = (None, [], {}, 3, -1.5, True, "", "x", [[None]], {"a": {"b": []}}, [3])
RULES = [
    one for one in registry.ids() if registry.package_of(one) == "tce.rules" and one != "proof"
]


def variants(data: Any) -> Iterator[Any]:
    """Each place as one other thing."""
    for number, (path, _) in enumerate(list(walk(data))):
        if path:
            changed = copy.deepcopy(data)
            inner = changed
            for part in path[:-1]:
                inner = inner[part]
            inner[path[-1]] = ODD[number % len(ODD)]
            yield changed


@pytest.mark.parametrize("rule", RULES)
def test_documents_of_any_shape_are_judged(rule: str) -> None:
    top = TESTS / "tce" / "invalid" / rule / "invalid"
    files = {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != ".tutela-check.yaml"
    }
    for file in [one for one in files if one.endswith(".yaml") and one != "spec.yaml"]:
        documents = list(yaml.safe_load_all(files[file]))
        for n, document in enumerate(documents):
            for variant in variants(document):
                several = [*documents[:n], variant, *documents[n + 1 :]]
                repo = Held({**files, file: yaml.safe_dump_all(several).encode()})
                repo.settings = load_settings(repo)
                found, _ = run_rules(repo, repo.settings, registry.chosen((rule,)))
                assert [one for one in found if "stopped with a bug" in one.message] == []
