"""Windows: what officers signed, for whom, for how long, once."""

from __future__ import annotations

import json
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from tce.keys.errors import CustodyError, RefusedError
from tce.keys.window import windows
from tests.tce.keys.office import NOW, Office

MACHINE = "10.90.12.11"


def text(
    office: Office,
    target: str = MACHINE,
    by: tuple[str, ...] = ("anna", "lena"),
    details: dict[str, str] | None = None,
) -> bytes:
    return office.order("window", target, by, details).read_bytes()


def test_a_window_is_for_the_machine_and_the_time_that_were_signed(
    office: Office, tmp_path: Path
) -> None:
    found = windows.put(tmp_path, text(office, details={"minutes": "5"}), office.officers, NOW)
    assert found.approvals == ("anna", "lena")
    machine = ip_address(MACHINE)
    assert found.lets(machine, NOW)
    assert found.lets(machine, NOW + timedelta(minutes=4, seconds=59))
    assert not found.lets(machine, NOW + timedelta(minutes=5))
    assert not found.lets(machine, NOW - timedelta(seconds=1))
    assert not found.lets(ip_address("10.90.12.12"), NOW)
    assert windows.read(tmp_path, office.officers) == ([found], [])


def test_without_details_it_is_half_an_hour_and_one_opening(office: Office, tmp_path: Path) -> None:
    found = windows.put(tmp_path, text(office), office.officers, NOW)
    assert (found.until - found.opened, found.openings) == (timedelta(minutes=30), 1)


@pytest.mark.parametrize("by", [(), ("anna",)])
def test_fewer_officers_open_nothing_also_when_the_file_is_put_there_by_hand(
    office: Office, tmp_path: Path, by: tuple[str, ...]
) -> None:
    order = text(office, by=by)
    with pytest.raises(RefusedError, match="2 officers have to approve"):
        windows.put(tmp_path, order, office.officers, NOW)
    # What a window that was opened looks like, with too few signatures.
    good = windows.put(tmp_path, text(office), office.officers, NOW)
    path = tmp_path / f"{good.order}.window.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"order": order.decode()}))
    found, wrong = windows.read(tmp_path, office.officers)
    assert found == []
    assert "2 officers have to approve" in wrong[0]


def test_one_order_is_one_window_also_after_it_was_closed(office: Office, tmp_path: Path) -> None:
    order = text(office)
    windows.put(tmp_path, order, office.officers, NOW)
    with pytest.raises(RefusedError, match="used once"):
        windows.put(tmp_path, order, office.officers, NOW + timedelta(hours=1))
    assert windows.close(tmp_path) == 1
    assert windows.read(tmp_path, office.officers) == ([], [])
    with pytest.raises(RefusedError, match="used once"):
        windows.put(tmp_path, order, office.officers, NOW)


def test_a_window_that_is_long_over_is_not_verified_again(office: Office, tmp_path: Path) -> None:
    found = windows.put(tmp_path, text(office), office.officers, NOW)
    later = NOW + timedelta(minutes=60)
    assert windows.read(tmp_path, office.officers, later) == ([found], [])
    assert windows.read(tmp_path, office.officers, later + timedelta(seconds=1)) == ([], [])


def test_a_copy_under_another_name_is_no_second_window(office: Office, tmp_path: Path) -> None:
    found = windows.put(tmp_path, text(office), office.officers, NOW)
    path = tmp_path / f"{found.order}.window.json"
    (tmp_path / "another.window.json").write_bytes(path.read_bytes())
    assert windows.read(tmp_path, office.officers) == (
        [found],
        ["another.window.json: not under the name of its order"],
    )


@pytest.mark.parametrize("content", ["", "{}", "[" * 2000, '{"schema": "tutela/window/v1"}', "\0"])
def test_what_is_no_window_is_told_and_opens_nothing(
    office: Office, tmp_path: Path, content: str
) -> None:
    (tmp_path / "x.window.json").write_text(content)
    assert windows.read(tmp_path, office.officers) == ([], ["x.window.json: not a window"])


@pytest.mark.parametrize(
    ("target", "details", "said"),
    [
        ("server-1", {}, "server-1 is no machine"),
        ("10.90.12.11/24", {}, "is no machine"),
        ("10.90.0.0/16", {}, "65536 machines; 256 at most"),
        ("0.0.0.0/0", {}, "256 at most"),
        ("2001:db8:90:12::/64", {}, "256 at most"),
        (MACHINE, {"minutes": "61"}, "from 1 to 60"),
        (MACHINE, {"minutes": "0"}, "from 1 to 60"),
        (MACHINE, {"minutes": "-5"}, "from 1 to 60"),
        (MACHINE, {"minutes": "\N{SUPERSCRIPT TWO}"}, "from 1 to 60"),
        (MACHINE, {"openings": "11"}, "from 1 to 10"),
        (MACHINE, {"minuets": "5"}, "a window has no minuets"),
    ],
)
def test_what_no_window_can_be_is_refused(
    office: Office, tmp_path: Path, target: str, details: dict[str, str], said: str
) -> None:
    with pytest.raises(CustodyError, match=said):
        windows.put(tmp_path, text(office, target, details=details), office.officers, NOW)
    assert list(tmp_path.glob("*.json")) == []


def test_an_order_of_something_else_opens_no_window(office: Office, tmp_path: Path) -> None:
    order = office.order("shred", MACHINE).read_bytes()
    with pytest.raises(RefusedError, match="verb is shred, and not window"):
        windows.put(tmp_path, order, office.officers, NOW)


def test_an_order_that_is_over_opens_no_window(office: Office, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="in force until"):
        windows.put(tmp_path, text(office), office.officers, NOW + timedelta(days=8))


def test_who_is_no_officer_any_more_does_not_keep_a_window_open(
    office: Office, tmp_path: Path
) -> None:
    windows.put(tmp_path, text(office), office.officers, NOW)
    office.write(("anna", "omar", "rosa"))
    found, wrong = windows.read(tmp_path, office.officers)
    assert found == []
    assert "and anna did" in wrong[0]
