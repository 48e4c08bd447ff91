import json
from datetime import timedelta
from pathlib import Path

import pytest

from governance.pin.add import add
from governance.pin.list import Listed, list_pins
from governance.pin.release import release
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW
from tests.governance.pin.places import ROOTS, bucket, quiet, tree
from tests.labs.seaweed import Lab

TREE = "file:///scratch/"


def pinned(place: Workspace, uri: str, reason: str, until: str | None = None) -> str:
    return add(place, uri, by="ada", reason=reason, until=until, now=NOW, progress=quiet).pin.id


def listed(place: Workspace, **fields: object) -> Listed:
    return list_pins(place, **{"now": NOW, "progress": quiet, **fields})  # type: ignore[arg-type]


def test_no_pins_are_said_to_be_none(tmp_path: Path) -> None:
    assert str(listed(tree(tmp_path))) == "no pins"
    assert listed(Workspace.create(tmp_path / "empty")).exit_code == 0


def test_pins_are_listed_with_who_and_why(tmp_path: Path) -> None:
    place = tree(tmp_path)
    pin = pinned(place, TREE + ROOTS[0], "figure\n3", "90d")
    text = str(listed(place))
    assert text.splitlines()[0].split() == ["pin", "keeps", "by", "since", "until", "reason"]
    assert pin in text
    assert "figure\\n3" in text
    assert "2027-02-20" in text
    assert max(map(len, text.splitlines())) <= 100


def test_released_and_lapsed_pins_are_shown_when_asked_for(tmp_path: Path) -> None:
    place = tree(tmp_path)
    first = pinned(place, TREE + ROOTS[0], "released later")
    pinned(place, TREE + ROOTS[1], "lapses", "1d")
    release(place, first, by="ada", reason="done", now=NOW, progress=quiet)
    later = NOW + timedelta(days=2)
    assert listed(place, now=later).pins == []
    text = str(listed(place, now=later, everything=True))
    assert "released 2026-11-22" in text
    assert "lapsed 2026-11-23" in text


def test_an_unreadable_record_is_shown_as_that(tmp_path: Path) -> None:
    place = tree(tmp_path)
    folder = place.pins_dir / f"{1:024x}"
    folder.mkdir(parents=True)
    (folder / "\x1b[31mred.json").write_text("{")
    text = str(listed(place))
    assert "unreadable: it is not JSON" in text
    assert "\x1b" not in text


def test_a_store_that_is_down_is_told_with_what_was_known(
    s3: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    lab = s3.bucket("lab")
    place = bucket(tmp_path, lab, s3.endpoint)
    assert listed(place, offline=True).exit_code == 4
    assert "have not been read yet" in str(listed(place, offline=True))
    pin = pinned(place, f"s3://{lab}/{ROOTS[0]}", "why")
    fine = listed(place)
    assert (fine.exit_code, [one.id for one in fine.pins]) == (0, [pin])
    assert "as of 2026-11-22 01:20 UTC" in str(fine)
    for name, value in s3.environ(s3.guest).items():
        monkeypatch.setenv(name, value)
    refused = listed(place)
    assert (refused.exit_code, [one.id for one in refused.pins]) == (4, [pin])
    assert "all of it is kept" in str(refused)
    plain = refused.as_json()
    json.dumps(plain)
    assert plain["schema"] == "tutela/pins/v1"
    assert len(refused.known.unknown) == 1
