"""Held against a real Slurm; `--update-golden` writes the lists that the other tests read."""

import getpass
import json
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.jobs.source import JobsSource
from governance.workspace.evidence import JobsEntry
from tests.governance.evidence.said import Said, said
from tests.labs.slurm import ACCOUNTING, Slurm, missing

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(bool(missing()), reason="no Slurm here, and it is no Python package"),
]
RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(scope="module")
def slurm() -> Iterator[Slurm]:
    with (
        tempfile.TemporaryDirectory(prefix="slurm", dir="/tmp") as name,
        Slurm(Path(name), accounting=not missing(ACCOUNTING)) as server,
    ):
        submit(server)
        yield server


def submit(slurm: Slurm) -> None:
    """A job that runs, one that waits, an array of which one runs, one that has ended."""
    work = slurm.folder / "work"
    for name in ("run 1", "logs"):
        (work / name).mkdir(parents=True)
    script = work / "train.sh"
    script.write_text(
        "#!/bin/bash\n#SBATCH --comment='resume s3://ckpt/llama/step-100'\nsleep 300\n"
    )
    batch = ("sbatch", "--output", str(work / "logs" / "%x-%j.out"))
    slurm.run(*batch, "-D", "/", "-J", "quick", "-n1", "--wrap", "true")
    slurm.until(lambda: "quick" not in slurm.run("squeue"), "the first job does not end")
    slurm.run(
        *(*batch, "-D", str(work / "run 1"), "-J", "sft", "-n1", "--mem=1"),
        *("--comment", "needs s3://models/base/llama-3 and /store/data set", str(script)),
        *("--resume=/scratch/ckpt/step-200", "--data", "s3://data/my corpus/v1", "../other/ckpt"),
    )
    slurm.run(
        *(*batch, "-D", str(work), "-J", "waits", "-n1", "--begin=now+1hour"),
        *("--wrap", "python /opt/train.py --load /store/models/m1"),
    )
    slurm.run(
        *(*batch, "-D", str(work), "-J", "sweep", "--array=0-3%1", "-n1", "--mem=1"),
        *(str(script), "--model", "/store/a"),
    )
    slurm.until(lambda: slurm.run("squeue", "-h", "-t", "R").count("\n") >= 1, "no job runs")


def read(slurm: Slurm, name: str, text: str) -> Said:
    file = slurm.folder / name
    file.write_text(text)
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return said(JobsSource(JobsEntry(file=str(file)), Path("/")), written)


def test_what_real_jobs_name_is_needed(slurm: Slurm, request: pytest.FixtureRequest) -> None:
    text = slurm.run("squeue", "--json", "--all")
    keep(slurm, "squeue.json", text, request)
    found = read(slurm, "squeue.json", text)
    work = slurm.folder / "work"
    by_name = {job["name"]: f"job:alps/{job['job_id']}" for job in json.loads(text)["jobs"]}
    assert {
        (by_name["sft"], f"file://{work}/run 1"),
        (by_name["sft"], "file:///scratch/ckpt/step-200"),
        (by_name["sft"], "s3://data/my corpus/v1"),
        (by_name["sft"], f"file://{work}/other/ckpt"),
        (by_name["sft"], "s3://models/base/llama-3"),
        (by_name["sft"], "file:///store/data set"),
        (by_name["waits"], f"file://{work}"),
        (by_name["sweep"], "file:///store/a"),
        (by_name["sweep"], "s3://ckpt/llama/step-100"),
    } <= found.needs
    assert by_name["quick"] not in {row["holder"] for row in found.claims}
    assert found.problems == []


@pytest.mark.skipif(
    bool(missing(ACCOUNTING)), reason="no MariaDB here, and it is no Python package"
)
def test_accounting_says_less_and_that_is_remarked(
    slurm: Slurm, request: pytest.FixtureRequest
) -> None:
    # The controller tells the accounts a little later.
    slurm.until(lambda: "RUNNING" in slurm.run("sacct", "-n"), "no job is in the accounts")
    text = slurm.run("sacct", "--json")
    keep(slurm, "sacct.json", text, request)
    found = read(slurm, "sacct.json", text)
    assert any(target.endswith("/work/run 1") for _, target in found.needs)
    assert any("sacct" in words for words in found.remarks)


def keep(slurm: Slurm, name: str, text: str, request: pytest.FixtureRequest) -> None:
    """Write a list down without the names of this machine."""
    if not request.config.getoption("--update-golden"):
        return
    for ours, theirs in (
        (str(slurm.folder).replace("/", "\\/"), "\\/scratch\\/alice"),
        (str(slurm.folder), "/scratch/alice"),
        (f'"{socket.gethostname()}"', '"nid001"'),
        (f'"{getpass.getuser()}"', '"alice"'),
    ):
        text = text.replace(ours, theirs)
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / name).write_text(json.dumps(json.loads(text), indent=1) + "\n")
