from datetime import timedelta
from pathlib import Path

import pytest

from governance.artifact import ArtifactId
from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.pins import micros, words
from governance.pin.record import Pin
from tests.governance.decide.things import NOW, artifact, listing, pin, rows

ROOTS = [
    "runs/a/checkpoint-1/",
    "runs/a/checkpoint-10/",
    "runs/a/",
    "runs/ab/checkpoint-1/",
    "data/tokens",
    "single.gguf",
    "",
]


def pinned(folder: Path, *pins: Pin, store: str = "s3.example.org:443") -> list[str]:
    """Roots of the artifacts that are pinned, sorted."""
    connection = connect()
    artifacts = [artifact(number, root) for number, root in enumerate(ROOTS)]
    build(connection, [listing(folder / "pins", artifacts, store=store)], pins=pins)
    found = rows(connection, "SELECT DISTINCT root FROM pinned JOIN facts USING (fact)")
    return sorted(row["root"] for row in found)


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("runs/a/checkpoint-1/", ["", "runs/a/", "runs/a/checkpoint-1/"]),
        ("runs/a/checkpoint-1", ["", "runs/a/", "runs/a/checkpoint-1/"]),
        ("runs/a/checkpoint-1/model.safetensors", ["", "runs/a/", "runs/a/checkpoint-1/"]),
        ("runs/a", ["", "runs/a/", "runs/a/checkpoint-1/", "runs/a/checkpoint-10/"]),
        ("data/tokens.bin", ["", "data/tokens"]),
        ("data/", ["", "data/tokens"]),
        ("single.gguf", ["", "single.gguf"]),
        ("nothing/here/", [""]),
        ("", sorted(ROOTS)),
    ],
)
def test_a_pin_keeps_what_equals_contains_or_lies_under_it(
    tmp_path: Path, uri: str, kept: list[str]
) -> None:
    assert pinned(tmp_path, pin("s3://lab/" + uri)) == kept


def test_a_pin_of_another_store_or_bucket_keeps_nothing(tmp_path: Path) -> None:
    assert pinned(tmp_path, pin("s3://lab/runs/a/", store="elsewhere")) == []
    assert pinned(tmp_path, pin("s3://other/runs/a/")) == []


def test_a_pin_of_the_workspace_keeps_in_any_store(tmp_path: Path) -> None:
    kept = pinned(tmp_path, pin("s3://lab/single.gguf", store=None), store="anything")
    assert kept == ["", "single.gguf"]


def test_an_id_keeps_wherever_it_is(tmp_path: Path) -> None:
    by_path = pin(None, artifact=ArtifactId(f"{3:024x}"), store="elsewhere")
    assert pinned(tmp_path, by_path) == ["runs/ab/checkpoint-1/"]
    by_record = pin(None, also=ArtifactId(f"{4:024x}"), store="elsewhere")
    assert pinned(tmp_path, by_record) == ["data/tokens"]


def test_no_pins_are_no_pins(tmp_path: Path) -> None:
    assert pinned(tmp_path) == []


@pytest.mark.parametrize("uri", ["s3://lab", "file:///", "s3://lab//", "s3://'/%_", "s3://\0/"])
def test_an_odd_uri_does_no_harm(tmp_path: Path, uri: str) -> None:
    pinned(tmp_path, pin(uri))


def test_pins_are_numbered_from_the_longest(tmp_path: Path) -> None:
    connection = connect()
    pins = [
        pin(id="soon", until=NOW + timedelta(days=1)),
        pin(id="late", until=NOW + timedelta(days=9)),
        pin(id="b-ever"),
        pin(id="a-ever"),
    ]
    build(connection, [listing(tmp_path / "x", [artifact(0, "a/")])], pins=pins)
    found = rows(connection, "SELECT id FROM pins ORDER BY pin")
    assert [row["id"] for row in found] == ["a-ever", "b-ever", "late", "soon"]


def test_words_say_who_why_and_until_when() -> None:
    assert words(pin()) == "pinned by ada: figure 3"
    assert words(pin(until=NOW)) == "pinned by ada (until 2026-11-22): figure 3"
    unreadable = words(pin(problem="it is no record"))
    assert unreadable == "pinned by a record that cannot be read (it is no record)"


def test_micros_are_exact() -> None:
    assert micros(None) is None
    assert micros(NOW + timedelta(microseconds=1)) == 1_795_310_400_000_001
