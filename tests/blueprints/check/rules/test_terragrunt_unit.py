"""Variants that the rule terragrunt-unit finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.check.rules.terragrunt_unit import said as read_of
from blueprints.check.tofu.reader import read
from tests.blueprints.check.rules.variants import Edit, accepts, said

RULE = "terragrunt-unit"
ONE = "clusters/production/one/cluster/terragrunt.hcl"
TWO = "clusters/production/two/cluster/terragrunt.hcl"
DATA = "/../cluster.yaml"

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "another input": ((ONE, "local.data.name", "local.data.title"), "inputs.name is local.data."),
    "another file": ((TWO, DATA, "/../../one/cluster.yaml"), "locals: data is yamldecode("),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a number of its own": ((ONE, "nodes = 3", "nodes = 5"),),
    "one more input": ((ONE, "nodes = 3", "nodes = 3\n  more  = local.data.name"),),
    "two that differ": (
        (ONE, "local.data.name", "local.data.title"),
        (TWO, "local.data.name", "local.data.title"),
    ),
    "blanks": ((ONE, "name  = local.data.name", "name = local.data.name"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    *edits, words = WRONG[name]
    (message,) = said(tmp_path, RULE, *edits)
    assert words in message


test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def test_paths_count_and_other_texts_do_not() -> None:
    text = 'dependency "a" {\n  config_path = "../a"\n  x = "y"\n  z = { b = var.c, d = 1 }\n}\n'
    assert read_of(read(text)) == {
        "dependency a: config_path": ('"../a"', 2),
        "dependency a: z.b": ("var.c", 4),
    }
