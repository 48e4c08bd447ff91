from pathlib import Path

import pytest

from tce.keys.bao.errors import TokenError
from tce.keys.errors import CustodyError
from tce.keys.raised import raised
from tests.tce.keys.hospital import Hospital


def given(hospital: Hospital, place: Path, *names: str) -> tuple[list[Path], list[Path]]:
    shares = [place / f"generation-1/share-{name}.age" for name in names]
    return shares, [hospital.office.identity(name) for name in names]


def test_without_a_root_it_is_whose_token_is_given(hospital: Hospital) -> None:
    desk = hospital.office.desk(hospital.token("auditor"))
    with raised(desk, None, (), ()) as bao:
        said = bao.read("auth/token/lookup-self")["data"]
    assert said["policies"] == [f"{hospital.mounts}-auditor"]


def test_two_of_three_shares_make_an_officer_root_for_a_moment(
    hospital: Hospital, kept: Path
) -> None:
    desk = hospital.office.desk(hospital.token("officer"))
    with raised(desk, kept, *given(hospital, kept, "anna", "urs")) as bao:
        assert bao.read("auth/token/lookup-self")["data"]["policies"] == ["root"]
    with pytest.raises(TokenError):
        bao.read("auth/token/lookup-self")


def test_one_share_is_too_few(hospital: Hospital, kept: Path) -> None:
    desk = hospital.office.desk(hospital.token("officer"))
    with (
        pytest.raises(CustodyError),
        raised(desk, kept, *given(hospital, kept, "anna")),
    ):
        pass
