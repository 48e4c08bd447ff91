import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.pin.add import Added, NotSaidError, add, signed
from governance.pin.cache import known_pins
from governance.retention.find import NoSuchArtifactError
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW
from tests.governance.pin.places import ROOTS, bucket, quiet, tree
from tests.labs.seaweed import Lab

ROOT = "file:///scratch/" + ROOTS[0]


def added(place: Workspace, name: str = ROOT, **fields: Any) -> Added:
    said: dict[str, Any] = {"by": "ada", "reason": "figure 3", "until": None, "now": NOW}
    return add(place, name, progress=quiet, **{**said, **fields})


def test_a_pin_of_a_tree_lies_in_the_workspace_and_keeps(tmp_path: Path) -> None:
    place = tree(tmp_path)
    made = added(place)
    record = json.loads(Path(made.where).read_text())
    assert record["schema"] == "tutela/pin/v1"
    assert (record["uri"], record["by"], record["reason"]) == (ROOT, "ada", "figure 3")
    (pin,) = known_pins(place, latest(place), NOW).unreleased
    assert pin == made.pin
    assert pin.problem is None


def test_what_was_pinned_is_said(tmp_path: Path) -> None:
    text = str(added(tree(tmp_path), "file:///scratch/runs/", reason="all\x1b of it", until="90d"))
    assert "keeps file:///scratch/runs/ (3 artifacts) until 2027-02-20" in text
    assert "signed by ada: all\\x1b of it" in text
    assert "(1 artifact), until it is released" in str(added(tree(tmp_path / "b")))


def test_the_form_in_json(tmp_path: Path) -> None:
    plain = added(tree(tmp_path)).as_json()
    assert plain["schema"] == "tutela/pin-added/v1"
    assert plain["artifacts"] == 1
    json.dumps(plain)


@pytest.mark.parametrize(
    ("until", "delta"),
    [
        ("90d", timedelta(days=90)),
        ("2026-11-23T01:20:00Z", timedelta(days=1)),
        ("2026-11-23T02:20:00+01:00", timedelta(days=1)),
        ("2026-11-23", timedelta(hours=22, minutes=40)),
    ],
)
def test_an_end_is_a_date_or_a_span(tmp_path: Path, until: str, delta: timedelta) -> None:
    assert added(tree(tmp_path), until=until).pin.until == NOW + delta


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"by": None}, "nobody signs"),
        ({"by": "  "}, "nobody signs"),
        ({"reason": " "}, "the reason is empty"),
        ({"reason": "x" * 1001}, "at most 1000"),
        ({"until": "2020-01-01"}, "is not in the future"),
        ({"until": NOW.isoformat()}, "is not in the future"),
        ({"until": "soon"}, "--until soon is not a duration"),
        ({"until": "-3d"}, "is negative"),
        ({"until": "9999999y"}, "200 years"),
    ],
)
def test_what_is_not_said_is_asked_for(tmp_path: Path, fields: dict[str, Any], why: str) -> None:
    place = tree(tmp_path)
    with pytest.raises(NotSaidError, match=why) as caught:
        added(place, **fields)
    assert caught.value.exit_code == 2
    assert list(place.pins_dir.iterdir()) == []


def test_what_is_not_stored_cannot_be_pinned(tmp_path: Path) -> None:
    with pytest.raises(NoSuchArtifactError):
        added(tree(tmp_path), "file:///scratch/none")


def test_who_and_why_lose_their_blanks() -> None:
    assert signed(" ada ", " why\n") == ("ada", "why")


def test_a_pin_of_a_bucket_lies_in_the_store_and_is_known_at_once(
    s3: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    lab = s3.bucket("lab")
    place = bucket(tmp_path, lab, s3.endpoint)
    made = added(place, f"s3://{lab}/{ROOTS[0]}")
    assert made.where == f"s3://{lab}/.tutela/pins/{0:024x}/{made.pin.id}.json"
    key = made.where.removeprefix(f"s3://{lab}/")
    record = json.loads(s3.client.get_object(Bucket=lab, Key=key)["Body"].read())
    assert record["reason"] == "figure 3"
    known = known_pins(place, latest(place), NOW)
    assert (known.unreleased, known.unknown, known.as_of) == ([made.pin], {}, NOW)
