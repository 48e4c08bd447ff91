"""What a proof takes to be true and does not speak of."""

from __future__ import annotations

from tce.prove.limits import assumptions, limits
from tce.prove.sources import Source
from tests.tce.prove.rendered import intent

GATEWAY = Source("perimeter", "nftables", "f", b"")
LEAF = Source("leaf1", "eos", "f", b"")


def test_each_device_brings_its_own() -> None:
    both = assumptions(intent(), (GATEWAY, LEAF))
    assert any("connection tracking" in one for one in both)
    assert any("tce0, up0, wg0" in one for one in both)
    assert not any("connection tracking" in one for one in assumptions(intent(), (LEAF,)))
    assert any("residue" in one for one in limits((LEAF,)))
    assert not any("residue" in one for one in limits((GATEWAY,)))


def test_none_is_said_twice() -> None:
    for its in (assumptions(intent(), (GATEWAY, LEAF)), limits((GATEWAY, LEAF))):
        assert len(set(its)) == len(its)
