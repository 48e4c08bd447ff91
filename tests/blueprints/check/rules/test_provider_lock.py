"""Variants that the rule provider-lock finds, and others that it has nothing to say of."""

from __future__ import annotations

import shutil
from pathlib import Path

from blueprints.check.result import CheckResult
from blueprints.check.run import Asked, check
from tests.blueprints.check.rules.variants import INVALID, Edit, accepts, finds
from tests.blueprints.mutation.campaign import TODAY

RULE = "provider-lock"
_HERE = "clusters/production/inference"
LOCK = f"{_HERE}/registration/.terraform.lock.hcl"
MODULE = "tofu/modules/registration/main.tf"
ARM = '    "h1:INVENTED0000000000000000000000000000000arm64=",\n'
AMD = '    "h1:INVENTED0000000000000000000000000000000amd64=",\n'
MORE = """\
provider "registry.opentofu.org/rancher/rancher2" {
  version = "13.1.4"
  hashes  = ["h1:INVENTEDamd64=", "h1:INVENTEDarm64="]
}
"""

LOCK_TEXT = (INVALID / RULE / "valid" / LOCK).read_text(encoding="utf-8")
WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "one platform": (
        (LOCK, ARM, ""),
        "is locked for one platform (h1); zh is of packed archives only",
    ),
    "archives only": (
        (LOCK, ARM, ""),
        (LOCK, AMD, ""),
        "is locked for no platform (h1); zh is of packed archives only",
    ),
    "one hash twice": ((LOCK, "arm64=", "amd64="), "is locked for one platform"),
    "no hashes": ((LOCK, "  hashes = [", "  hash = ["), "has no hashes"),
    "no version": ((LOCK, '  version     = "5.1.0"\n', ""), "is locked to no version"),
    "another version than is asked for": ((MODULE, "~> 5.0", "~> 5.2"), "asks for ~> 5.2"),
    "a provider that is not in it": (
        (
            MODULE,
            "    vault = {",
            (
                "    rancher2 = {\n"
                '      source  = "rancher/rancher2"\n'
                '      version = "= 13.1.4"\n'
                "    }\n"
                "    vault = {"
            ),
        ),
        "rancher/rancher2 is not locked",
    ),
    "a provider that nobody asks for": (
        (LOCK, "", MORE),
        "rancher/rancher2 is locked, and nothing asks for it",
    ),
    "a provider twice": (
        (LOCK, "", MORE.replace("rancher/rancher2", "hashicorp/vault")),
        "is locked twice",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "an exact version": ((MODULE, "~> 5.0", "= 5.1.0"),),
    "a version between two": ((MODULE, "~> 5.0", ">= 5.0, < 6.0, != 5.0.1"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def unlocked(folder: Path, *edits: Edit) -> CheckResult:
    """What is said of the repository without its lock file."""
    repository = folder / "repository"
    shutil.copytree(INVALID / RULE / "valid", repository)
    (repository / LOCK).unlink()
    for file, old, new in edits:
        path = repository / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return check(repository, Asked(only=(RULE,), history=False), TODAY)


PINNED = (MODULE, "~> 5.0", "= 5.1.0")
READONLY = """\
terraform {
  extra_arguments "locked" {
    commands  = ["init"]
    arguments = ["-lockfile=readonly"]
  }
}
"""


def test_the_lock_may_lie_beside_the_module(tmp_path: Path) -> None:
    result = unlocked(tmp_path, ("tofu/modules/registration/.terraform.lock.hcl", "", LOCK_TEXT))
    assert result.findings == ()


def test_a_module_without_a_lock_that_takes_any_version_is_told(tmp_path: Path) -> None:
    messages = [one.message for one in unlocked(tmp_path).findings]
    assert messages == [
        "tofu/modules/registration has no lock file: each run takes the hashes that it finds",
        "hashicorp/vault is neither locked nor pinned to one version (~> 5.0)",
    ]


def test_a_run_that_stops_without_a_lock_is_safe_and_not_checked(tmp_path: Path) -> None:
    result = unlocked(tmp_path, PINNED, ("root.hcl", "", READONLY))
    assert result.findings == ()
    assert [one.reason for one in result.not_checked if one.rule == RULE] == [
        "the providers of tofu/modules/registration are not locked yet, and no run starts before: "
        "tofu providers lock -platform=linux_amd64 -platform=linux_arm64"
    ]


def test_versions_that_are_pinned_do_not_stand_for_hashes(tmp_path: Path) -> None:
    messages = [one.message for one in unlocked(tmp_path, PINNED).findings]
    assert messages == [
        "tofu/modules/registration has no lock file: each run takes the hashes that it finds"
    ]
