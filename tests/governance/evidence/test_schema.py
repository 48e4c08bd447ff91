from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from governance.evidence.schema import Problem, Reading, default_name, moment_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
READING: dict[str, object] = {
    "kind": "mlflow",
    "name": "lab",
    "place": "https://mlflow.example.org",
    "writers": "whoever may write there",
    "trusted": True,
    "asked": NOW,
    "as_of": NOW,
    "complete": True,
}


def test_a_reading_is_read_back_as_it_was_written() -> None:
    made = Reading(**READING, problems=(Problem(words="w", within="s3://b/"),))  # type: ignore[arg-type]
    assert Reading.model_validate_json(made.model_dump_json(by_alias=True)) == made
    assert '"schema":"tutela/evidence/v1"' in made.model_dump_json(by_alias=True)


@pytest.mark.parametrize("change", [{"schema": "tutela/evidence/v2"}, {"more": 1}, {"asked": "x"}])
def test_another_version_and_unknown_fields_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Reading.model_validate({**READING, **change})


@given(st.text(max_size=300))
def test_a_name_is_made_of_any_place(place: str) -> None:
    name = default_name(place)
    assert name == default_name(place)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(name) <= 64


def test_places_that_read_alike_have_different_names() -> None:
    assert default_name("/srv/a.git") != default_name("/srv/a-git")


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (0, None),
        (1_800_000_000, datetime(2027, 1, 15, 8, tzinfo=UTC)),
        (1e300, None),
        (float("nan"), None),
        (float("inf"), None),
        (-1e12, None),
    ],
)
def test_times_that_no_clock_can_have_meant_are_none(
    seconds: float, moment: datetime | None
) -> None:
    assert moment_of(seconds) == moment
