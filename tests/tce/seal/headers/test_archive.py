"""Backups as files: what is in them, what is struck from them, what is wrong with them."""

import os
import secrets
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from governance.signing.errors import SigningError, UnverifiedError
from tce.age.errors import AgeError, NoIdentityError
from tce.seal.headers import archive
from tce.seal.headers.entry import tag
from tce.seal.headers.errors import DamagedError, HeadersError
from tce.seal.headers.store import Entry, Record, mark
from tests.tce.seal.headers.objects import identity
from tests.tce.seal.headers.stores import record

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ESCROW = identity()
SIGNER = CryptoSigner.generate_ed25519()
KEYS = [SIGNER.public_key]
NAMES = ["a", "b", "c"]


def _write(file: Path, entries: Sequence[Entry] | None = None, signed: bool = True) -> None:
    archive.write(
        file,
        [record(name) for name in NAMES] if entries is None else entries,
        "bao://headers",
        [ESCROW.recipient],
        SIGNER if signed else None,
        NOW.isoformat(),
        secrets.token_bytes,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    _write(tmp_path / "backup")
    return tmp_path / "backup"


def test_gives_back_every_entry(tmp_path: Path) -> None:
    entries: list[Entry] = [record("a", 7), mark(record("b", 2), NOW, "0" * 64), record("ß/文")]
    _write(tmp_path / "x", entries)
    read = archive.read(tmp_path / "x", KEYS)
    assert list(read.entries([ESCROW])) == entries
    assert (read.said.where, read.said.entries, read.proved) == ("bao://headers", 3, True)


def test_one_of_nothing_is_one(tmp_path: Path) -> None:
    _write(tmp_path / "x", [])
    assert list(archive.read(tmp_path / "x", KEYS).entries([])) == []


def test_only_its_owner_reads_it_and_names_stand_nowhere_in_clear(tmp_path: Path) -> None:
    _write(tmp_path / "x", [record("genomes/patient-7.bam")])
    assert oct((tmp_path / "x").stat().st_mode & 0o777) == "0o600"
    text = (tmp_path / "x").read_bytes()
    assert b"patient" not in text
    assert b"header\n\xff" not in text


def test_only_the_escrow_opens_it(file: Path) -> None:
    with pytest.raises(NoIdentityError):
        list(archive.read(file, KEYS).entries([identity()]))


def test_who_made_it_is_asked(tmp_path: Path, file: Path) -> None:
    with pytest.raises(UnverifiedError, match="backup: 0 of 1"):
        archive.read(file, [CryptoSigner.generate_ed25519().public_key])
    _write(tmp_path / "x", signed=False)
    with pytest.raises(UnverifiedError):
        archive.read(tmp_path / "x", KEYS)
    assert not archive.read(tmp_path / "x", []).proved


def test_nothing_is_written_over(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(HeadersError, match="already"):
        _write(file)
    assert file.read_bytes() == before


def test_a_backup_that_fails_half_way_is_none(tmp_path: Path) -> None:
    def entries() -> Iterator[Entry]:
        yield record()
        raise DamagedError("the second")

    with pytest.raises(DamagedError):
        archive.write(
            tmp_path / "x",
            entries(),
            "w",
            [ESCROW.recipient],
            SIGNER,
            NOW.isoformat(),
            secrets.token_bytes,
        )
    assert list(tmp_path.iterdir()) == []


def test_what_is_struck_is_known_as_destroyed_without_any_key(file: Path) -> None:
    before = archive.read(file, KEYS).raw(tag("b"))
    gone = mark(record("b"), NOW, "0" * 64)
    assert archive.strike(archive.read(file, KEYS), [gone], secrets.token_bytes) == ["b"]
    after = archive.read(file, KEYS)
    assert list(after.entries([ESCROW])) == [record("a"), gone, record("c")]
    assert after.raw(tag("b")) != before
    # The body of what stood there is nowhere in the file, and nothing is left beside it.
    assert before[-64:] not in file.read_bytes()
    assert list(file.parent.iterdir()) == [file]


def test_striking_what_is_not_there_changes_nothing(file: Path) -> None:
    before = file.read_bytes()
    gone = mark(record("z"), NOW, "0" * 64)
    assert archive.strike(archive.read(file, KEYS), [gone], secrets.token_bytes) == []
    assert file.read_bytes() == before


def _exchange(change: Callable[[dict[str, bytes]], object]) -> Callable[[Path], None]:
    """Change the members of an archive."""

    def apply(file: Path) -> None:
        with zipfile.ZipFile(file) as old:
            members = {name: old.read(name) for name in old.namelist()}
        change(members)
        with zipfile.ZipFile(file, "w") as new:
            for name, text in members.items():
                new.writestr(name, text)

    return apply


def _swap(members: dict[str, bytes]) -> None:
    a, b = _entry("a"), _entry("b")
    members[a], members[b] = members[b], members[a]


def _older(members: dict[str, bytes]) -> None:
    """Whoever knows the escrow's recipient can write entries for it."""
    members[_entry("a")] = archive._sealed(
        Record("a", record("a").id, 1, b"mine", b"mine"), [ESCROW.recipient], secrets.token_bytes
    )


def _entry(name: str) -> str:
    return f"entries/{tag(name)}.age"


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (_exchange(lambda m: m.pop(_entry("b"))), DamagedError, "is missing"),
        (_exchange(lambda m: m.pop("list")), DamagedError, "list is missing"),
        (_exchange(lambda m: m.pop("backup.dsse.json")), DamagedError, "backup.dsse.json is miss"),
        (_exchange(lambda m: m.update({"backup.dsse.json": b"{}"})), SigningError, "envelope"),
        (
            _exchange(lambda m: m.update({"list": b"".join(m["list"].splitlines(True)[1:])})),
            DamagedError,
            "not the one that was signed",
        ),
        (_exchange(_swap), DamagedError, "another object"),
        (_exchange(_older), DamagedError, "not the one that was backed up"),
        (_exchange(lambda m: m.update({_entry("a"): m[_entry("a")][:-1]})), AgeError, "entries"),
        (_exchange(lambda m: m.update({_entry("a"): b"x" * 2_000_000})), DamagedError, "longer"),
        (lambda file: file.write_bytes(b""), DamagedError, "not a backup"),
        (lambda file: file.write_bytes(b"PK" + b"\0" * 99), DamagedError, "not a backup"),
        (lambda file: os.truncate(file, file.stat().st_size // 2), DamagedError, "not a backup"),
        (lambda file: file.unlink(), HeadersError, "No such file"),
    ],
)
def test_what_is_wrong_with_one_is_told(
    file: Path, change: Callable[[Path], None], error: type[Exception], said: str
) -> None:
    change(file)
    with pytest.raises(error, match=said):
        list(archive.read(file, KEYS).entries([ESCROW]))


def test_any_changed_byte_of_an_entry_is_noticed(file: Path) -> None:
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as archived:
        infos = [one for one in archived.infolist() if one.filename.startswith("entries/")]
    for info in infos:
        for at in range(
            info.header_offset + 30 + len(info.filename), whole.index(b"PK\x01\x02"), 97
        ):
            if at >= info.header_offset + 30 + len(info.filename) + info.file_size:
                break
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises((DamagedError, AgeError)):
                list(archive.read(file, KEYS).entries([ESCROW]))
