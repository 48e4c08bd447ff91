from pathlib import Path

import pytest

from governance.policy.diff import Difference, diff
from governance.retention.decided import NothingScannedError
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW
from tests.governance.policy.places import THIN, policy, small

SAVE = 4010
"""Bytes of one save."""


def compared(folder: Path, before: str, after: str) -> Difference:
    a, b = policy(folder, before, "a.yaml"), policy(folder, after, "b.yaml")
    return diff(small(folder / "place"), a, b, now=NOW)


def test_the_same_policy_changes_nothing(tmp_path: Path) -> None:
    same = compared(tmp_path, THIN, THIN)
    assert (same.changes, same.largest, same.artifacts) == ((), (), 9)
    assert "nothing changes for 9 artifacts" in str(same)


def test_a_stricter_policy_lets_more_go_by_project_and_rule(tmp_path: Path) -> None:
    stricter = THIN.replace("last_verified: 2", "last_verified: 1").replace("thin", "thinner")
    change = compared(tmp_path, THIN, stricter)
    assert [vars(one) for one in change.changes] == [
        {
            "project": project,
            "to": "expire",
            "rule_before": "thin",
            "rule_after": "thinner",
            "artifacts": 1,
            "bytes": SAVE,
        }
        for project in ("alpha", "unknown")
    ]
    assert change.sums("expire") == (2, 2 * SAVE)
    assert change.sums("keep") == (0, 0)
    assert [row["uri"] for row in change.largest] == [
        "s3://lab/alpha/run/checkpoint-3/",
        "s3://lab/beta/run/checkpoint-3/",
    ]


def test_the_other_way_round_keeps_more(tmp_path: Path) -> None:
    stricter = THIN.replace("last_verified: 2", "last_verified: 1")
    change = compared(tmp_path, stricter, THIN)
    assert change.sums("keep") == (2, 2 * SAVE)
    assert {one.to for one in change.changes} == {"keep"}
    plain = change.as_json()
    assert plain["totals"] == {
        "to_expire": {"artifacts": 0, "bytes": 0},
        "to_keep": {"artifacts": 2, "bytes": 2 * SAVE},
    }


def test_packs_can_be_compared(tmp_path: Path) -> None:
    change = diff(small(tmp_path), Path("clinical"), Path("finetuning"), now=NOW)
    assert change.sums("expire") == (4, 4 * SAVE)
    text = str(change)
    assert "from clinical to finetuning" in text
    assert "thin-checkpoints" in text
    assert max(map(len, text.splitlines())) <= 100


def test_without_a_snapshot_there_is_nothing_to_compare(tmp_path: Path) -> None:
    place = Workspace.create(tmp_path / "empty")
    with pytest.raises(NothingScannedError):
        diff(place, Path("clinical"), Path("finetuning"), now=NOW)
