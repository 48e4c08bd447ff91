import pytest

from tce.keys.bao import kv, transit
from tce.keys.bao.errors import GoneKeyError, MissingError
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.shred import shred
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office


def test_a_buckets_identity_and_its_key_are_destroyed_and_said_to_be(
    office: Office, bao: OpenBao
) -> None:
    custody = office.furnish(bao)
    desk = office.desk(bao.token)
    bucket = custody.identities[0]
    mount, _, key = bucket.key.partition("/keys/")
    ciphertext = kv.get(bao.root, bucket.engine, "identities/genomes").data["key"]
    assert transit.decrypt(bao.root, mount, key, ciphertext).reveal() == b"identity"
    done = shred(desk, "genomes", office.order("shred", "genomes"), [])
    assert len(done.destroyed) == 2
    assert "a snapshot of OpenBao from before still holds it" in str(done)
    with pytest.raises(GoneKeyError):
        transit.decrypt(bao.root, mount, key, ciphertext)
    with pytest.raises(MissingError):
        kv.get(bao.root, bucket.engine, "identities/genomes")


def test_it_needs_an_order_of_this_bucket(office: Office, bao: OpenBao) -> None:
    custody = office.furnish(bao)
    desk = office.desk(bao.token)
    for order in (None, office.order("shred", "images"), office.order("rotate", "genomes")):
        with pytest.raises(RefusedError):
            shred(desk, "genomes", order, [])
    with pytest.raises(RefusedError, match="and anna did"):
        shred(desk, "genomes", office.order("shred", "genomes", ("anna",)), [])
    assert kv.versions(bao.root, custody.identities[0].engine, "identities/genomes") == [1]


def test_one_key_is_shredded_by_its_uri_and_twice_is_no_harm(office: Office, bao: OpenBao) -> None:
    custody = office.furnish(bao)
    desk = office.desk(bao.token)
    target = f"bao://{custody.identities[0].key}"
    assert (
        shred(desk, target, office.order("shred", target), []).destroyed[0].endswith("1 versions")
    )
    again = shred(desk, target, office.order("shred", target), [])
    assert again.destroyed[0].endswith("(was gone already)")


def test_the_key_that_signs_records_is_not_shredded(office: Office, bao: OpenBao) -> None:
    custody = office.furnish(bao)
    target = f"bao://{custody.evidence}"
    with pytest.raises(RefusedError, match="no record can be verified"):
        shred(office.desk(bao.token), target, office.order("shred", target), [])


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("nothing", "no bucket of hospital: genomes"),
        ("bao://elsewhere/keys/x", "no engine of hospital"),
        ("bao://elsewhere", "neither a transit key"),
    ],
)
def test_what_is_not_the_environments_is_not_shredded(
    office: Office, bao: OpenBao, target: str, wrong: str
) -> None:
    office.furnish(bao)
    with pytest.raises(CustodyError, match=wrong):
        shred(office.desk(bao.token), target, office.order("shred", target), [])


def test_a_login_that_may_not_destroy_is_refused_and_recorded(office: Office, bao: OpenBao) -> None:
    from tce.keys.ceremony.records import kept

    custody = office.furnish(bao)
    mount = custody.engines[0].path
    token = bao.login(
        {
            f"{custody.headers}/data/orders/*": ["create", "read"],
            f"{mount}/keys/evidence": ["read"],
            f"{mount}/sign/evidence": ["update"],
        }
    )
    with pytest.raises(CustodyError, match="no policy of this token allows it"):
        shred(office.desk(token), "genomes", office.order("shred", "genomes"), [])
    assert kept(office.folder)[0].record.outcome == "failed"
    assert kv.versions(bao.root, custody.identities[0].engine, "identities/genomes") == [1]
