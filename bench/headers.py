"""Measures headers: rotated in a folder and in OpenBao, backed up and restored.

python bench/headers.py --objects 10000

Objects are sealed to a bucket and an escrow, each with a signed manifest; only their headers
matter here. In a folder every record is flushed to the disk. In OpenBao (raft, TLS, an audit file)
the peer is a client that does nothing but the same two requests for each object, with as many
connections: read the record, write one of the same size. Rounds of both take turns, and medians
count. Exit code 3 where a target is missed: 10,000 headers rotated within 10 s in a folder, and in
OpenBao at 70% or more of the bare requests' rate.
"""

import argparse
import json
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

import requests  # noqa: E402

from bench.peak import peak_mb  # noqa: E402
from tce.age.keys import X25519Identity  # noqa: E402
from tce.seal.backup import backup, restore  # noqa: E402
from tce.seal.headers.bao import THREADS, BaoStore  # noqa: E402
from tce.seal.headers.entry import tag  # noqa: E402
from tce.seal.headers.folder import create  # noqa: E402
from tce.seal.headers.store import Change, HeaderStore, Record  # noqa: E402
from tce.seal.rotate import rotate  # noqa: E402
from tests.labs.openbao import OpenBao  # noqa: E402
from tests.tce.seal.headers.objects import Institution, identity, to  # noqa: E402

MOST_SECONDS = 10
"""For 10,000 headers in a folder."""
LEAST_RATE = 0.7
ROUNDS = 3
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


class Turns:
    """Rotates a store again and again, each time to somebody else."""

    def __init__(self, hospital: Institution, store: HeaderStore, objects: int) -> None:
        self._hospital, self._store, self._objects = hospital, store, objects
        self._holder: X25519Identity = hospital.bucket
        self._epoch = 1

    def next(self) -> None:
        """Rotate every header, and see that every one was."""
        new = identity()
        self._epoch += 1
        done = rotate(
            self._store,
            None,
            [self._holder],
            to(new, self._hospital.escrow, epoch=self._epoch),
            self._hospital.author,
            secrets.token_bytes,
        )
        if done.rotated != self._objects:
            raise SystemExit(str(done))
        self._holder = new


def bare(server: OpenBao, mount: str, records: list[Record]) -> None:
    """Read and write each record, and nothing else."""
    own = threading.local()

    def session() -> requests.Session:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.trust_env = False
            own.session.verify = str(server.ca)
            own.session.headers["X-Vault-Token"] = server.token.text()
        found: requests.Session = own.session
        return found

    def one(record: Record) -> None:
        url = f"{server.server}/v1/{mount}/data/objects/{tag(record.name)}"
        said = session().get(url).json()["data"]
        body = {"data": said["data"], "options": {"cas": said["metadata"]["version"]}}
        session().post(url, json=body).raise_for_status()

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(one, records):
            pass


def in_folder(folder: Path, hospital: Institution, records: list[Record]) -> dict[str, float]:
    """Seconds of rotating, backing up and restoring."""
    store = create(folder / "headers")
    put = timed(lambda: store.put_all(Change(one, None) for one in records))
    turns = Turns(hospital, store, len(records))
    rotated = statistics.median(timed(turns.next) for _ in range(ROUNDS))
    file = folder / "backup"
    recipients = [hospital.escrow.recipient]
    backed = timed(
        lambda: backup(store, file, recipients, hospital.signer, NOW, secrets.token_bytes)
    )
    other = create(folder / "other")
    keys = [hospital.signer.public_key]
    restored = timed(lambda: restore(file, other, [hospital.escrow], keys))
    return {"put": put, "rotate": rotated, "backup": backed, "restore": restored}


def in_openbao(hospital: Institution, records: list[Record]) -> tuple[float, float]:
    """Objects in a second: bare requests, and rotation."""
    with OpenBao() as server:
        server.initialise()
        mount = server.kv()
        store = BaoStore(server.root, mount)
        store.put_all(Change(one, None) for one in records)
        turns = Turns(hospital, BaoStore(server.root, mount), len(records))
        alone, ours = [], []
        for _ in range(ROUNDS):
            alone.append(timed(lambda: bare(server, mount, records)))
            ours.append(timed(turns.next))
    number = len(records)
    return number / statistics.median(alone), number / statistics.median(ours)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--in-openbao", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    hospital = Institution()
    records = [hospital.sealed(f"genomes/{number}.bam") for number in range(arguments.objects)]
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as text:
        folder = in_folder(Path(text), hospital, records)
    some = [hospital.sealed(f"genomes/{number}.bam") for number in range(arguments.in_openbao)]
    alone, ours = in_openbao(hospital, some)
    most = MOST_SECONDS * arguments.objects / 10_000
    met = folder["rotate"] <= most and ours >= LEAST_RATE * alone
    result = {
        "objects": arguments.objects,
        "folder_seconds": folder,
        "openbao_bare_per_second": alone,
        "openbao_rotated_per_second": ours,
        "openbao_rate": ours / alone,
        "memory_mb": peak_mb(),
        "met": met,
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        print(
            f"{arguments.objects} headers in a folder: "
            + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in folder.items())
        )
        rates = f"bare requests {alone:.0f} objects/s, rotation {ours:.0f} ({ours / alone:.0%})"
        print(f"OpenBao: {rates}")
        print(f"memory {peak_mb():.0f} MB; targets {'met' if met else 'missed'}")
    return 0 if met else 3


if __name__ == "__main__":
    sys.exit(main())
