import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.pin.record import (
    Found,
    Pin,
    digest_of,
    interpret,
    new_pin,
    new_release,
    pin_path,
    release_path,
)
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import NOW, days

ID = "0123456789abcdef01234567"
OTHER = "f" * 24
URI = "s3://lab/runs/a/checkpoint-1/"


def record(**fields: object) -> Row:
    """A right record, or one with some fields changed (and its digest set right)."""
    made: Row = new_pin(artifact=ID, uri=URI, by="ada", reason="figure 3", at=days(9), until=None)
    made.update(fields)
    return {**made, "digest": digest_of(made)} if "digest" not in fields else made


def found(made: Row, path: str | None = None) -> Found:
    return Found(path or pin_path(ID, str(made.get("id"))), made)


def one(made: Row, **fields: object) -> Pin:
    path = fields.pop("path", None)
    (pin,) = interpret([found(made, str(path) if path else None)], NOW, store="aws")
    return pin


def test_a_record_says_what_was_pinned_by_whom_and_why() -> None:
    pin = one(record())
    assert (pin.artifact, pin.uri, pin.by, pin.reason) == (ID, URI, "ada", "figure 3")
    assert (pin.at, pin.until, pin.also, pin.problem) == (days(9), None, None, None)
    assert (pin.store, pin.release) == ("aws", None)
    assert pin.is_active(NOW)


def test_a_record_survives_being_written_and_read() -> None:
    made = new_pin(
        artifact=ID, uri="s3://lab/ü\n💩/", by="Ad\u0301a", reason="\x1b'\"", at=NOW, until=days(-9)
    )
    pin = one(json.loads(json.dumps(made)))
    assert (pin.problem, pin.by, pin.reason) == (None, "Ad\u0301a", "\x1b'\"")
    assert pin.until == days(-9)


def test_the_id_follows_from_what_the_record_says() -> None:
    said: Row = {"artifact": ID, "uri": URI, "by": "a", "reason": "b", "at": NOW, "until": None}
    first, again = new_pin(**said), new_pin(**said)
    later = new_pin(**{**said, "at": NOW + timedelta(microseconds=1)})
    assert first["id"] == again["id"]
    assert first["id"] != later["id"]
    assert str(first["id"]).startswith("pin-")


def test_a_pin_ends_when_it_says() -> None:
    pin = one(record(until=NOW.isoformat()))
    assert pin.is_active(NOW - timedelta(microseconds=1))
    assert not pin.is_active(NOW)


BAD: list[tuple[Row, str]] = [
    ({"schema": "tutela/pin/v2"}, "another schema"),
    ({"schema": None}, "another schema"),
    ({"artifact": OTHER}, "not about what its path names"),
    ({"by": " "}, "does not say by"),
    ({"reason": None}, "does not say reason"),
    ({"by": 7}, "something else than text"),
    ({"extra": ["deep", ["er"]]}, "something else than text"),
    ({"uri": "runs/a/"}, "has no uri"),
    ({"uri": "s3:/"}, "has no uri"),
    ({"uri": "s3://lab"}, "has no uri"),
    ({"uri": None}, "has no uri"),
    ({"at": None}, "has no date"),
    ({"at": "yesterday"}, "has no date"),
    ({"at": "2026-11-22"}, "has no date"),
    ({"digest": "0" * 64}, "digest does not match"),
    ({"digest": None}, "digest does not match"),
    ({"until": "whenever"}, "its end is no date"),
    ({"until": "2020-01-01"}, "its end is no date"),
    ({"until": "99999-01-01T00:00:00+00:00"}, "its end is no date"),
]


@pytest.mark.parametrize(("fields", "why"), BAD)
def test_a_record_that_is_not_right_keeps_what_its_path_names(fields: Row, why: str) -> None:
    made = record(until=days(5).isoformat())
    made.update(fields)
    if "digest" not in fields:
        made["digest"] = digest_of(made)
    path = pin_path(ID, str(made["id"]))
    (pin,) = interpret([Found(path, made)], NOW)
    assert why in str(pin.problem)
    assert pin.artifact == ID
    assert pin.is_active(NOW)


def test_what_cannot_be_read_at_all_keeps_too() -> None:
    (pin,) = interpret([Found(pin_path(ID, "x"), None, "it is too large")], NOW)
    assert (pin.artifact, pin.uri, pin.problem) == (ID, None, "it is too large")
    (empty,) = interpret([Found(f"pins/{ID}/odd name", {})], NOW)
    assert empty.is_active(NOW)


def test_what_a_wrong_record_names_is_kept_beside_what_its_path_names() -> None:
    pin = one(record(artifact=OTHER), path=pin_path(ID, "pin-x"))
    assert (pin.artifact, pin.also, pin.uri) == (ID, OTHER, URI)
    nonsense = one(record(artifact="not an id", uri="nowhere"), path=pin_path(ID, "pin-x"))
    assert (nonsense.also, nonsense.uri) == (None, None)


def test_a_pin_from_the_future_keeps() -> None:
    pin = one(record(at=(NOW + timedelta(days=900)).isoformat()))
    assert (pin.problem, pin.is_active(NOW)) == (None, True)


@pytest.mark.parametrize(
    "path",
    ["pins/x.json", "pins/short/x.json", f"pin/{ID}/x.json", f"pins/{ID}", f"pins/{ID}/", "x"],
)
def test_what_names_no_artifact_is_passed_over(path: str) -> None:
    assert interpret([Found(path, record())], NOW) == []


def released(**fields: object) -> list[Pin]:
    made = record()
    (pin,) = interpret([found(made)], NOW)
    release: Row = new_release(pin, by="grace", reason="withdrawn", at=days(1))
    digest = fields.pop("digest", None)
    release.update(fields)
    release["digest"] = digest or digest_of(release)
    return interpret([found(made), Found(release_path(ID, pin.id), release)], NOW)


def test_a_release_ends_a_pin_and_says_who_and_why() -> None:
    (pin,) = released()
    assert pin.release is not None
    assert (pin.release.by, pin.release.reason, pin.release.at) == ("grace", "withdrawn", days(1))
    assert not pin.is_active(NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"schema": "tutela/pin-release/v2"},
        {"schema": "tutela/pin/v1"},
        {"id": "pin-other"},
        {"artifact": OTHER},
        {"by": ""},
        {"reason": None},
        {"at": (NOW + timedelta(seconds=1)).isoformat()},
        {"at": "never"},
        {"digest": "1" * 64},
    ],
)
def test_a_release_that_is_not_right_releases_nothing(fields: Row) -> None:
    (pin,) = released(**fields)
    assert pin.release is None
    assert pin.is_active(NOW)


def test_a_release_of_one_pin_leaves_another() -> None:
    made, other = record(), record(by="grace", id="pin-other")
    (pin,) = interpret([found(made)], NOW)
    release = new_release(pin, by="x", reason="y", at=days(1))
    found_ = [found(made), found(other), Found(release_path(ID, pin.id), release)]
    assert [one.id for one in interpret(found_, NOW) if one.is_active(NOW)] == ["pin-other"]


def test_halves_of_characters_do_no_harm() -> None:
    (pin,) = interpret(
        [Found(pin_path(ID, "pin-\udcff"), record(by="\ud800", reason="\udfff"))], NOW
    )
    assert (pin.id, pin.by, pin.reason) == ("pin-?", "?", "?")


def test_long_text_is_cut() -> None:
    assert len(one(record(reason="x" * 60_000)).reason) == 1000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["schema", "id", "artifact", "uri", "by", "reason", "at", "until", "digest"])


@given(st.dictionaries(keys | st.text(max_size=3), json_values, max_size=9), st.text(max_size=20))
def test_no_record_does_any_harm(fields: Row, name: str) -> None:
    for path in (pin_path(ID, name or "x"), release_path(ID, name), name):
        for pin in interpret([Found(path, fields), Found(path, {**record(), **fields})], NOW):
            assert pin.artifact == ID
            assert isinstance(pin.at, datetime | None)
            json.dumps([pin.by, pin.reason, pin.id]).encode("utf-8")


@given(st.dictionaries(keys, json_values, max_size=4))
def test_a_changed_record_never_keeps_less_than_its_path(fields: Row) -> None:
    changed = {**record(), **fields}
    (pin,) = interpret([found(record(), pin_path(ID, "pin-x"))], NOW)
    (other,) = interpret([Found(pin_path(ID, "pin-x"), changed)], NOW)
    assert pin.is_active(NOW)
    if changed.get("digest") != digest_of(changed):
        assert other.is_active(NOW)
