import json
from pathlib import Path

import pytest

from governance.pin.add import NotSaidError, add
from governance.pin.cache import known_pins
from governance.pin.record import Pin
from governance.pin.release import NoSuchPinError, Released, release
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW
from tests.governance.pin.places import ROOTS, bucket, quiet, tree
from tests.labs.seaweed import Lab

TREE = "file:///scratch/"


def pinned(place: Workspace, uri: str = TREE + ROOTS[0], reason: str = "figure 3") -> Pin:
    made = add(place, uri, by="ada", reason=reason, until=None, now=NOW, progress=quiet)
    return made.pin


def released(place: Workspace, name: str, reason: str = "withdrawn") -> Released:
    return release(place, name, by="grace", reason=reason, now=NOW, progress=quiet)


def test_a_release_is_written_beside_the_pin_and_deletes_nothing(tmp_path: Path) -> None:
    place = tree(tmp_path)
    pin = pinned(place)
    made = released(place, pin.id)
    files = sorted(file.name for file in (place.pins_dir / f"{0:024x}").iterdir())
    assert files == [f"{pin.id}.json", f"{pin.id}.released.json"]
    known = known_pins(place, latest(place), NOW)
    assert known.unreleased == []
    assert known.pins[0].release == made.release
    assert f"{pin.id} is released; it kept {TREE}{ROOTS[0]}" in str(made)
    json.dumps(made.as_json())


def test_the_beginning_of_an_id_will_do_where_it_is_one(tmp_path: Path) -> None:
    place = tree(tmp_path)
    pin = pinned(place)
    assert released(place, pin.id[:8]).pin.id == pin.id
    first, second = pinned(place, reason="one"), pinned(place, reason="two")
    with pytest.raises(NoSuchPinError, match="2 pins are called pin-") as caught:
        released(place, "pin-")
    assert sorted(caught.value.__notes__) == sorted(
        f"tutela pin release {pin.id}" for pin in (first, second)
    )


@pytest.mark.parametrize("name", ["pin-none", "", "p"])
def test_no_such_pin_is_an_error(tmp_path: Path, name: str) -> None:
    place = tree(tmp_path)
    pinned(place)
    with pytest.raises(NoSuchPinError, match="no unreleased pin"):
        released(place, name)


def test_a_released_pin_cannot_be_released_again(tmp_path: Path) -> None:
    place = tree(tmp_path)
    pin = pinned(place)
    released(place, pin.id)
    with pytest.raises(NoSuchPinError):
        released(place, pin.id)


def test_a_release_has_to_be_signed(tmp_path: Path) -> None:
    place = tree(tmp_path)
    pin = pinned(place)
    with pytest.raises(NotSaidError, match="reason is empty"):
        released(place, pin.id, reason="")
    assert len(known_pins(place, latest(place), NOW).unreleased) == 1


def test_a_record_that_cannot_be_read_can_be_released(tmp_path: Path) -> None:
    place = tree(tmp_path)
    folder = place.pins_dir / f"{1:024x}"
    folder.mkdir(parents=True)
    (folder / "junk.json").write_text("{")
    assert len(known_pins(place, latest(place), NOW).unreleased) == 1
    assert "it kept artifact" in str(released(place, "junk"))
    assert known_pins(place, latest(place), NOW).unreleased == []


def test_a_pin_of_a_store_is_released_there_for_everybody(
    s3: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    lab = s3.bucket("lab")
    mine = bucket(tmp_path / "mine", lab, s3.endpoint)
    theirs = bucket(tmp_path / "theirs", lab, s3.endpoint)
    pin = pinned(mine, f"s3://{lab}/{ROOTS[0]}")
    made = released(theirs, pin.id)
    assert made.where.endswith(f"{pin.id}.released.json")
    keys = [item["Key"] for item in s3.client.list_objects_v2(Bucket=lab)["Contents"]]
    assert len(keys) == 2
    assert len(known_pins(mine, latest(mine), NOW).unreleased) == 1
    with pytest.raises(NoSuchPinError):
        released(mine, pin.id)
    assert known_pins(mine, latest(mine), NOW).unreleased == []
