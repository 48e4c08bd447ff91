from pathlib import Path

import pytest

from tce.keys.errors import CustodyError
from tce.keys.root.plan import Plan, read
from tests.tce.keys.office import Office


def test_the_specification_says_how_the_root_is_kept(office: Office) -> None:
    found = read(office.folder)
    assert (found.kind, found.shares, found.threshold) == ("shamir", 5, 3)


def test_a_specification_that_says_nothing_of_it_means_three_of_five(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("name: hospital\n")
    assert read(tmp_path) == Plan(kind="shamir", shares=5, threshold=3)


def test_more_shares_needed_than_there_are_is_refused(office: Office) -> None:
    office.threshold = 6
    office.write()
    with pytest.raises(CustodyError, match="6 of 5 shares"):
        read(office.folder)


def test_a_module_has_to_be_named(office: Office) -> None:
    office.root = {"kind": "pkcs11", "token": "tce"}
    office.write()
    with pytest.raises(CustodyError, match="needs a token and a label"):
        _ = read(office.folder).wrapping
    office.root = {"kind": "pkcs11", "token": "tce", "label": "root"}
    office.write()
    assert read(office.folder).wrapping == ("tce", "root")
