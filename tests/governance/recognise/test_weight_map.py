"""Indexes of sharded models."""

import json

import pytest

from governance.recognise.reading import Read, Unreadable
from governance.recognise.weight_map import WeightMaps

MAPS = WeightMaps("m/", {"a.json": 9, "b.json": 9})


def index(*names: object) -> bytes:
    return json.dumps({"weight_map": dict(enumerate(names))}).encode()


def test_every_file_of_every_index_is_named_once() -> None:
    judged = MAPS.judge({"m/a.json": index("x", "y", 3), "m/b.json": index(["y", 4], "z")})
    assert [one.key for one in judged.named] == ["m/x", "m/y", "m/z"]
    assert MAPS.reads == (Read("m/a.json", 0, 9), Read("m/b.json", 0, 9))


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"weight_map": []}', index()])
def test_an_index_without_a_map_cannot_be_read(text: bytes) -> None:
    with pytest.raises(Unreadable, match=r"m/b\.json"):
        MAPS.judge({"m/a.json": index("x"), "m/b.json": text})
