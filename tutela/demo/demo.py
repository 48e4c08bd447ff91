"""The demo's story: fill a bucket, then let tutela's own commands speak."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from blueprints.display import visible
from blueprints.errors import ExpectedError
from blueprints.front import Front

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tutela.demo.seaweed import Identity

MARK = "demo.json"
MARK_SCHEMA = "tutela/demo/v1"
NEEDS = ("numpy", "safetensors", "mlflow", "sqlalchemy", "dvc_data")
SECOND_SCAN = timedelta(days=30)
REPORT = timedelta(days=60)

_INTRODUCTION = (
    "A year of a small project, on an S3 server of this demo's own: checkpoints, models, adapters",
    "and data sets in the bucket; runs in MLflow (mlflow.db), a DVC data set and a service in Git",
    "(git/), and a cluster's job list (squeue.json). .tutela/tutela.yaml names them.",
)


class DemoError(ExpectedError):
    """The demo cannot run here; nothing was left behind."""


@dataclass(frozen=True)
class Step:
    """One command line as a user would type it, and what it printed."""

    command: str
    output: str
    when: datetime
    parts: tuple[str, ...] = ()
    """How the parts of the output that are shown begin; empty: all are."""

    def __str__(self) -> str:
        blocks = self.output.rstrip().split("\n\n")
        shown = [block for block in blocks if not self.parts or block.startswith(self.parts)]
        left = [_title(block) for block in blocks if block not in shown and block[0] != " "]
        more = [f"(left out here: {', '.join(left)})"] if left else []
        return "\n\n".join([f"$ {self.command}", *shown, *more])

    def as_json(self) -> dict[str, object]:
        """Plain data, with the whole output."""
        return {"command": self.command, "output": self.output, "when": self.when.isoformat()}


def _title(block: str) -> str:
    return block.partition("\n")[0].partition(":")[0]


@dataclass(frozen=True)
class Demo:
    """What the demo did and where to look next."""

    folder: Path
    html: Path
    steps: tuple[Step, ...]
    next: tuple[str, ...]

    def __str__(self) -> str:
        lines = [*_INTRODUCTION, "", f"$ cd {visible(_short(self.folder))}", ""]
        clock = None
        for step in self.steps:
            if step.when != clock:
                clock = step.when
                lines += [f"# the clock says {clock:%Y-%m-%d}", ""]
            lines += [str(step), ""]
        lines += [
            "The server is stopped and its data is gone; the snapshots and the report are kept.",
            "The clock was set forward so that something is old enough to go.",
            "",
            f"Open   {visible(str(self.html))}",
            f"Type   cd {visible(_short(self.folder))}",
            *("       " + command for command in self.next),
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {
            "schema": MARK_SCHEMA,
            "folder": str(self.folder),
            "html": str(self.html),
            "steps": [step.as_json() for step in self.steps],
            "next": list(self.next),
        }


def run(out: Path, front: Front) -> Demo:
    """Run the demo into the folder `out`; raise DemoError where it would overwrite anything."""
    _check_installed()
    # To the second: so a command that is to be typed can name the time.
    front = replace(front, now=front.now.replace(microsecond=0))
    folder = out.absolute()
    _clear(folder)
    from tutela.demo.seaweed import SeaweedFS

    front.progress("starting SeaweedFS")
    with SeaweedFS() as server:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text(json.dumps({"schema": MARK_SCHEMA}) + "\n")
        environ = _environ(front, server.endpoint, server.admin)
        session = _Session(folder, front, environ)
        client = _client(server.endpoint, server.admin.access_key, server.admin.secret_key)
        runs = _fill(session, client, server.endpoint)
        steps = _story(session, client, server.endpoint)
    steps += _answers(session, runs)
    at = f"TUTELA_NOW={front.now + REPORT:%Y-%m-%dT%H:%M:%SZ}"
    return Demo(
        folder=folder,
        html=folder / "report.html",
        steps=tuple(steps),
        next=(
            "tutela catalog list",
            "tutela policy test policy.yaml",
            f"{at} tutela retention report",
            f"{at} tutela retention report --notice",
            f"{at} tutela evidence list",
        ),
    )


def _fill(session: _Session, client: S3Client, endpoint: str) -> dict[str, str]:
    """Write the project, where it is used, and what was written down of it; return its runs."""
    from tutela.demo import dataset, production, project, tracking

    front, folder = session.front, session.folder
    git = folder / "git"
    front.progress("writing a project into the bucket")
    project.create(client)
    dataset.build(client, project.BUCKET, endpoint, git / "data", front.now)
    with tracking.start(
        folder / "mlflow.db", project.BUCKET, git / "data", session.environ, front.now
    ) as told:
        project.build(client)
        served = f"s3://{project.BUCKET}/{project.SERVED}"
        production.write_service(git / "inference", "chat", served, front.now)
        production.write_jobs(
            folder / "squeue.json",
            running=f"s3://{project.BUCKET}/{project.EVALUATED}",
            ended=f"s3://{project.BUCKET}/{project.FORGOTTEN}",
            now=front.now + REPORT,
        )
        front.progress("writing runs into MLflow")
        runs = told.runs()
    project.add_logged_models(client, runs)
    return runs


def _story(session: _Session, client: S3Client, endpoint: str) -> list[Step]:
    from tutela.demo.project import BUCKET, add_later_work

    front, folder = session.front, session.folder
    steps = [session.step(["init"], front.now, "workspace")]
    for name in ("tutela.yaml", "policy.yaml"):
        text = resources.files("tutela.demo").joinpath(name).read_text("utf-8")
        where = folder / ".tutela" if name == "tutela.yaml" else folder
        (where / name).write_text(text.replace("ENDPOINT", endpoint), "utf-8")
    scan = ["catalog", "scan", f"s3://{BUCKET}"]
    steps.append(session.step(scan, front.now))
    front.progress("a month goes by")
    add_later_work(client)
    steps.append(session.step(scan, front.now + SECOND_SCAN))
    report = front.now + REPORT
    return [
        *steps,
        session.step(["evidence", "read"], report, "source"),
        session.step(
            ["retention", "report", "--html", "report.html"],
            report,
            *("Retention", "  Stored", "By", "Kept", "May", "Evidence", "Wrote"),
        ),
    ]


def _answers(session: _Session, runs: Mapping[str, str]) -> list[Step]:
    """Ask why two models stay, where one of them comes from, and why a third may go."""
    from tutela.demo.project import BASE, BUCKET
    from tutela.demo.tracking import MODEL, model_key

    when = session.front.now + REPORT
    released, replaced = (
        f"s3://{BUCKET}/{model_key(runs[name])}" for name in ("chat-2025", "chat-2024")
    )
    explain = ["retention", "explain"]
    parts = ("s3:", "  Kept", "  May go", "Needed", "Checked", "What")
    return [
        session.step([*explain, f"s3://{BUCKET}/{BASE}"], when, *parts),
        session.step([*explain, released], when, *parts),
        session.step(["lineage", "show", f"{MODEL}@production", "--up"], when),
        session.step([*explain, replaced], when, *parts),
    ]


@dataclass(frozen=True)
class _Session:
    """Runs tutela's commands as a user would, in a process of their own, in the demo's folder."""

    folder: Path
    front: Front
    environ: Mapping[str, str]

    def step(self, words: list[str], when: datetime, *parts: str) -> Step:
        command = join(["tutela", *words])
        self.front.progress(command)
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "tutela", *words],
            cwd=self.folder,
            env={**self.environ, "TUTELA_NOW": when.isoformat()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("tutela: error")]
            words = said[-1:] or done.stderr.splitlines()[-1:] or ["it says nothing"]
            raise DemoError(f"{command} ended with {done.returncode}: {words[0]}")
        return Step(command, done.stdout, when, parts)


def _check_installed() -> None:
    from tutela.demo.seaweed import program

    program()
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise DemoError(f"{missing[0]} is not installed", "pip install 'tutela[demo]'")


def _clear(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARK).is_file():
        raise DemoError(
            f"{folder} exists and was not made by the demo", "tutela demo --out NEW_FOLDER"
        )
    shutil.rmtree(folder)


def _short(folder: Path) -> str:
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


def _environ(front: Front, endpoint: str, admin: Identity) -> dict[str, str]:
    """The user's environment with the demo's store and credentials in place of any of theirs."""
    kept = {name: value for name, value in front.environ.items() if not name.startswith("AWS_")}
    nowhere = "/dev/null"
    here = str(Path(__file__).parents[2])
    path = kept.get("PYTHONPATH")
    return kept | {
        "AWS_ACCESS_KEY_ID": admin.access_key,
        "AWS_SECRET_ACCESS_KEY": admin.secret_key,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_COLOR": "1",
        # Also where it is not installed: the commands run in other folders.
        "PYTHONPATH": f"{here}:{path}" if path else here,
    }


def _client(endpoint: str, access_key: str, secret_key: str) -> S3Client:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )
