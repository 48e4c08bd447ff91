"""A body under a new file key."""

import io
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.sealed.manifest import Manifest
from tce.age import header
from tce.age.errors import BodyError, NoIdentityError
from tce.seal.errors import ManifestError, PlaceError
from tce.seal.folder import Folder
from tce.seal.headers import checked
from tce.seal.reencrypt import Again, again
from tests.tce.seal.headers.objects import Institution, identity, to

PLAIN = secrets.token_bytes((3 << 20) + 5)
NEW = identity()


@pytest.fixture(scope="module")
def hospital() -> Institution:
    return Institution()


def _sealed(hospital: Institution, place: Path, plain: bytes) -> tuple[bytes, Manifest]:
    record = hospital.sealed("a", plain)
    (place / record.id).write_bytes(hospital.bodies[record.id])
    return record.header, checked.manifest(record, hospital.senders)


def _again(hospital: Institution, place: Path, raw: bytes, said: Manifest) -> Again:
    file_key = header.open(header.parse(raw), [hospital.bucket])
    return again(file_key, said, Folder(place), to(NEW, hospital.escrow), secrets.token_bytes)


@pytest.mark.parametrize("size", [0, 1, 1 << 16, len(PLAIN)])
def test_the_same_plaintext_under_another_key(
    hospital: Institution, tmp_path: Path, size: int
) -> None:
    plain = PLAIN[:size]
    raw, said = _sealed(hospital, tmp_path, plain)
    made = _again(hospital, tmp_path, raw, said)
    new = (tmp_path / made.id).read_bytes()
    assert len(new) == made.body.size
    assert new != (tmp_path / said.id).read_bytes()
    record = hospital.sealed("a")
    opened = header.open(header.parse(made.header), [NEW])
    assert opened.reveal() != header.open(header.parse(raw), [hospital.bucket]).reveal()
    for who in (NEW, hospital.escrow):
        made_record = type(record)("a", made.id, 2, made.header, b"")
        assert hospital.opened(made_record, who, sealed=new) == plain
    with pytest.raises(NoIdentityError):
        header.open(header.parse(made.header), [hospital.bucket])


@pytest.fixture
def damaged(hospital: Institution, tmp_path: Path) -> Iterator[tuple[bytes, Manifest, Path]]:
    raw, said = _sealed(hospital, tmp_path, PLAIN)
    yield raw, said, tmp_path / said.id
    assert [one.name for one in tmp_path.iterdir()] == [said.id]


@pytest.mark.parametrize("at", [0, 20, 1 << 20, len(PLAIN)])
def test_a_body_that_was_changed_leaves_nothing(
    hospital: Institution, damaged: tuple[bytes, Manifest, Path], at: int
) -> None:
    raw, said, file = damaged
    body = bytearray(file.read_bytes())
    body[at] ^= 1
    file.write_bytes(body)
    with pytest.raises(BodyError, match="the body of a"):
        _again(hospital, file.parent, raw, said)


@pytest.mark.parametrize("change", [-1, -(1 << 20), 1])
def test_a_body_of_another_length_leaves_nothing(
    hospital: Institution, damaged: tuple[bytes, Manifest, Path], change: int
) -> None:
    raw, said, file = damaged
    body = file.read_bytes()
    file.write_bytes(body + b"x" if change > 0 else body[:change])
    with pytest.raises(BodyError):
        _again(hospital, file.parent, raw, said)


def test_another_body_under_the_same_key_is_not_taken(
    hospital: Institution, damaged: tuple[bytes, Manifest, Path]
) -> None:
    raw, said, file = damaged
    with pytest.raises(ManifestError, match="the body of a"):
        _again(
            hospital,
            file.parent,
            raw,
            said.model_copy(update={"body": said.body.model_copy(update={"sha256": "0" * 64})}),
        )


def test_a_disk_that_is_full_ends_both_halves(
    hospital: Institution,
    damaged: tuple[bytes, Manifest, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw, said, file = damaged

    def full(*_: object, **__: object) -> io.RawIOBase:
        return _Full()

    monkeypatch.setattr(Folder, "writer", full)
    with pytest.raises(OSError, match="No space left"):
        _again(hospital, file.parent, raw, said)


class _Full(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_body_that_is_not_there_is_told(hospital: Institution, tmp_path: Path) -> None:
    raw, said = _sealed(hospital, tmp_path, b"x")
    (tmp_path / said.id).unlink()
    with pytest.raises(PlaceError, match="no file"):
        _again(hospital, tmp_path, raw, said)
