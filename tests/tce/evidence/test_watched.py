"""What is read through a watched repository is what a record is of."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tce.evidence.errors import EvidenceError
from tce.evidence.watched import Watched, is_result


def test_each_file_is_noted_with_the_digest_of_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "b.yaml").write_text("b: 2\n")
    repo = Watched(tmp_path)
    assert repo.yaml("a.yaml")[0].data == {"a": 1}
    assert repo.seen == {"a.yaml": hashlib.sha256(b"a: 1\n").hexdigest()}
    repo.note(repo.files)
    assert set(repo.seen) == {"a.yaml", "b.yaml"}


def test_a_file_that_changes_while_it_is_read_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    repo = Watched(tmp_path)
    repo.read("a.yaml")
    repo.seen["a.yaml"] = "0" * 64
    with pytest.raises(EvidenceError, match=r"a\.yaml changed while it was read"):
        repo.read("a.yaml")


def test_results_are_read_and_are_nothing_that_a_record_is_of(tmp_path: Path) -> None:
    for name in ("evidence/records/prove.dsse.json", "evidence/assumptions.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}\n")
    repo = Watched(tmp_path)
    repo.note(repo.files)
    assert set(repo.seen) == {"evidence/assumptions.yaml"}


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("keys/ceremony/one.dsse.json", True),
        ("evidence/records/prove.dsse.json", True),
        ("evidence/visibility.csv", True),
        ("evidence/pack/oscal/assessment-results.json", True),
        ("evidence/assumptions.yaml", False),
        ("evidence/policy.yaml", False),
        ("evidence/policy.json", False),
        ("keys/evidence.pem", False),
        ("gitops/one.dsse.json", False),
    ],
)
def test_results_are_known_by_their_place_and_their_form(path: str, result: bool) -> None:
    assert is_result(path) is result
