"""Measures sealing and opening of one large file, with `age`, pyrage, gpg and cp beside it.

    python bench/seal.py --gib 4 --rounds 3 --folder /var/tmp

From a file that is in the page cache to a new file of the same file system, each in turn, in a
process of its own; of the rounds the best counts, since others only ever make one slower. Wall
seconds from start to end of the work (of programs: of the process), CPU seconds, and the most
memory. `age` opens what was measured, and this opens what `age` sealed; both are compared with the
original. Exit code 3 where a target is missed: a body alone on one core at 1.5 times the rate of
`age` on the same core, with the manifest's digest on two cores at 1.3 times, under 256 MB.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

ONE_CORE, TWO_CORES, MEMORY = 1.5, 1.3, 256_000_000
_OURS = """
import hashlib, json, os, secrets, sys, time
from pathlib import Path
from bench.peak import peak_mb
from blueprints.secret import nobody
from tce.age import body, header, identities
verb, source, target, key, digest = sys.argv[1:]
[identity] = identities.load(Path(key), nobody)
watch = hashlib.sha256() if digest == "digest" else None
update = watch.update if watch else None
began, cpu = time.monotonic(), time.process_time()
with open(source, "rb", buffering=0) as plain, open(target, "xb", buffering=0) as sealed:
    if verb == "seal":
        file_key = header.new_key(secrets.token_bytes)
        sealed.write(header.write(file_key, [identity.recipient], secrets.token_bytes))
        body.seal(file_key, plain, sealed, secrets.token_bytes, watch=update)
    else:
        body.open(header.open(header.read(plain), [identity]), plain, sealed, watch=update)
took = time.monotonic() - began, time.process_time() - cpu
print(json.dumps([*took, peak_mb() * 1_000_000]))
"""
_PYRAGE = """
import json, sys, time
import pyrage
from bench.peak import peak_mb
verb, source, target, key, _ = sys.argv[1:]
identity = pyrage.x25519.Identity.from_str(open(key).read().split()[-1])
began, cpu = time.monotonic(), time.process_time()
if verb == "seal":
    pyrage.encrypt_file(source, target, [identity.to_public()])
else:
    pyrage.decrypt_file(source, target, [identity])
took = time.monotonic() - began, time.process_time() - cpu
print(json.dumps([*took, peak_mb() * 1_000_000]))
"""
# Of a program: all of its life; its memory is the most that any child of the small one had.
_PROGRAM = """
import json, resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
took = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([took, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))
"""


@dataclass(frozen=True)
class Run:
    """One of the things that are measured, once."""

    seconds: float
    cpu: float
    memory: float
    """Peak, in bytes."""


def run(program: str, words: Sequence[object], cores: int) -> Run:
    """Run a piece of Python on so many cores of this process."""
    chosen = sorted(os.sched_getaffinity(0))[:cores]

    def bind() -> None:
        os.sched_setaffinity(0, chosen)

    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        stdout=subprocess.PIPE,
        check=True,
        preexec_fn=bind,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return Run(*json.loads(ran.stdout))


class Bench:
    """A folder with a key and a file in the page cache."""

    def __init__(self, folder: Path, gib: float) -> None:
        self.folder = folder
        self.size = int(gib * (1 << 30))
        self.plain, self.key = folder / "plain", folder / "key"
        subprocess.run(["age-keygen", "-o", self.key], check=True, stderr=subprocess.DEVNULL)
        said = subprocess.run(["age-keygen", "-y", self.key], check=True, stdout=subprocess.PIPE)
        self.recipient = said.stdout.decode().strip()
        (folder / "phrase").write_text("a phrase of example.org")
        with self.plain.open("wb") as file:
            for start in range(0, self.size, 1 << 24):
                file.write(os.urandom(min(1 << 24, self.size - start)))
            file.flush()
            # What is not written yet would be written while something is measured.
            os.fsync(file.fileno())

    def ours(self, verb: str, digest: str, cores: int) -> Run:
        """This project's."""
        source = self.plain if verb == "seal" else self.folder / "theirs.age"
        target = self.fresh("ours.age" if verb == "seal" else "ours")
        return run(_OURS, [verb, source, target, self.key, digest], cores)

    def age(self, verb: str, cores: int) -> Run:
        """The `age` program."""
        if verb == "seal":
            words = ["age", "-r", self.recipient, "-o", self.fresh("theirs.age"), self.plain]
        else:
            sealed = self.folder / "ours.age"
            words = ["age", "-d", "-i", self.key, "-o", self.fresh("theirs"), sealed]
        return run(_PROGRAM, words, cores)

    def pyrage(self, verb: str) -> Run:
        """Age in Rust."""
        source = self.plain if verb == "seal" else self.folder / "ours.age"
        return run(_PYRAGE, [verb, source, self.fresh("peer"), self.key, ""], 1)

    def gpg(self) -> Run:
        """GnuPG, under a passphrase, without compression."""
        home = self.folder / "gnupg"
        home.mkdir(mode=0o700, exist_ok=True)
        words = ["gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback"]
        words += ["--passphrase-file", self.folder / "phrase", "--compress-algo", "none"]
        words += ["--cipher-algo", "AES256", "-o", self.fresh("peer"), "--symmetric", self.plain]
        return run(_PROGRAM, words, 1)

    def copy(self) -> Run:
        """No more than reading and writing."""
        return run(_PROGRAM, ["cp", "--reflink=never", self.plain, self.fresh("peer")], 1)

    def fresh(self, name: str) -> Path:
        """A name that no file has: room is given back before anything is measured."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        return path

    def same(self, name: str) -> None:
        """Compare with the original, and give the room back."""
        if subprocess.run(["cmp", self.plain, self.folder / name]).returncode:
            sys.exit(f"{name} is not what was sealed")
        (self.folder / name).unlink()


def main() -> None:
    """Measure, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="seal-", dir=asked.folder))
    try:
        sys.exit(measure(Bench(folder, asked.gib), asked.rounds, asked.peers))
    finally:
        shutil.rmtree(folder)


def measure(bench: Bench, rounds: int, peers: bool) -> int:
    """Return the exit code."""
    best: dict[str, Run] = {}

    def take(name: str, one: Callable[[], Run]) -> None:
        found = one()
        if name not in best or found.seconds < best[name].seconds:
            best[name] = found

    for _ in range(rounds):
        take("age, 1 core", lambda: bench.age("seal", 1))
        take("body, 1 core", lambda: bench.ours("seal", "alone", 1))
        take("age, 2 cores", lambda: bench.age("seal", 2))
        take("body and digest, 2 cores", lambda: bench.ours("seal", "digest", 2))
        take("age opens, 1 core", lambda: bench.age("open", 1))
        bench.same("theirs")
        bench.fresh("ours.age")
        take("opens age's, 1 core", lambda: bench.ours("open", "alone", 1))
        bench.same("ours")
        bench.fresh("theirs.age")
    if peers:
        take("pyrage, 1 core", lambda: bench.pyrage("seal"))
        take("gpg AES-256, 1 core", bench.gpg)
        take("cp, 1 core", bench.copy)
    for name, one in best.items():
        rate = bench.size / one.seconds / (1 << 30)
        print(
            f"{name:26} {one.seconds:6.2f} s  {rate:5.2f} GiB/s  {one.cpu:6.2f} s CPU"
            f"  {one.memory / 1e6:6.0f} MB"
        )
    one = best["age, 1 core"].seconds / best["body, 1 core"].seconds
    two = best["age, 2 cores"].seconds / best["body and digest, 2 cores"].seconds
    opens = best["age opens, 1 core"].seconds / best["opens age's, 1 core"].seconds
    most = max(run.memory for name, run in best.items() if name.startswith(("body", "opens")))
    print(f"body alone on one core: {one:.2f} times age (target {ONE_CORE})")
    print(f"with digest on two cores: {two:.2f} times age (target {TWO_CORES})")
    print(f"opening on one core: {opens:.2f} times age")
    print(f"memory: {most / 1e6:.0f} MB (target below {MEMORY / 1e6:.0f})")
    return 0 if one >= ONE_CORE and two >= TWO_CORES and most < MEMORY else 3


if __name__ == "__main__":
    main()
