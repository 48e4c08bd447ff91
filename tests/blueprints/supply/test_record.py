import json
import shutil
import subprocess
from pathlib import Path

import pytest

from blueprints.supply.record import MAX_RECORD, BadMirrorError, digest_of, read_mirror
from tests.blueprints.supply.models import record, written


def test_what_is_written_is_read_back() -> None:
    assert read_mirror(record().text()) == record()


def test_the_digest_is_of_what_sha256sum_prints(tmp_path: Path) -> None:
    program = shutil.which("sha256sum")
    assert program is not None
    names = [one.path for one in record().files]
    out = subprocess.run(
        [program, *names], cwd=written(tmp_path), capture_output=True, check=True
    ).stdout
    again = subprocess.run([program], input=out, capture_output=True, check=True).stdout
    assert record().digest == "sha256:" + again.decode().split()[0]


def test_the_order_of_files_is_of_no_consequence() -> None:
    files = record().files
    assert digest_of(files) == digest_of(reversed(files))


def _changed(**more: object) -> bytes:
    return json.dumps({**json.loads(record().text()), **more}).encode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"{", "is not JSON"),
        (b"[]", "another schema"),
        (b'{"a":' * 30_000, "is not JSON"),
        (_changed(schema="tutela/mirror/v2"), "another schema"),
        (_changed(revision="main"), "whose revision is not"),
        (_changed(licence=""), "whose licence is not"),
        (_changed(repository="../../etc"), "whose repository is not"),
        (_changed(files=[]), "whose files is not"),
        (_changed(digest="sha256:" + "0" * 64), "not the one of its files"),
        (_changed(files=json.loads(record().text())["files"][:-1]), "not the one of its files"),
        (b" " * (MAX_RECORD + 1), "of more than"),
    ],
)
def test_what_is_no_record_is_refused_and_not_repeated(text: bytes, why: str) -> None:
    with pytest.raises(BadMirrorError, match=why):
        read_mirror(text)


def test_more_files_than_fit_are_refused() -> None:
    many = {f"{number:07}{'x' * 100}": (1, "0" * 64) for number in range(50_000)}
    with pytest.raises(BadMirrorError, match="50000 files"):
        record(files=many)
