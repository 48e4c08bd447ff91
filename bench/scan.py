"""Measures a scan of a real SeaweedFS against `aws`, `s5cmd` and `rclone`, in the same run.

python bench/scan.py --objects 200000 --rivals DIR

Starts the server, fills a versioned bucket (80 shards per checkpoint, 100 checkpoints per run),
then lists it with each program in turn: wall seconds (median of the repeats), CPU seconds and peak
resident memory of the program itself, and how many objects it named. Then the same for a small
bucket in which folders have siblings whose names go on with "-" or ".": programs that page through
this store lose some of them. Exit code 3 where a target is missed: `tutela catalog scan`, with
recognition, at least as fast as `aws`, and every object named.

DIR is the `bin` of a venv with bench/rivals.txt; what is not there is left out.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

from bench.peak import peak_kb  # noqa: E402 - after the path to it
from tutela.demo.seaweed import SeaweedFS  # noqa: E402

SHARDS, SAVES = 80, 100

LIST = """
import sys
from pathlib import Path
from governance.catalog.sources.s3 import S3Source
from governance.snapshot.writer import RowFile
from governance.store.client import Store, location_of
from governance.workspace.config import StoreConfig
store = Store(StoreConfig(endpoint=sys.argv[1]))
with RowFile(Path(sys.argv[3])) as file:
    for batch in S3Source(store, location_of(sys.argv[2])).rows():
        file.append(batch)
print(file.rows)
"""

COUNT = """
import sys
import pyarrow.parquet as pq
from pathlib import Path
newest = max(Path(sys.argv[1]).glob('*/objects.parquet'))
print(pq.read_metadata(newest).num_rows)
"""


@dataclass(frozen=True)
class Run:
    """One program, once."""

    seconds: float
    cpu: float
    megabytes: float
    objects: int


@dataclass(frozen=True)
class Program:
    """How a program is called, and how many objects its output names."""

    name: str
    words: Sequence[str]
    named: Callable[[Path], int]


def lines(file: Path) -> int:
    """One object per line."""
    with file.open("rb") as text:
        return sum(1 for _ in text)


def versions(file: Path) -> int:
    """One `"VersionId":` per object in the JSON of `aws`."""
    with file.open("rb") as text:
        return sum(b'"VersionId":' in line for line in text)


def number(file: Path) -> int:
    """The last line is the number."""
    return int(file.read_text().split()[-1])


def programs(endpoint: str, bucket: str, rivals: Path | None, work: Path) -> list[Program]:
    """Return every program that is there."""
    uri, here = f"s3://{bucket}", sys.executable
    scan = ["catalog", "scan", "-w", str(work / "ws"), uri, "--endpoint-url", endpoint]
    snapshots = str(work / "ws" / ".tutela" / "snapshots")

    def scanned(file: Path) -> int:
        done = subprocess.run([here, "-c", COUNT, snapshots], capture_output=True, check=True)
        return int(done.stdout)

    known = [
        Program("tutela catalog scan", [here, "-m", "tutela", *scan], scanned),
        Program(
            "its listing alone",
            [here, "-c", LIST, endpoint, uri, str(work / "rows.parquet")],
            number,
        ),
    ]
    where = ["--endpoint-url", endpoint]
    remote = f":s3,provider=Other,env_auth=true,endpoint='{endpoint}':{bucket}"
    others = [
        ("aws", ["s3api", "list-object-versions", "--bucket", bucket, *where], versions),
        ("s5cmd", [*where, "ls", "--all-versions", f"{uri}/*"], lines),
        ("rclone", ["lsf", "-R", "--files-only", "--fast-list", remote], lines),
    ]
    for name, words, named in others:
        found = shutil.which(name, path=str(rivals) if rivals else None)
        if found:
            known.append(Program(name, [found, *words], named))
        else:
            print(f"{name} is not there: pip install -r bench/rivals.txt, then --rivals VENV/bin")
    return known


def measure(program: Program, work: Path) -> Run:
    """Run a program to its end."""
    out = work / "out"
    began = time.monotonic()
    with out.open("wb") as sink, (work / "err").open("wb") as err:
        child = subprocess.Popen(program.words, stdout=sink, stderr=err)
        memory = 0
        while not (done := os.wait4(child.pid, os.WNOHANG))[0]:
            memory = max(memory, peak_kb(child.pid))
            time.sleep(0.02)
    seconds = time.monotonic() - began
    _, status, used = done
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{program.name} failed: {(work / 'err').read_text()}")
    return Run(seconds, used.ru_utime + used.ru_stime, memory / 1000, program.named(out))


def put_all(server: SeaweedFS, bucket: str, keys: Sequence[str], rivals: Path | None) -> None:
    """Upload tiny objects: by s5cmd where it is there, else by threads."""
    client = make_client(server)
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s5cmd = shutil.which("s5cmd", path=str(rivals) if rivals else None)
    if s5cmd is None or len(keys) < 10_000:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda key: client.put_object(Bucket=bucket, Key=key, Body=b"x"), keys))
        return
    with tempfile.TemporaryDirectory() as folder:
        for key in keys:
            file = Path(folder, key)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x")
        words = ["--endpoint-url", server.endpoint, "--numworkers", "64", "cp", f"{folder}/"]
        subprocess.run([s5cmd, *words, f"s3://{bucket}/"], check=True, stdout=subprocess.DEVNULL)


def make_client(server: SeaweedFS):
    """Return a client with the server's own credentials."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.admin.access_key,
        aws_secret_access_key=server.admin.secret_key,
        config=Config(max_pool_connections=16),
    )


def compare(
    server: SeaweedFS, bucket: str, keys: int, rivals: Path | None, repeats: int
) -> dict[str, Run]:
    """List one bucket with every program; print a line for each."""
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as folder:
        found = programs(server.endpoint, bucket, rivals, Path(folder))
        # In turn, so that whatever else the machine does meets all of them.
        for _ in range(repeats):
            for program in found:
                runs.setdefault(program.name, []).append(measure(program, Path(folder)))
    print(f"{'program':<26}{'seconds':>9}{'objects/s':>11}{'cpu s':>8}{'MB':>7}{'objects':>10}")
    result = {}
    for name, each in runs.items():
        run = sorted(each, key=lambda one: one.seconds)[len(each) // 2]
        lost = "" if run.objects == keys else f"  {keys - run.objects:,} lost"
        print(
            f"{name:<26}{run.seconds:>9.1f}{keys / run.seconds:>11,.0f}{run.cpu:>8.1f}"
            f"{run.megabytes:>7.0f}{run.objects:>10,}{lost}",
            flush=True,
        )
        result[name] = run
    return result


def main() -> int:
    """Fill, list, print; 3 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rivals", type=Path, help="folder with aws, s5cmd and rclone")
    options = parser.parse_args()
    keys = [
        f"runs/run-{at // (SHARDS * SAVES):03}/checkpoint-{at // SHARDS % SAVES * 500 + 500}"
        f"/model-{at % SHARDS:05}-of-{SHARDS:05}.safetensors"
        for at in range(options.objects)
    ]
    beside = [f"runs/{name}/{at}" for name in ("m", "m-old", "m.x") for at in range(700)]
    with SeaweedFS() as server:
        os.environ.update(
            AWS_ACCESS_KEY_ID=server.admin.access_key,
            AWS_SECRET_ACCESS_KEY=server.admin.secret_key,
            AWS_DEFAULT_REGION="us-east-1",
            PYTHONPATH=str(ROOT),
        )
        print(f"filling a versioned bucket with {len(keys):,} objects", flush=True)
        put_all(server, "bench", keys, options.rivals)
        large = compare(server, "bench", len(keys), options.rivals, options.repeats)
        print(f"\n{len(beside):,} objects in folders beside each other", flush=True)
        put_all(server, "beside", beside, options.rivals)
        small = compare(server, "beside", len(beside), options.rivals, 1)
    ours = "tutela catalog scan"
    whole = large[ours].objects == len(keys) and small[ours].objects == len(beside)
    aws = next((run for name, run in large.items() if name == "aws"), None)
    fast = aws is None or large[ours].seconds <= aws.seconds
    return 0 if whole and fast else 3


if __name__ == "__main__":
    sys.exit(main())
