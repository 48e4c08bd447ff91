from pathlib import Path

import pytest

from tce.keys.bao import identities, kv, transit
from tce.keys.bao.errors import GoneKeyError, MissingError
from tce.keys.bao.where import custody
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.rotate import Root, Rotated, needed, retire, rotate
from tce.keys.uri import BaoKey
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import changed, contents
from tests.tce.keys.test_raised import given


def rotated(hospital: Hospital, target: str) -> Rotated:
    desk = hospital.office.desk(hospital.token("officer"))
    return rotate(desk, target, (), lambda _: None)


def recipients(hospital: Hospital, bucket: str) -> list[str]:
    key = BaoKey(hospital.wrapped, "data", f"identities/{bucket}")
    return [str(one.recipient) for one in identities.load(hospital.bao.root, key)]


def shown(hospital: Hospital, bucket: str) -> list[str]:
    return (hospital.folder / f"keys/recipients/{bucket}.age").read_text().splitlines()[1:]


def test_a_key_s_new_version_wraps_the_same_identity(hospital: Hospital) -> None:
    (before, *_), file = recipients(hospital, "genomes"), shown(hospital, "genomes")
    result = rotated(hospital, "bucket-genomes")
    assert recipients(hospital, "genomes")[0] == before
    assert shown(hospital, "genomes") == file
    wrapped = identities.read(hospital.bao.root, hospital.wrapped, "identities/genomes")
    latest = transit.state(hospital.bao.root, hospital.transit, "bucket-genomes").latest
    assert wrapped.ciphertext.startswith(f"vault:v{latest}:")
    assert "older versions of bucket-genomes still open what they wrapped" in str(result)


def test_a_new_identity_is_shown_and_the_older_one_still_opens(hospital: Hospital) -> None:
    before, file = recipients(hospital, "genomes"), shown(hospital, "genomes")
    result = rotated(hospital, "identities/genomes")
    after = recipients(hospital, "genomes")
    assert after[1:] == before
    epoch = int(file[0].removeprefix("# epoch: "))
    assert shown(hospital, "genomes") == [f"# epoch: {epoch + 1}", after[0]]
    assert "revokes nobody" in str(result)
    assert "keys/recipients/genomes.age" in result.files


@pytest.mark.parametrize("target", ["identities/genomes", "bucket-genomes", "evidence", "etcd"])
def test_what_is_to_be_committed_is_what_was_written(hospital: Hospital, target: str) -> None:
    before = contents(hospital.folder)
    result = rotated(hospital, target)
    assert sorted(result.files) == sorted(changed(hospital.folder, before))
    assert all(f"\n  {file}" in str(result) for file in result.files)


def test_a_new_evidence_key_is_shown_beside_the_older_ones(hospital: Hospital) -> None:
    file = hospital.folder / "keys/evidence.pem"
    before = file.read_text()
    rotated(hospital, "evidence")
    assert file.read_text().startswith(before)
    assert file.read_text().count("BEGIN") == before.count("BEGIN") + 1


def test_what_was_encrypted_elsewhere_is_said_to_need_the_older_version(
    hospital: Hospital,
) -> None:
    assert "needs it until it is written anew" in str(rotated(hospital, "etcd"))


@pytest.mark.parametrize("target", ["genomes", "identities/none", "bucket-none"])
def test_what_is_no_key_is_named_with_those_that_are(hospital: Hospital, target: str) -> None:
    with pytest.raises(CustodyError, match=f"{target} is no key of hospital") as raised:
        rotated(hospital, target)
    assert "tutela tce keys rotate identities/genomes DIR" in raised.value.__notes__


def test_an_order_destroys_what_is_older_and_once(hospital: Hospital, kept: Path) -> None:
    where = Root(kept, *given(hospital, kept, "anna", "urs"))
    rotated(hospital, "identities/checkpoints")
    newest, *older = recipients(hospital, "checkpoints")
    assert len(older) == 1
    old = identities.read(hospital.bao.root, hospital.wrapped, "identities/checkpoints", 1)
    desk = hospital.office.desk(hospital.token("officer"))
    order = hospital.office.order("rotate", "bucket-checkpoints")
    result = retire(desk, "bucket-checkpoints", order, where, (), lambda _: None)
    assert recipients(hospital, "checkpoints") == [newest]
    with pytest.raises(GoneKeyError):
        identities.opened(hospital.bao.root, old)
    with pytest.raises(MissingError):
        kv.get(hospital.bao.root, hospital.wrapped, "identities/checkpoints", 1)
    assert "a snapshot of OpenBao from before still holds them" in str(result)
    with pytest.raises(RefusedError, match="was carried out"):
        retire(desk, "bucket-checkpoints", order, where, (), lambda _: None)


def test_without_enough_signatures_nothing_is_destroyed(hospital: Hospital, kept: Path) -> None:
    where = Root(kept, *given(hospital, kept, "anna", "urs"))
    desk = hospital.office.desk(hospital.token("officer"))
    order = hospital.office.order("rotate", "bucket-genomes", by=("anna",))
    before = recipients(hospital, "genomes")
    with pytest.raises(RefusedError, match="2 officers have to approve"):
        retire(desk, "bucket-genomes", order, where, (), lambda _: None)
    assert recipients(hospital, "genomes") == before


@pytest.mark.parametrize("target", ["etcd", "evidence", "identities/genomes"])
def test_keys_that_others_need_are_not_retired(hospital: Hospital, target: str) -> None:
    desk = hospital.office.desk(hospital.bao.token)
    order = hospital.office.order("rotate", target)
    with pytest.raises(RefusedError, match="only keys of buckets are retired"):
        retire(desk, target, order, Root(Path("nowhere")), (), lambda _: None)


def test_no_login_destroys_versions_of_a_key(hospital: Hospital) -> None:
    with pytest.raises(CustodyError, match="the root is needed"):
        needed(None, "bucket-genomes")
    assert needed(Path("root"), "bucket-genomes") == Path("root")
    assert custody(hospital.folder).keys
