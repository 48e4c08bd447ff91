"""Opening, closing, and asking what was let through."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from tce.keys.errors import CustodyError, RefusedError
from tce.keys.window.gate import Gate
from tce.keys.window.operations import close, open_, status
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import NOW, Office

MACHINE = "10.90.12.11"


def test_a_window_is_opened_once_by_an_order_and_recorded(
    office: Office, bao: OpenBao, tmp_path: Path
) -> None:
    office.furnish(bao)
    desk, gate = office.desk(bao.token), tmp_path / "gate"
    order = office.order("window", MACHINE, details={"minutes": "10", "openings": "2"})
    done = open_(desk, gate, order, [])
    assert str(done).startswith(f"open for {MACHINE}/32 until 2027-03-01T09:40:00Z, 2 times")
    assert list((office.folder / "keys/ceremony").iterdir())
    assert done.as_json()["approvals"] == ["anna", "lena"]
    for folder in (gate, tmp_path / "another gate"):
        with pytest.raises(RefusedError, match="used once"):
            open_(desk, folder, order, [])
    found = status(gate, office.officers, NOW)
    assert [str(one.machines) for one in found.windows] == [f"{MACHINE}/32"]
    assert found.exit_code == 0


def test_without_an_order_what_to_type_is_said(office: Office, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="2 officers have to approve") as caught:
        open_(office.desk(), tmp_path, None, [])
    assert any("tutela tce keys order window" in note for note in caught.value.__notes__)


def test_an_order_that_can_be_no_window_stays_unused(
    office: Office, bao: OpenBao, tmp_path: Path
) -> None:
    office.furnish(bao)
    order = office.order("window", "10.0.0.0/8")
    for _ in range(2):
        with pytest.raises(CustodyError, match="256 at most"):
            open_(office.desk(bao.token), tmp_path, order, [])
    assert not (office.folder / "keys/ceremony").exists()


def test_closing_needs_nobody_and_is_for_good(office: Office, bao: OpenBao, tmp_path: Path) -> None:
    office.furnish(bao)
    open_(office.desk(bao.token), tmp_path, office.order("window", MACHINE), [])
    assert str(close(tmp_path)) == "1 windows closed; no machine gets a key"
    assert str(status(tmp_path, office.officers, NOW)) == "closed   no machine gets a key"
    assert close(tmp_path).windows == 0


def test_who_asked_and_was_refused_is_found(office: Office, tmp_path: Path) -> None:
    gate = Gate(tmp_path, lambda: office.officers, lambda: NOW)
    gate.asked(ip_address("10.90.12.66"))
    found = status(tmp_path, office.officers, NOW)
    assert found.exit_code == 3
    assert "refused  2027-03-01T09:30:00Z 10.90.12.66: no window is open" in str(found)


def test_a_file_that_is_no_window_is_found(office: Office, tmp_path: Path) -> None:
    (tmp_path / "x.window.json").write_text("{}")
    found = status(tmp_path, office.officers, NOW)
    assert found.exit_code == 3
    assert found.as_json()["wrong"] == ["x.window.json: not a window"]
