import tempfile
from pathlib import Path

import pytest

from tce.probe.frames import number_of
from tce.probe.leaves import frame
from tests.tce.probe.environment import needs_switch


def test_a_frame_has_its_tags_from_the_outer_one_and_its_number() -> None:
    data = frame(7, b"\x02" * 6, b"\xff" * 6, (411, 412))
    assert data[12:20] == bytes.fromhex("8100019b8100019c")
    assert data[20:22] == b"\x88\xb5"
    assert number_of(data) == 7
    assert len(data) == 60


def test_an_untagged_frame_is_as_long_as_ethernet_needs() -> None:
    assert len(frame(7, b"\x02" * 6, b"\xff" * 6, ())) == 60


@pytest.mark.real
@needs_switch
def test_a_switch_keeps_vlans_apart_and_joins_what_is_one() -> None:
    from tests.tce.probe.switched import heard

    ports = [("a", 1, 100), ("b", 2, 100), ("c", 1, 200), ("d", 2, 200)]
    assert heard(ports, [100, 200], [("a", (), None), ("c", (), None)]) == [{"b"}, {"d"}]
    # A VLAN that the trunk does not carry stays on its leaf.
    assert heard(ports, [100], [("a", (), None), ("c", (), None)]) == [{"b"}, set()]
    # A tag of another VLAN leads nowhere, nor does one within another.
    assert heard(ports, [100, 200], [("a", (200,), None), ("a", (100, 200), None)]) == [
        set(),
        set(),
    ]


@pytest.mark.real
@needs_switch
def test_nothing_of_a_switch_is_left() -> None:
    from tests.tce.probe.switched import heard

    before = set(Path(tempfile.gettempdir()).glob("tce*"))
    heard([("a", 1, 100), ("b", 2, 100)], [100], [("a", (), None)])
    assert set(Path(tempfile.gettempdir()).glob("tce*")) == before
    running = [one for one in Path("/proc").glob("[0-9]*/cmdline") if _is_switch(one)]
    assert running == []


def _is_switch(file: Path) -> bool:
    try:
        return b"/tce" in file.read_bytes() and b"ovs" in file.read_bytes()
    except OSError:
        return False
