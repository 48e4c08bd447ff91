from datetime import timedelta

import pytest

from governance.decide.evidence import Evidence, Reading
from tests.governance.decide.things import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (Reading(NOW), None),
        (Reading(NOW - DAY), None),
        (Reading(NOW - DAY - timedelta(seconds=1)), "last read"),
        (Reading(NOW + timedelta(seconds=1)), "future"),
        (Reading(NOW, complete=False), "no reason given"),
        (Reading(NOW, complete=False, problem="HTTP 500"), "HTTP 500"),
    ],
)
def test_a_source_is_relied_on_only_when_whole_and_fresh(reading: Reading, why: str | None) -> None:
    lacking = Evidence({"mlflow": reading}).lacks("mlflow", DAY, NOW)
    assert lacking is None if why is None else why in str(lacking)


def test_a_source_that_was_not_read_is_lacking() -> None:
    assert Evidence().lacks("mlflow", DAY, NOW) == "mlflow is not configured"
    only_other = Evidence({"mlflow": Reading(NOW)})
    assert only_other.lacks("dvc:all-refs", DAY, NOW) == "dvc:all-refs is not configured"
