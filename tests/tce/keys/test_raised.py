from pathlib import Path

import pytest

from blueprints.secret import Secret
from tce.keys.bao.errors import TokenError
from tce.keys.errors import CustodyError
from tce.keys.raised import raised
from tce.keys.root import plan
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import NOW, counting


def kept(hospital: Hospital, place: Path) -> Path:
    """The root of the server of tests, kept as this hospital's specification says."""
    desk = hospital.office.desk()
    secret = Secret(bytes.fromhex(hospital.bao.unseal_keys[0]))
    how = plan.read(hospital.folder)
    desk.keeper(place).protect(secret, how, desk.officers, NOW, counting())
    return place


def given(hospital: Hospital, place: Path, *names: str) -> tuple[list[Path], list[Path]]:
    shares = [place / f"generation-1/share-{name}.age" for name in names]
    return shares, [hospital.office.identity(name) for name in names]


def test_without_a_root_it_is_whose_token_is_given(hospital: Hospital) -> None:
    desk = hospital.office.desk(hospital.token("auditor"))
    with raised(desk, None, (), ()) as bao:
        said = bao.read("auth/token/lookup-self")["data"]
    assert said["policies"] == [f"{hospital.mounts}-auditor"]


def test_two_of_three_shares_make_an_officer_root_for_a_moment(
    hospital: Hospital, tmp_path: Path
) -> None:
    place = kept(hospital, tmp_path / "root")
    desk = hospital.office.desk(hospital.token("officer"))
    with raised(desk, place, *given(hospital, place, "anna", "urs")) as bao:
        assert bao.read("auth/token/lookup-self")["data"]["policies"] == ["root"]
    with pytest.raises(TokenError):
        bao.read("auth/token/lookup-self")


def test_one_share_is_too_few(hospital: Hospital, tmp_path: Path) -> None:
    place = kept(hospital, tmp_path / "root")
    desk = hospital.office.desk(hospital.token("officer"))
    with (
        pytest.raises(CustodyError),
        raised(desk, place, *given(hospital, place, "anna")),
    ):
        pass
