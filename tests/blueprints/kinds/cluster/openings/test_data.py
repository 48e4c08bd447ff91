import json

import pytest

from blueprints.kinds.cluster.openings import data
from blueprints.kinds.cluster.openings.data import InvalidOpeningsError
from blueprints.kinds.cluster.openings.derive import openings
from tests.blueprints.kinds.cluster.specifications import typed

OPENINGS = openings(typed())
TEXT = data.text(OPENINGS)


def spoiled(**changes: object) -> str:
    """The file with fields of its first opening replaced."""
    whole = json.loads(TEXT)
    whole["openings"][0] |= changes
    return json.dumps(whole)


def test_what_is_written_is_read_back() -> None:
    assert data.read(TEXT) == OPENINGS
    assert data.read(TEXT.encode()) == OPENINGS
    assert data.read(data.text([])) == ()


def test_a_field_that_nobody_knows_yet_does_no_harm() -> None:
    whole = json.loads(spoiled(tomorrow=1))
    whole["zones"][0]["tomorrow"] = {"a": 1}
    assert data.read(json.dumps(whole)) == OPENINGS


def test_every_zone_and_source_that_is_named_is_there() -> None:
    whole = json.loads(TEXT)
    zones = {one["name"] for one in whole["zones"]}
    for one in whole["openings"]:
        assert {one["source"], one["destination"]} <= zones
        assert one["fact"] in whole["facts"]
    assert len(zones) == len(whole["zones"])


def test_git_sees_one_line_for_each_opening() -> None:
    lines = TEXT.splitlines()
    assert len([one for one in lines if one.startswith('  {"cluster"')]) == len(OPENINGS)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "null", "[" * 100_000, '{"schema": "tutela/openings/v2"}', '{"schema": 1}'],
)
def test_a_file_that_holds_none_is_refused(content: str) -> None:
    with pytest.raises(InvalidOpeningsError, match=r"^f\.json "):
        data.read(content, "f.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "nowhere"},
        {"protocol": "sctp"},
        {"ports": [[0, 1]]},
        {"ports": [[2, 1]]},
        {"ports": [[1, 65536]]},
        {"ports": [["1", "2"]]},
        {"ports": [1]},
        {"ports": []},
        {"protocol": "icmp"},
        {"why": None},
    ],
)
def test_a_damaged_opening_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidOpeningsError, match="is damaged"):
        data.read(spoiled(**changes))


@pytest.mark.parametrize(
    "changes", [{"addresses": ["10.0.0.1/8"]}, {"kind": "x"}, {"name": None}, {"hosts": [1]}]
)
def test_a_damaged_zone_is_refused(changes: dict[str, object]) -> None:
    whole = json.loads(TEXT)
    whole["zones"][0] |= changes
    with pytest.raises(InvalidOpeningsError, match="is damaged"):
        data.read(json.dumps(whole))
