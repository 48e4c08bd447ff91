from pathlib import Path

from governance.retention.document import Pinned
from governance.retention.report import report
from tests.governance.retention.places import NOW, add_snapshot, save, workspace


def test_a_report_names_its_largest_of_each_verdict(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", 1, 5), save("r/", 2, 50)])
    made = report(place, now=NOW)
    largest = made.largest("keep")
    assert largest is not None
    assert largest["step"] == 2
    assert made.largest("expire") is None
    assert made.policy_words == "no policy, so everything is kept"
    assert made.outside == "outside this scope"


def test_a_pin_without_an_end_has_none() -> None:
    assert Pinned("1", "ada", "paper", None).as_json()["until"] is None
