import pytest

from blueprints.promote.stages import between, mapping, present
from blueprints.update.update import RefusedError
from tests.blueprints.promote.staged import PROMOTION

ALL = ("test", "stage", "live")


@pytest.mark.parametrize(
    ("to", "source", "found"),
    [
        ("stage", None, ("test", "stage")),
        ("live", None, ("stage", "live")),
        ("live", "stage", ("stage", "live")),
    ],
)
def test_a_stage_gets_what_the_one_before_it_runs(
    to: str, source: str | None, found: tuple[str, str]
) -> None:
    assert between(PROMOTION, ALL, to, source) == found


def test_a_stage_that_the_specification_leaves_out_is_no_stage() -> None:
    data = {"stages": {"live": {"versions": {"a": "1"}}, "test": {"versions": {"a": "1"}}}}
    two = present(PROMOTION, data)
    assert two == ("test", "live")
    assert between(PROMOTION, two, "live", "test") == ("test", "live")


@pytest.mark.parametrize(
    ("to", "source", "says"),
    [
        ("lvie", None, '--to: there is no environment "lvie"; did you mean "live"'),
        ("live", "stagee", '--from: there is no environment "stagee"; did you mean "stage"'),
        ("test", None, "test comes first: write its versions into the specification"),
        ("live", "test", "live gets what stage runs: test would pass over stage"),
        ("stage", "live", "stage gets what test runs: live comes after it"),
        ("live", "live", "--from and --to are both live; live follows stage"),
    ],
)
def test_any_other_way_is_refused(to: str, source: str | None, says: str) -> None:
    with pytest.raises(RefusedError) as told:
        between(PROMOTION, ALL, to, source)
    assert str(told.value).startswith(says)


def test_a_known_stage_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RefusedError, match="has no stage; it has test, live"):
        between(PROMOTION, ("test", "live"), "stage", None)


def test_what_is_no_mapping_is_empty() -> None:
    assert mapping({"a": {"b": "c"}}, ("a", "b")) == {}
    assert mapping({"a": {"b": {"c": "d"}}}, ("a", "b")) == {"c": "d"}
