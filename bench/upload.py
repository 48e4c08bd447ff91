"""Sealing into a bucket beside plain `aws s3 cp` of the same file, in the same run.

    python bench/upload.py --gib 1 --rounds 3

A real SeaweedFS on this machine whose folder is in memory where /dev/shm is there, so that no disk
is measured; each program in turn, the median of the rounds: wall seconds, CPU seconds and peak
resident memory of the program. What was sealed is opened again and compared. Exit code 3 where a
target is missed: at least 80% of the rate of `aws s3 cp`, under 256 MB.
"""

import argparse
import os
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

from bench.peak import peak_kb  # noqa: E402 - after the path to it
from governance.signing import keyfile  # noqa: E402
from tce.age.keys import X25519Identity  # noqa: E402
from tutela.demo.seaweed import SeaweedFS  # noqa: E402

RATE, MEMORY = 0.8, 256_000_000
TUTELA = [sys.executable, "-m", "tutela"]


@dataclass(frozen=True)
class Run:
    """One program, once."""

    seconds: float
    cpu: float
    memory: int
    """Peak, in bytes; looked at 50 times a second."""


def measured(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> Run:
    """Run a program to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    peak = 0
    with subprocess.Popen(
        command, cwd=folder, env=dict(environ), stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            peak = max(peak, peak_kb(process.pid))
            time.sleep(0.02)
    seconds = time.monotonic() - started
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, peak * 1024)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gib", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rivals", metavar="DIR", type=Path, help="where aws is, if not here")
    said = parser.parse_args()
    if said.rivals is not None:
        os.environ["PATH"] = f"{said.rivals}:{os.environ['PATH']}"
    if shutil.which("aws") is None:
        print("no aws here: nothing to compare with")
        return 1
    memory = Path("/dev/shm")
    os.environ["TMPDIR"] = str(memory) if memory.is_dir() else tempfile.gettempdir()
    tempfile.tempdir = None
    with tempfile.TemporaryDirectory() as named, SeaweedFS() as server:
        folder = Path(named)
        size = int(said.gib * (1 << 30))
        prepare(folder, size)
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AWS_ACCESS_KEY_ID": server.admin.access_key,
            "AWS_SECRET_ACCESS_KEY": server.admin.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        at = ["--endpoint-url", server.endpoint]
        subprocess.run(["aws", "s3", "mb", "s3://bench", *at], env=environ, check=True)
        seal = [*TUTELA, "tce", "seal", "file", "--to", "to", "--key", "file:key", "--replace"]
        programs = {
            "aws s3 cp": ["aws", "s3", "cp", "file", "s3://bench/plain", "--no-progress", *at],
            "tutela tce seal": [*seal, "--out", "s3://bench", *at],
        }
        runs: dict[str, list[Run]] = {name: [] for name in programs}
        for _ in range(said.rounds):
            for name, command in programs.items():
                runs[name].append(measured(command, environ, folder))
        open_ = [*TUTELA, "tce", "open", "s3://bench/file.age", "--identity", "id"]
        opening = measured([*open_, "--out", "plain", *at], environ, folder)
        subprocess.run(["cmp", "file", "plain/file"], cwd=folder, check=True)
    rates = {name: size / statistics.median(run.seconds for run in of) for name, of in runs.items()}
    for name, of in runs.items():
        cpu = statistics.median(run.cpu for run in of)
        peak = max(run.memory for run in of)
        print(f"{name:16} {rates[name] / 1e6:6.0f} MB/s  {cpu:5.1f} s CPU  {peak / 1e6:4.0f} MB")
    print(f"{'tutela tce open':16} {size / opening.seconds / 1e6:6.0f} MB/s")
    share = rates["tutela tce seal"] / rates["aws s3 cp"]
    peak = max(run.memory for run in [*runs["tutela tce seal"], opening])
    print(f"{share:.0%} of aws s3 cp, and {RATE:.0%} wanted")
    print(f"{peak / 1e6:.0f} MB, and less than {MEMORY / 1e6:.0f} MB wanted")
    return 0 if share >= RATE and peak < MEMORY else 3


def prepare(folder: Path, size: int) -> None:
    """Write what is sealed, and keys."""
    block = os.urandom(1 << 24)
    with (folder / "file").open("wb") as file:
        for start in range(0, size, len(block)):
            file.write(block[: min(len(block), size - start)])
    private, _ = keyfile.new(None)
    (folder / "key").write_bytes(private.reveal())
    identity = X25519Identity.new(secrets.token_bytes)
    (folder / "id").touch(mode=0o600)
    (folder / "id").write_bytes(identity.text().reveal() + b"\n")
    (folder / "to").write_bytes(f"{identity.recipient}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
