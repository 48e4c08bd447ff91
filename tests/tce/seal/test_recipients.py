import secrets
from pathlib import Path

import pytest

from tce.age.errors import KeyTextError
from tce.age.keys import X25519Identity
from tce.seal.errors import SealError, UsageError
from tce.seal.recipients import Recipients, of_file, to

ONE, TWO = (X25519Identity.new(secrets.token_bytes).recipient for _ in range(2))


class Buckets:
    def recipients(self, name: str) -> Recipients:
        if name != "genomes":
            raise SealError(f"no bucket {name}")
        return Recipients((TWO,), 7)


def test_a_file_says_keys_and_their_epoch(tmp_path: Path) -> None:
    file = tmp_path / "to.age"
    file.write_text(f"# of the bucket\n# epoch: 12\n{ONE}\n{TWO}\n")
    assert of_file(file) == Recipients((ONE, TWO), 12)
    file.write_text(f"{ONE}\n")
    assert of_file(file).epoch == 1


def test_keys_files_and_buckets_are_one_list_without_doubles(tmp_path: Path) -> None:
    file = tmp_path / "to.age"
    file.write_text(f"{ONE}\n")
    found = to([str(ONE), str(file), "genomes"], Buckets())
    assert found.keys == (ONE, TWO)
    assert found.epoch == 7
    assert found.texts == [str(ONE), str(TWO)]


def test_nobody_is_an_error() -> None:
    with pytest.raises(UsageError, match="nobody"):
        to([], None)


def test_a_bucket_needs_an_environment() -> None:
    with pytest.raises(UsageError, match="no environment") as caught:
        to(["genomes"], None)
    assert caught.value.__notes__ == ["--environment DIR"]
    with pytest.raises(SealError, match="no bucket other"):
        to(["other"], Buckets())


def test_an_identity_is_not_repeated(tmp_path: Path) -> None:
    secret = X25519Identity.new(secrets.token_bytes).text().text()
    with pytest.raises(KeyTextError) as caught:
        to([secret], None)
    assert secret not in str(caught.value)
    file = tmp_path / "id.age"
    file.write_text(secret)
    with pytest.raises(KeyTextError, match=":1: ") as caught:
        to([str(file)], None)
    assert secret not in str(caught.value)


def test_an_empty_file_and_one_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    (tmp_path / "to.age").write_text("# nobody\n")
    with pytest.raises(SealError, match="no recipient in it"):
        of_file(tmp_path / "to.age")
    with pytest.raises(SealError, match="No such file"):
        of_file(tmp_path / "missing")
