import base64

import pytest

from tce.custody.custody import Custody
from tce.keys.bao import kv, transit
from tce.keys.bao.values import changes, recipients
from tests.labs.openbao import OpenBao
from tests.tce.custody.test_custody import EMPTY
from tests.tce.keys.office import counting


@pytest.fixture(scope="module")
def custody(bao: OpenBao) -> Custody:
    keys, values = bao.transit(), bao.kv()
    transit.make(bao.root, keys, "genomes", "aes256-gcm96")
    return Custody.model_validate(
        {
            **EMPTY,
            "identities": [
                {
                    "name": "genomes",
                    "engine": values,
                    "key": f"{keys}/keys/genomes",
                    "place": "s3://tce/genomes",
                }
            ],
            "volumes": [
                {"engine": values, "path": "a/data", "made_by": "officers"},
                {"engine": values, "path": "b/data", "made_by": "driver"},
            ],
        }
    )


def test_what_is_missing_is_made_once_and_never_again(bao: OpenBao, custody: Custody) -> None:
    engine = custody.volumes[0].engine
    found = list(changes(custody, bao.root, counting()))
    assert [one.what for one in found] == [
        f"identity {engine}/data/identities/genomes",
        f"passphrase {engine}/data/a/data",
    ]
    for one in found:
        assert one.do is not None
        one.do()
    made = kv.get(bao.root, engine, "a/data").data["passphrase"]
    assert len(base64.b64decode(made)) == 48
    assert list(changes(custody, bao.root, counting())) == []
    assert kv.get(bao.root, engine, "a/data").data["passphrase"] == made
    ((name, wrapped),) = recipients(custody, bao.root)
    assert (name, wrapped.epoch, wrapped.recipient[:4]) == ("genomes", 1, "age1")


def test_an_engine_that_is_not_there_yet_lacks_everything(bao: OpenBao, custody: Custody) -> None:
    volume = custody.volumes[0].model_copy(update={"engine": bao.unique("none")})
    other = custody.model_copy(update={"volumes": [volume], "identities": []})
    assert [one.state for one in changes(other, bao.root, counting())] == ["missing"]
