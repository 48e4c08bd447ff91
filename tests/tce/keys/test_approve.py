import os
from pathlib import Path

import pytest

from tce.keys.approve import approve, show, write_order
from tce.keys.errors import CustodyError
from tests.tce.keys.office import NOW, Office


def test_an_order_says_what_an_officer_signs_and_what_is_next(office: Office) -> None:
    file = office.order("shred", "genomes", ("anna",))
    said = str(show(file, office.officers))
    assert "to shred genomes, in hospital" in said
    assert "destroy keys and headers" in said
    assert "signed   anna (2 are needed)" in said
    assert f"tutela tce keys approve {file} DIR" in said
    done = approve(file, office.officers, office.signer("rosa"), NOW)
    assert done.enough
    assert "next" not in str(done)
    assert done.as_json()["approvals"] == ["anna", "rosa"]


def test_an_order_is_not_written_over_another(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "order.json"
    write_order("shred", "x", office.officers, "why", out, NOW, os.urandom)
    with pytest.raises(CustodyError, match="File exists"):
        write_order("shred", "y", office.officers, "why", out, NOW, os.urandom)
    assert show(out, office.officers).order.target == "x"


def test_details_are_shown(office: Office) -> None:
    file = office.order("break-glass", "anna", (), {"minutes": "30", "group": "tce:admins"})
    assert "minutes  30" in str(show(file, office.officers))


def test_what_is_no_order_is_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("{}")
    with pytest.raises(Exception, match="not a DSSE envelope"):
        show(tmp_path / "x", office.officers)
    with pytest.raises(CustodyError, match="No such file"):
        show(tmp_path / "y", office.officers)
