"""Pins of a real store: what is found there may keep more, and nothing there may keep less."""

import json
from pathlib import Path

import pytest

from governance.pin.cache import known_pins, load
from governance.pin.places import Place, places
from governance.pin.record import new_pin, pin_path
from governance.pin.sync import sync
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import NOW, days
from tests.governance.pin.places import bucket, quiet
from tests.labs.seaweed import LIST_CURRENT, READ, Lab

ID = "0123456789abcdef01234567"
OTHER = "f" * 24


@pytest.fixture
def where(s3: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Workspace, Place]:
    """A workspace with a scanned, empty bucket of the real server."""
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    place = bucket(tmp_path, s3.bucket("pins"), s3.endpoint)
    return place, places(latest(place), place.config)[0]


def put(s3: Lab, place: Place, path: str, body: bytes | Row) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    s3.client.put_object(Bucket=place.bucket, Key=f".tutela/{path}", Body=content)


def pin(reason: str = "why", artifact: str = ID) -> tuple[str, Row]:
    made = new_pin(
        artifact=artifact, uri="s3://lab/a/", by="ada", reason=reason, at=days(1), until=None
    )
    return pin_path(artifact, str(made["id"])), dict(made)


def known(workspace: Workspace) -> tuple[list[tuple[str, str | None]], list[str]]:
    found = known_pins(workspace, latest(workspace), NOW)
    pins = [(pin.reason, pin.problem) for pin in found.unreleased]
    return pins, list(found.unknown.values())


def test_no_pins_are_known_to_be_none(where: tuple[Workspace, Place]) -> None:
    workspace, place = where
    synced = sync(workspace, place, now=NOW, progress=quiet)
    assert (synced.records, synced.problem) == (0, None)
    assert known(workspace) == ([], [])


def test_pins_are_read_once_and_stay_known(s3: Lab, where: tuple[Workspace, Place]) -> None:
    workspace, place = where
    for number in range(30):
        put(s3, place, *pin(f"reason {number}"))
    said: list[str] = []
    assert sync(workspace, place, now=NOW, progress=said.append).records == 30
    assert said[-1] == "reading pins: 30 of 30"
    again: list[str] = []
    assert sync(workspace, place, now=NOW, progress=again.append).records == 30
    assert again == []
    assert len(known(workspace)[0]) == 30


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[1]", b"x" * 10_000_000, b'{"schema": "tutela/pin/v9"}', b"\xff"]
)
def test_a_bad_record_keeps_what_its_path_names(
    s3: Lab, where: tuple[Workspace, Place], body: bytes
) -> None:
    workspace, place = where
    put(s3, place, pin_path(ID, "pin-bad"), body)
    assert sync(workspace, place, now=NOW, progress=quiet).problem is None
    (found,) = known_pins(workspace, latest(workspace), NOW).unreleased
    assert found.artifact == ID
    assert found.problem is not None
    assert found.is_active(NOW)


def test_a_bad_record_does_not_hide_a_good_one(s3: Lab, where: tuple[Workspace, Place]) -> None:
    workspace, place = where
    put(s3, place, pin_path(OTHER, "pin-bad"), b"{")
    put(s3, place, *pin())
    put(s3, place, "pins/nowhere.json", b"{}")
    put(s3, place, f"pins/{ID}/", b"")
    sync(workspace, place, now=NOW, progress=quiet)
    assert known(workspace)[0] == [("why", None), ("", "it is too large or no JSON record")]


def test_a_record_that_was_mended_is_read_again(s3: Lab, where: tuple[Workspace, Place]) -> None:
    workspace, place = where
    path, record = pin()
    put(s3, place, path, b"{")
    sync(workspace, place, now=NOW, progress=quiet)
    put(s3, place, path, record)
    sync(workspace, place, now=NOW, progress=quiet)
    assert known(workspace)[0] == [("why", None)]


def test_a_record_that_disappears_still_keeps(s3: Lab, where: tuple[Workspace, Place]) -> None:
    workspace, place = where
    path, record = pin()
    put(s3, place, path, record)
    sync(workspace, place, now=NOW, progress=quiet)
    s3.client.delete_object(Bucket=place.bucket, Key=f".tutela/{path}")
    for _ in range(2):
        sync(workspace, place, now=NOW, progress=quiet)
        assert known(workspace)[0] == [("why", "its record has disappeared from the store")]
    put(s3, place, path, record)
    sync(workspace, place, now=NOW, progress=quiet)
    assert known(workspace)[0] == [("why", None)]


def test_a_record_that_is_changed_later_changes_nothing(
    s3: Lab, where: tuple[Workspace, Place]
) -> None:
    workspace, place = where
    path, record = pin()
    put(s3, place, path, record)
    sync(workspace, place, now=NOW, progress=quiet)
    put(s3, place, path, {**record, "until": days(1).isoformat()})
    sync(workspace, place, now=NOW, progress=quiet)
    assert known(workspace)[0] == [("why", None)]


def test_without_the_right_to_list_everything_is_kept(
    s3: Lab, where: tuple[Workspace, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, place = where
    put(s3, place, *pin())
    sync(workspace, place, now=NOW, progress=quiet)
    for name, value in s3.environ(s3.guest).items():
        monkeypatch.setenv(name, value)
    synced = sync(workspace, place, now=days(-1), progress=quiet)
    assert "access denied" in str(synced.problem)
    pins, unknown = known(workspace)
    assert pins == [("why", None)]
    assert unknown == [synced.problem]
    assert load(workspace, place).as_of == NOW
    s3.allow(place.bucket, [*LIST_CURRENT, *READ])
    assert sync(workspace, place, now=days(-2), progress=quiet).problem is None
    assert known(workspace)[1] == []


def test_a_store_that_does_not_answer_is_told_quickly(
    where: tuple[Workspace, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, place = where
    down = place.config.model_copy(update={"endpoint": "http://127.0.0.1:9"})
    synced = sync(workspace, Place(place.identity, place.bucket, down), now=NOW, progress=quiet)
    assert synced.problem is not None
    assert known(workspace)[1] == [synced.problem]
