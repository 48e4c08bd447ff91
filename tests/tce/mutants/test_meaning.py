"""The program's readers and the second parsers take every rendered file for the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tce.read.formats import read
from tce.space.filter import decide
from tce.space.header import FAMILIES, FLAGS, Packet, packet
from tests.tce.mutants.meaning import Difference, Meaning, NotUnderstoodError, differences
from tests.tce.mutants.space import FIELDS, Box, boxes
from tests.tce.mutants.subjects import Subject, subjects

FORMATS = {"nft": "nftables"}
CASES = [(one, file) for one in subjects() for file in one.devices]
CORNERS = 400


@pytest.mark.parametrize(("subject", "file"), CASES, ids=lambda one: getattr(one, "name", one))
def test_readers_agree_at_corners_of_what_is_accepted(subject: Subject, file: str) -> None:
    text = subject.files[file].decode()
    name = file.rpartition(".")[2]
    filters = read(FORMATS.get(name, name), text, file, subject.legs)
    meaning = subject.meaning(file, text)
    known = {(one.point, one.family): one for one in filters}
    assert set(known) == set(meaning.accepted)
    chance = random.Random(file)
    for key, filter_ in known.items():
        region = meaning.at(key)
        for point in _corners(region, chance, key[1]):
            if name == "nft":
                # Connection tracking puts fragments together before its rules.
                point["fragment"] = 0
            found = decide(filter_, _packet(key[1], point, len(subject.legs)))[0] == "accept"
            assert found == _holds(region, point), (key, point)


def _corners(region: list[Box], chance: random.Random, version: int) -> Iterator[dict[str, int]]:
    """Points in boxes and just outside of them."""
    for _ in range(CORNERS if region else 0):
        box = dict(zip(FIELDS, chance.choice(region), strict=True))
        point = {name: chance.choice(ends) for name, ends in box.items()}
        if chance.random() < 0.7:
            name = chance.choice([one for one in FIELDS if one not in ("iif", "oif", "state")])
            low, high = box[name]
            point[name] = chance.choice((max(low - 1, 0), min(high + 1, _top(name, version))))
        if point["proto"] not in (6, 17, 132):
            point["sport"] = point["dport"] = 0
        if point["proto"] != {4: 1, 6: 58}[version]:
            point["type"] = point["code"] = 0
        if point["proto"] != 6:
            point.update(syn=0, ack=0, rst=0, fin=0)
        yield point


def _top(name: str, version: int) -> int:
    return dict(zip(FIELDS, boxes(version)[0], strict=True))[name][1]


def _holds(region: list[Box], point: dict[str, int]) -> bool:
    return any(
        all(low <= point[name] <= high for name, (low, high) in zip(FIELDS, box, strict=True))
        for box in region
    )


def _packet(version: int, point: dict[str, int], legs: int) -> Packet:
    flags = sum(
        point[name] << len(FLAGS) - 1 - at
        for at, name in enumerate(FLAGS)
        if name in ("syn", "ack", "rst", "fin")
    )
    values = {name: point[name] for name in ("src", "dst", "proto", "sport", "dport", "fragment")}
    family = FAMILIES[0] if version == 4 else FAMILIES[1]
    return packet(
        family,
        **values,
        iif=point["iif"] if point["iif"] <= legs else 0,
        oif=point["oif"] if point["oif"] <= legs else 0,
        icmp=point["type"] * 256 + point["code"],
        flags=flags,
        state=point["state"],
    )


def test_what_is_gone_differs_and_what_is_moved_may_not() -> None:
    one = Meaning({("in", 4): boxes(4, proto=[(6, 6), (17, 17)])}, "Vlan1")
    same = Meaning({("in", 4): boxes(4, proto=[(17, 17), (6, 6)])}, "Vlan1")
    less = Meaning({("in", 4): boxes(4, proto=[(6, 6)])}, "Vlan1")
    assert not list(differences(one, same))
    assert list(differences(one, less)) == [
        Difference(("in", 4), False, boxes(4, proto=[(17, 17)])[0])
    ]
    assert list(differences(one, Meaning(one.accepted, "Vlan2")))


def test_what_is_not_understood_is_told() -> None:
    subject = subjects()[0]
    for file in subject.devices:
        with pytest.raises(NotUnderstoodError):
            subject.meaning(file, subject.files[file].decode() + "\nsurprise { }\n")
