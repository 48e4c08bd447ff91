from pathlib import Path

import pytest

from governance.errors import GovernanceError
from governance.pin.cache import NEVER_READ, Cached, known_pins, load, store
from governance.pin.local import write_record
from governance.pin.places import place_of
from governance.pin.record import Found, new_pin, pin_path
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW, days
from tests.governance.pin.places import bucket, tree

ID = "0123456789abcdef01234567"
ENDPOINT = "http://127.0.0.1:8333"


def found(reason: str = "why") -> Found:
    made = new_pin(artifact=ID, uri="s3://lab/a/", by="ada", reason=reason, at=days(1), until=None)
    return Found(pin_path(ID, str(made["id"])), made)


def test_a_cache_is_read_as_it_was_stored(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", ENDPOINT)
    where = place_of(latest(place)[0].manifest, place.config)
    assert where is not None
    cached = Cached(NOW, "throttled", (found(), Found("pins/x/y", None, "bad")))
    store(place, where, cached)
    assert load(place, where) == cached


def test_what_was_never_read_is_not_known(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", ENDPOINT)
    known = known_pins(place, latest(place), NOW)
    assert (known.pins, known.as_of) == ((), None)
    assert list(known.unknown.values()) == [NEVER_READ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "tutela/pin-cache/v1"}', "\0"])
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    place = bucket(tmp_path, "lab", ENDPOINT)
    where = place_of(latest(place)[0].manifest, place.config)
    assert where is not None
    store(place, where, Cached(NOW, None, (found(),)))
    (file,) = (place.pins_dir / "stores").iterdir()
    file.write_text(text)
    assert load(place, where) == Cached(None, NEVER_READ)
    assert known_pins(place, latest(place), NOW).unknown


def test_a_cache_that_was_read_makes_pins_known(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", ENDPOINT)
    where = place_of(latest(place)[0].manifest, place.config)
    assert where is not None
    store(place, where, Cached(days(2), None, (found(),)))
    known = known_pins(place, latest(place), NOW)
    (pin,) = known.pins
    assert (pin.store, pin.location) == (where.identity, "s3://lab/.tutela/")
    assert (known.unknown, known.as_of) == ({}, days(2))
    assert known.unreleased == [pin]


def test_what_failed_last_keeps_what_was_known_and_says_why(tmp_path: Path) -> None:
    place = bucket(tmp_path, "lab", ENDPOINT)
    where = place_of(latest(place)[0].manifest, place.config)
    assert where is not None
    store(place, where, Cached(days(2), "access denied", (found(),)))
    known = known_pins(place, latest(place), NOW)
    assert len(known.pins) == 1
    assert list(known.unknown.values()) == ["access denied"]


def test_the_pins_of_a_tree_are_always_known(tmp_path: Path) -> None:
    place = tree(tmp_path)
    one = found()
    assert one.record is not None
    write_record(place.pins_dir, one.path, one.record)
    known = known_pins(place, latest(place), NOW)
    (pin,) = known.pins
    assert (pin.store, pin.location, known.unknown, known.as_of) == (None, None, {}, None)


def test_pins_of_the_workspace_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    place = Workspace.create(tmp_path)
    place.pins_dir.rmdir()
    place.pins_dir.write_text("")
    with pytest.raises(GovernanceError, match="cannot read the pins"):
        known_pins(place, [], NOW)
