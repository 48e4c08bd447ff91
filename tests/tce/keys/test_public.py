from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.signing import keyfile
from tce.keys.bao.identities import Wrapped
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.public import Written, differing, evidence, pem, recipient, to_commit, write

FIRST, SECOND = "age1first", "age1second"


def of(epoch: int, text: str) -> Written:
    return recipient("genomes", "s3://tce/genomes", Wrapped(1, epoch, text, "t/keys/a", "v"))


def test_a_recipient_s_file_names_bucket_and_epoch() -> None:
    assert of(3, FIRST) == Written(
        "keys/recipients/genomes.age", b"# genomes: s3://tce/genomes\n# epoch: 3\nage1first\n"
    )


def test_the_evidence_key_shows_every_version_oldest_first() -> None:
    raw = [Ed25519PrivateKey.generate().public_key().public_bytes_raw() for _ in range(2)]
    file = evidence({2: raw[1], 1: raw[0]})
    assert file.content == pem(raw[0]) + pem(raw[1])
    assert keyfile.public(pem(raw[0]), "a").keyid == keyfile.of_bytes(raw[0]).keyid


def test_what_is_new_or_later_is_written_and_then_the_same(tmp_path: Path) -> None:
    for file in (of(1, FIRST), of(2, SECOND)):
        assert list(differing(tmp_path, [file])) == [file]
        write(tmp_path, file)
        assert list(differing(tmp_path, [file])) == []
    path = tmp_path / "keys/recipients/genomes.age"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["genomes.age"]


@pytest.mark.parametrize("epoch", [1, 2])
def test_another_recipient_of_the_same_epoch_or_an_older_one_is_refused(
    tmp_path: Path, epoch: int
) -> None:
    write(tmp_path, of(2, FIRST))
    with pytest.raises(RefusedError, match="names another recipient than OpenBao"):
        list(differing(tmp_path, [of(epoch, SECOND)]))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(CustodyError, match=r"Not a directory|File exists"):
        write(tmp_path, of(1, FIRST))


def test_what_is_to_be_committed_is_listed_where_there_is_something() -> None:
    assert to_commit([]) == []
    assert to_commit(["keys/evidence.pem"]) == ["to commit:", "  keys/evidence.pem"]
