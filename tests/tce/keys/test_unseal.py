import pytest

from blueprints.secret import Secret
from tce.keys.errors import CustodyError
from tce.keys.unseal import unseal
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office

THREE = ("anna", "omar", "timo")


def test_three_officers_unseal_openbao(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    office.keep(bao)
    bao.seal()
    try:
        said = unseal(office.desk(), office.place, *office.given(THREE))
        assert said.generation == 1
        again = unseal(office.desk(), office.place, [], [])
    finally:
        bao.unseal()
    assert again.generation is None


def test_another_root_unseals_nothing(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    kept, bao.unseal_keys = bao.unseal_keys, [bytes(32).hex()]
    office.keep(bao)
    bao.unseal_keys = kept
    with bao.sealed(), pytest.raises(CustodyError, match="takes none of 1 roots"):
        unseal(office.desk(Secret(b"")), office.place, *office.given(THREE))
