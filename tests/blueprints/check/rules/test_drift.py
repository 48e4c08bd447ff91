"""Files that are not as they were rendered."""

import hashlib
import json
from pathlib import Path

import pytest

from blueprints.check.finding import Level
from blueprints.check.rules import drift
from tests.blueprints.check.rules.asking import said, told


def lock(**owners: str) -> str:
    digest = hashlib.sha256(b"a\n").hexdigest()
    entry = {"sha256": digest, "executable": False}
    return json.dumps(
        {
            "schema": "tutela/lock/v1",
            "blueprint": {"name": "sandbox", "version": 1},
            "tool": "0.1.0",
            "spec": {"file": "spec.yaml", "sha256": digest},
            "overlay": None,
            "files": {name: {**entry, "owner": owner} for name, owner in owners.items()},
        }
    )


def test_an_edited_and_a_missing_generated_file_are_told(tmp_path: Path) -> None:
    files = {"tutela.lock": lock(a="generated", b="generated", c="generated"), "a": "a\n", "b": "x"}
    assert told(drift, tmp_path, files) == [
        "b:0: generated, and edited since",
        "c:0: generated, and not here any more",
    ]


@pytest.mark.parametrize("owner", ["shared", "user"])
def test_what_belongs_to_the_user_may_be_edited_and_removed(owner: str, tmp_path: Path) -> None:
    files = {"tutela.lock": lock(a=owner, b=owner), "a": "x"}
    assert told(drift, tmp_path, files) == []


def test_an_edited_specification_is_told(tmp_path: Path) -> None:
    files = {"tutela.lock": lock(), "spec.yaml": "b\n"}
    (one,) = told(drift, tmp_path, files)
    assert one.startswith("spec.yaml:0: the specification was edited")


def test_an_executable_bit_is_part_of_a_file(tmp_path: Path) -> None:
    from blueprints.check.repository import Repository
    from blueprints.check.settings import load_settings
    from tests.blueprints.check.places import write

    write(tmp_path, {"tutela.lock": lock(a="generated"), "a": "a\n"})
    (tmp_path / "a").chmod(0o755)
    repo = Repository(tmp_path)
    (one,) = drift.check(repo, load_settings(repo))
    assert one.hint == "chmod -x a"


@pytest.mark.parametrize(
    "text", ["{", '{"schema": "tutela/lock/v9"}', '{"schema": "tutela/lock/v1", "files": 3}']
)
def test_a_lock_that_cannot_be_understood_is_an_error(text: str, tmp_path: Path) -> None:
    (one,) = said(drift, tmp_path, {"tutela.lock": text})
    assert one.level == Level.ERROR  # type: ignore[union-attr]


def test_without_a_lock_there_is_no_drift(tmp_path: Path) -> None:
    assert told(drift, tmp_path, {"a": "x"}) == []
