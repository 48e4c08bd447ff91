"""Debian's age and this program open each other's files, and refuse the same ones."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from tce.age import body, header, identities
from tce.age.passphrase import Passphrase
from tests.tce.age import tampered
from tests.tce.age.sealed import ANNA, BERT, counted, open_, seal, text
from tests.tce.age.test_body import SIZES

pytestmark = pytest.mark.real

SPARSE = (64 << 30) // int(os.environ.get("PROVE_SHARE", "1"))
"""Bytes of the file that is read from no disk: 64 GiB, in CI a tenth."""
MEMORY = 256_000_000


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("age") is None:
        pytest.skip("there is no age")
    path = tmp_path_factory.mktemp("age") / "anna.txt"
    path.touch(0o600)
    path.write_bytes(ANNA.text().reveal() + b"\n")
    return path


def age(*words: object, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["age", *map(str, words)], input=given, capture_output=True, check=False)


@pytest.mark.parametrize("size", SIZES)
def test_age_opens_what_is_sealed_here(size: int, key: Path) -> None:
    head, sealed = seal(text(size), [BERT.recipient, ANNA.recipient])
    ran = age("--decrypt", "-i", key, given=head + sealed)
    assert (ran.returncode, ran.stdout) == (0, text(size)), ran.stderr


@pytest.mark.parametrize("size", SIZES)
def test_what_age_seals_is_opened_here(size: int, key: Path) -> None:
    ran = age("-r", ANNA.recipient, "-r", BERT.recipient, given=text(size))
    assert open_(ran.stdout, [BERT]) == (text(size), None)
    assert open_(ran.stdout, [ANNA]) == (text(size), None)


def test_keys_of_age_keygen_are_read_here_and_these_there(tmp_path: Path, key: Path) -> None:
    theirs = tmp_path / "theirs.txt"
    subprocess.run(["age-keygen", "-o", theirs], check=True, capture_output=True)
    [identity] = identities.load(theirs, nobody)
    said = subprocess.run(["age-keygen", "-y", theirs], check=True, capture_output=True)
    assert said.stdout.decode().strip() == str(identity.recipient)
    said = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True)
    assert said.stdout.decode().strip() == str(ANNA.recipient)


def test_age_refuses_every_tampered_file_too(key: Path) -> None:
    # One process for each: of every kind of tampering some.
    cases = tampered.cases()
    chosen = [*cases[::5], *cases[-20:]]
    opened = [one.name for one in chosen if age("-d", "-i", key, given=one.data).returncode == 0]
    assert opened == []
    assert len(chosen) >= 100


class Sparse:
    """A file with nothing in it, of any size."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readinto(self, into: memoryview) -> int:
        size = min(self._left, len(into))
        self._left -= size
        return size


class Discarding:
    """A sink that keeps a count."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: memoryview) -> int:
        self.size += len(data)
        return len(data)


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def grown() -> Callable[[], int]:
    before = resident()
    return lambda: resident() - before


def test_a_file_of_64_gib_takes_no_more_memory_than_a_small_one(grown: Callable[[], int]) -> None:
    random = counted()
    sink, most = Discarding(), []
    file_key = header.new_key(random)

    def watch(data: memoryview) -> None:
        if sink.size % (1 << 28) < len(data):
            most.append(grown())

    amounts = body.seal(file_key, Sparse(SPARSE), sink, random, watch=watch)
    assert amounts.plain == SPARSE
    assert amounts.sealed == sink.size == body.sealed_size(SPARSE)
    assert max(most) < MEMORY


def test_a_full_disk_ends_sealing_with_its_error(tmp_path: Path) -> None:
    """A file system of 1 MiB; as root only."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("no file system can be mounted here")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        random = counted()
        with (
            (place / "x.age").open("wb", buffering=0) as sink,
            pytest.raises(OSError, match="No space left on device"),
        ):
            body.seal(header.new_key(random), Sparse(8 << 20), sink, random)
    finally:
        subprocess.run(["umount", place], check=True)


def test_an_identity_under_a_passphrase_is_opened_by_age(tmp_path: Path, key: Path) -> None:
    """age asks at a terminal only."""
    script = shutil.which("script")
    if script is None:
        pytest.skip("there is no script")
    sealed = tmp_path / "key.age"
    phrase = Secret(b"correct horse battery")
    sealed.write_bytes(
        identities.protect(Secret(key.read_bytes()), Passphrase(phrase, 12), counted())
    )
    out = tmp_path / "out"
    command = f"age -d -o {out} {sealed}"
    ran = subprocess.run(
        [script, "-qec", command, "/dev/null"],
        input=phrase.reveal() + b"\n",
        capture_output=True,
        check=False,
    )
    assert out.read_bytes() == key.read_bytes(), ran.stdout
