"""Variants that the rule proof finds, and others that it has nothing to say of."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.check.finding import NotChecked
from blueprints.check.repository import Repository
from tce.rules.proof import check
from tests.blueprints.check.rules.variants import Edit, accepts, finds
from tests.tce.prove.rendered import RULESET, TODAY, rendered

RULE = "proof"
VALID = Path(__file__).parents[1] / "invalid" / RULE / "valid"
WRONG: dict[str, tuple[Edit, str]] = {
    "one port more": (
        (RULESET, ". 443 comment", ". 443-444 comment"),
        "extra (perimeter, IPv4): accepts what is not declared (forward): ",
    ),
    "a way for another tenant": (
        (RULESET, "203.0.113.80 . 443", "10.128.0.9 . 443"),
        "lateral (perimeter, IPv4): joins the environment and another tenant",
    ),
    "a flow that is blocked": (
        (RULESET, "10.200.4.0/24 . 10.90.12.0/24 . 22", "10.200.4.0/24 . 10.90.12.0/24 . 23"),
        "; flow: ssh",
    ),
    "syntax that is not modelled": (
        (RULESET, "counter accept", "queue num 1"),
        "parse (perimeter): ",
    ),
    "a specification that is not understood": (
        ("spec.yaml", "protocol: tcp", "protocol: gre"),
        "spec.yaml: cannot be understood",
    ),
    "no policies in a rendered repository": (
        ("tutela.lock", "", "{}\n"),
        "kubernetes): no document says how Cilium enforces policies",
    ),
}
RIGHT: dict[str, Edit] = {
    "another blueprint": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "a specification without zones": ("spec.yaml", "zones:", "places:"),
    "a remark": (RULESET, "set forward_wg0", "# as declared\n\tset forward_wg0"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def test_an_example_has_no_findings(tmp_path: Path) -> None:
    for name, data in rendered().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    repository = Repository(tmp_path)
    assert list(check(repository, replace(repository.settings, today=TODAY))) == []


def test_without_the_solver_it_says_that_it_did_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tce.prove.extra.find_spec", lambda _: None)
    assert importlib.util.find_spec("z3") is not None
    repository = Repository(VALID)
    (one,) = check(repository, repository.settings)
    assert isinstance(one, NotChecked)
    assert "not installed: z3-solver, numpy: pip install 'tutela[prove]'" in one.reason
