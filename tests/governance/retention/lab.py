"""Two workspaces that many tests look at: a small true one, and a hostile one."""

from pathlib import Path

from governance.evidence.schema import Problem
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import add_source
from tests.governance.retention.places import (
    File,
    Thing,
    add_snapshot,
    days,
    save,
    workspace,
)

CONFIG = """
projects:
  swiss-llm: {prefixes: ["s3://lab/swiss-llm/"], owners: [ada@example.org], quota: 3TB}
  weather: {prefixes: ["s3://lab/weather/"], contact: weather@example.org, quota: 500GB}
"""
POLICY = """version: 1
grace: {min_age: 14d}
notice: 30d
rules:
  - id: thin-sft
    match: {kind: checkpoint}
    keep: {last_verified: 2, every_steps: 5000}
    else: {after: 60d, action: delete}
  - id: old-debris
    match: {kind: debris}
    else: {after: 7d, action: delete}
"""
GB = 10**9
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"quotes\" & 'more' {{ 7 * 7 }}",
    "\u202egpj.exe",
    "line\nfeed\ttab\x1b[31mred\x00",
    "=HYPERLINK(1)",
    "\u2028\u2029 \u200b zero",
    "\U0001f4a9 emoji " + "\u0301" * 9,
    "x" * 900,
    "../../etc/passwd",
)


def small(folder: Path) -> Workspace:
    """Four scans of one bucket: two projects, copies, an upload, a partial save."""
    place = workspace(folder, CONFIG, POLICY)
    for age, saves in ((90, 5), (60, 8), (30, 10), (0, 12)):
        add_snapshot(place, _things(saves, age), at=days(age), versions="all")
    return place


def _things(saves: int, ago: float) -> list[Thing]:
    steps = range(1, saves + 1)
    dataset = [
        Thing(
            root,
            [
                File(f"{root}part-{n}.parquet", 25 * GB, "other", days(200), f"{n:032x}")
                for n in range(4)
            ],
            kind="dataset",
            layout="parquet",
        )
        for root in ("weather/era5/", "tmp/era5-copy/")
    ]
    upload = File("swiss-llm/x.bin", 4 * GB, "other", days(120), entry="upload", is_latest=False)
    return [
        *(save("swiss-llm/sft/", 1000 * n, 14 * GB, age=130 - 10 * n + ago) for n in steps),
        save(
            "swiss-llm/sft/",
            500,
            14 * GB,
            age=130 + ago,
            complete=False,
            missing=["model-00002-of-00002.safetensors"],
            why="named by model.safetensors.index.json",
        ),
        *dataset,
        Thing(
            "swiss-llm/x.bin",
            [upload],
            kind="debris",
            layout="multipart-upload",
            slot="upload:1",
            live=False,
            complete=None,
        ),
        Thing(
            "swiss-llm/adapter/",
            [
                File("swiss-llm/adapter/adapter_model.safetensors", GB // 10),
                File("swiss-llm/adapter/adapter_model.safetensors", GB // 10, is_latest=False),
            ],
            kind="adapter",
            layout="peft",
        ),
        Thing("notes/todo.txt", [File("notes/todo.txt", 700, "other")], kind="unknown", layout=""),
    ]


def hostile(folder: Path) -> Workspace:
    """Names that a terminal would obey, a browser run, a spreadsheet compute."""
    place = workspace(folder, CONFIG, POLICY)
    things = [
        Thing(
            f"{name}/",
            [File(f"{name}/model.bin", 1000 + number, etag="a" * 32)],
            kind=("checkpoint", "model", "unknown")[number % 3],
            layout="hf-trainer",
            run=f"{name}/",
            complete=number % 2 == 0,
            missing=[] if number % 2 == 0 else [name],
            why=None if number % 2 == 0 else f"named by {name}",
        )
        for number, name in enumerate(HOSTILE)
    ]
    add_snapshot(place, things, complete=True, store_type="generic")
    return place


EVIDENCE = """
evidence:
  mlflow: [{uri: https://mlflow.example.org, name: prod}]
  serving: [{repo: gitops.git, name: cluster}]
  jobs: [{file: jobs.json, name: slurm, reach: ["s3://lab/weather/"]}]
"""


def asked(folder: Path) -> Workspace:
    """Sources: one answers, one was cut, one is old, one was taken out, one was never there."""
    place = workspace(folder, CONFIG + EVIDENCE, POLICY + "evidence: {require: [mlflow, dvc]}\n")
    add_snapshot(place, _things(12, 0), versions="all")
    add_source(
        place,
        "mlflow",
        "prod",
        at=days(0.125),
        place="https://mlflow.example.org",
        writers="whoever may log runs at https://mlflow.example.org",
        targets=["s3://lab/swiss-llm/sft/checkpoint-9000/", "s3://lab/weather/era5/"],
    )
    bad = f"the manifest {HOSTILE[0]}{HOSTILE[4]} is no YAML"
    add_source(
        place,
        "serving",
        "cluster",
        at=days(0.25),
        place="/srv/git/gitops.git",
        writers="whoever may push to /srv/git/gitops.git",
        problems=[Problem(words=bad), Problem(words="half", within="s3://lab/swiss-llm/")],
    )
    add_source(place, "jobs", "slurm", at=days(2), targets=[])
    add_source(place, "mlflow", "old", at=days(40), place="https://old.example.org")
    return place
