import base64
from pathlib import Path

import pytest
import yaml

from blueprints.errors import ExpectedError
from tce.keys.errors import CustodyError
from tce.keys.orders.officers import key, read
from tests.tce.keys.office import Office


def test_officers_are_read_from_the_specification(office: Office) -> None:
    found = read(office.folder)
    assert found.environment == "hospital"
    assert [one.name for one in found.officers] == list(office.names)
    assert found.approvals == 2
    assert found.of(office.signer("lena").public_key.keyid) == found.named("lena")


def test_the_officers_of_the_example_are_read(tmp_path: Path) -> None:
    example = Path(__file__).parents[4] / "tce/examples/hospital.yaml"
    (tmp_path / "spec.yaml").write_bytes(example.read_bytes())
    assert len(read(tmp_path).officers) >= 3


def test_names_nobody_who_is_not_there(office: Office) -> None:
    with pytest.raises(CustodyError, match="eve is no officer of hospital: anna, lena"):
        read(office.folder).named("eve")


def _with(office: Office, **other: object) -> None:
    said = yaml.safe_load((office.folder / "spec.yaml").read_text())
    said["keys"]["officers"][1].update(other)
    (office.folder / "spec.yaml").write_text(yaml.safe_dump(said))


def test_refuses_one_key_of_two_officers(office: Office) -> None:
    _with(office, key=office.said("anna")["key"])
    with pytest.raises(CustodyError, match="two officers have the key of anna"):
        read(office.folder)


def test_refuses_one_name_of_two_officers(office: Office) -> None:
    _with(office, name="anna")
    with pytest.raises(CustodyError, match="two officers have the name of anna"):
        read(office.folder)


@pytest.mark.parametrize("wrong", ["", "AAAA", "not base64!", base64.b64encode(b"x" * 33).decode()])
def test_refuses_what_is_no_key(wrong: str) -> None:
    with pytest.raises(CustodyError, match="32 bytes in base64"):
        key(wrong, "anna")


def test_one_approval_is_never_enough(office: Office) -> None:
    said = yaml.safe_load((office.folder / "spec.yaml").read_text())
    said["keys"]["approvals"] = 1
    (office.folder / "spec.yaml").write_text(yaml.safe_dump(said))
    with pytest.raises(ExpectedError, match=r"spec\.yaml:"):
        read(office.folder)
