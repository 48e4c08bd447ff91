"""Lock files, and versions."""

from __future__ import annotations

import pytest

from blueprints.check.tofu.locks import lets_in, locked, pinned, plain, reaches
from blueprints.check.tofu.reader import read

LOCK = """\
provider "registry.opentofu.org/hashicorp/vault" {
  version     = "5.1.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:a=",
    "h1:a=",
    "h1:b=",
    "zh:0",
  ]
}

provider "rancher/rancher2" {
  hashes = []
}
"""


def test_reads_providers_with_their_hashes() -> None:
    vault, rancher = locked(read(LOCK))
    assert (vault.source, vault.line, vault.version) == ("hashicorp/vault", 1, "5.1.0")
    assert (vault.count("h1"), vault.count("zh")) == (2, 1)
    assert (rancher.source, rancher.version, rancher.hashes) == ("rancher/rancher2", "", ())


def test_a_registry_is_no_part_of_a_name() -> None:
    assert plain("registry.terraform.io/HashiCorp/Vault") == plain("hashicorp/vault")


@pytest.mark.parametrize(
    ("constraint", "version", "fits"),
    [
        ("~> 5.0", "5.9.1", True),
        ("~> 5.0", "6.0.0", False),
        ("~> 5.1.2", "5.1.9", True),
        ("~> 5.1.2", "5.2.0", False),
        ("~> 5.1.2", "5.1.1", False),
        ("~> 5", "6.0.0", True),
        (">= 1.0, < 2.0", "1.9.9", True),
        (">= 1.0, < 2.0", "2.0.0", False),
        ("= 1.0.0", "1.0.0", True),
        ("1.0.0", "1.0.1", False),
        ("!= 1.0.0", "1.0.0", False),
        ("> 1.0", "1.0.0", False),
        ("<= 1.0", "1.0.0", True),
        ("what", "1.0.0", True),
        (None, "1.0.0", True),
        ("~> 5.0", "", True),
    ],
)
def test_a_constraint_lets_in_what_it_says(
    constraint: str | None, version: str, fits: bool
) -> None:
    assert lets_in(constraint, version) is fits


@pytest.mark.parametrize(
    ("constraint", "version", "reached"),
    [
        ("", "9.0.0", True),
        (">= 0.77.0", "0.93.0", True),
        ("~> 0.80.0", "0.93.0", False),
        ("~> 0.80.0", "0.72.0", True),
        ("~> 0.80", "0.93.0", True),
        ("< 0.93.0", "0.93.0", False),
        ("<= 0.93.0", "0.93.0", True),
        ("= 0.90.0", "0.93.0", False),
        ("~> 1", "9.0.0", True),
    ],
)
def test_a_constraint_reaches_a_version_or_a_later_one(
    constraint: str, version: str, reached: bool
) -> None:
    assert reaches(constraint, version) is reached


def test_only_one_whole_version_is_a_pin() -> None:
    assert pinned("= 5.1.0")
    assert pinned("5.1.0")
    assert not pinned("= 5.1")
    assert not pinned("~> 5.1.0")
    assert not pinned(None)
