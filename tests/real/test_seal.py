"""Sealing with other programs around it: Debian's age, and kill -9."""

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.labs.seaweed import Lab
from tests.tce.seal.people import Person, person

pytestmark = pytest.mark.real

TEXT = secrets.token_bytes(1_000_000)
LARGE = 200 << 20
PATIENCE = 60.0
"""Seconds until something has to have happened."""


@pytest.fixture
def anna(tmp_path: Path) -> Person:
    return person(tmp_path / "anna")


def age(who: Person, *words: str, stdin: bytes = b"") -> bytes:
    ran = subprocess.run(["age", *words], cwd=who.folder, input=stdin, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_age_opens_what_is_sealed_here_and_the_reverse(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    assert anna.seal("data.bin").code == 0
    for who in ("id.age", "escrow-id.age"):
        assert age(anna, "-d", "-i", who, "data.bin.age") == TEXT
    age(anna, "-R", "to.age", "-o", "theirs.bin.age", stdin=TEXT)
    ran = anna.open("theirs.bin.age", "--out", "plain")
    assert ran.code == 0
    assert "sender and version are unproven" in ran.out
    assert (anna.folder / "plain/theirs.bin").read_bytes() == TEXT


def test_header_and_body_put_together_are_an_age_file(anna: Person) -> None:
    anna.file("data.bin", TEXT)
    assert anna.seal("data.bin", "--out", "provider", "--detached", "headers").code == 0
    (record,) = (anna.folder / "headers/objects").iterdir()
    (body,) = (anna.folder / "provider").iterdir()
    header = base64.b64decode(json.loads(record.read_bytes())["header"])
    assert age(anna, "-d", "-i", "id.age", stdin=header + body.read_bytes()) == TEXT


def start(who: Person, environ: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tutela", "tce", *words]
    return subprocess.Popen(
        command,
        cwd=who.folder,
        env={**os.environ, **environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        stdout=subprocess.DEVNULL,
    )


def killed(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    """End a program in the middle: once `ready`, by a signal that it cannot hear."""
    until = time.monotonic() + PATIENCE
    while not ready():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.returncode == -signal.SIGKILL


def large(who: Person) -> Path:
    block = secrets.token_bytes(1 << 20)
    file = who.file("large.bin", b"")
    with file.open("wb") as out:
        for number in range(LARGE >> 20):
            out.write(number.to_bytes(4, "big") + block[4:])
    return file


def test_an_upload_that_was_killed_goes_on_and_nothing_was_there_before(
    s3: Lab, anna: Person
) -> None:
    file = large(anna)
    bucket = s3.bucket()
    words = ["seal", "large.bin", "--key", "file:sender.key", "--to", "to.age"]
    words += ["--out", f"s3://{bucket}", "--resume", "transfers", "--endpoint-url", s3.endpoint]
    transfers = anna.folder / "transfers"

    def six_parts_left() -> bool:
        found = list(transfers.glob("*")) if transfers.exists() else []
        return bool(found) and found[0].read_bytes().count(b'"part"') >= 6

    killed(start(anna, s3.environ(), *words), six_parts_left)
    assert "Contents" not in s3.client.list_objects_v2(Bucket=bucket)
    (upload,) = s3.client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    with start(anna, s3.environ(), *words) as process:
        assert process.wait(PATIENCE) == 0
    assert upload["Key"] == "large.bin.age"
    s3.client.download_file(bucket, "large.bin.age", str(anna.folder / "back.age"))
    assert age(anna, "-d", "-i", "id.age", "back.age") == file.read_bytes()
    assert list(transfers.iterdir()) == []


def test_whoever_is_killed_while_opening_leaves_no_plaintext(anna: Person) -> None:
    large(anna)
    assert anna.seal("large.bin", "--out", "sealed").code == 0
    plain = anna.folder / "plain"
    words = ["open", "sealed/large.bin.age", "--identity", "id.age", "--out", "plain"]

    def writing() -> bool:
        return plain.exists()

    killed(start(anna, {}, *words), writing)
    assert list(plain.iterdir()) == []
