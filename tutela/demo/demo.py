"""The demo's story: fill a bucket, then let tutela's own commands speak."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from blueprints.errors import ExpectedError
from governance.display import visible
from governance.front import Front

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tutela.demo.seaweed import Identity

MARK = "demo.json"
MARK_SCHEMA = "tutela/demo/v1"
NEEDS = ("numpy", "safetensors", "mlflow", "sqlalchemy", "dvc_data")
SECOND_SCAN = timedelta(days=30)
REPORT = timedelta(days=60)


class DemoError(ExpectedError):
    """The demo cannot run here; nothing was left behind."""


@dataclass(frozen=True)
class Step:
    """One command line as a user would type it, and what it printed."""

    command: str
    output: str
    when: datetime

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {"command": self.command, "output": self.output, "when": self.when.isoformat()}


@dataclass(frozen=True)
class Demo:
    """What the demo did and where to look next."""

    folder: Path
    html: Path
    steps: tuple[Step, ...]
    next: tuple[str, ...]

    def __str__(self) -> str:
        lines = []
        clock = None
        for step in self.steps:
            if step.when != clock:
                clock = step.when
                lines += [f"# the clock says {clock:%Y-%m-%d}", ""]
            lines += [f"$ {step.command}", "", step.output.rstrip(), ""]
        lines += [
            "The server is stopped and its data is gone; the snapshots and the report are kept.",
            "The clock was set forward so that something is old enough to go.",
            "",
            f"Open   {visible(str(self.html))}",
            "Type   " + self.next[0],
            *("       " + command for command in self.next[1:]),
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
    steps += [session.step(words, front.now + REPORT) for words in _questions(runs)]
    at = f"TUTELA_NOW={front.now + REPORT:%Y-%m-%d}"
    shown = _short(folder)
    return Demo(
        folder=folder,
        html=folder / "report.html",
        steps=tuple(steps),
        next=(
            f"tutela catalog list -w {shown}",
            f"tutela policy test {shown}/policy.yaml",
            f"{at} tutela retention report -w {shown}",
            f"{at} tutela retention report -w {shown} --notice",
        ),
    )


def _fill(session: _Session, client: S3Client, endpoint: str) -> dict[str, str]:
    """Write the project, where it is used, and what was written down of it; return its runs."""
    from tutela.demo import dataset, production, project, tracking

    front, folder = session.front, session.folder
    report = front.now + REPORT
    git = folder / "git"
    front.progress("writing a project into the bucket")
    project.create(client)
    dataset.build(client, project.BUCKET, endpoint, git / "corpus", front.now)
    with tracking.start(
        folder / "mlflow.db", project.BUCKET, git / "corpus", session.environ, front.now
    ) as told:
        project.build(client)
        served = f"s3://{project.BUCKET}/{project.SERVED}"
        production.write_service(git / "inference", "chat", served, front.now)
        places = (f"s3://{project.BUCKET}/{one}" for one in (project.EVALUATED, project.FORGOTTEN))
        production.write_jobs(folder / "squeue.json", *places, report)
        front.progress("writing runs into MLflow")
        runs = told.runs()
    project.add_logged_models(client, runs)
    return runs


def _story(session: _Session, client: S3Client, endpoint: str) -> list[Step]:
    from tutela.demo.project import BUCKET, add_later_work

    front, folder = session.front, session.folder
    steps = [session.step(["init"], front.now)]
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
    steps.append(session.step(["evidence", "read"], report))
    steps.append(
        session.step(["retention", "report", "--html", str(folder / "report.html")], report)
    )
    return steps


def _questions(runs: Mapping[str, str]) -> list[list[str]]:
    """What is asked after the report: two models that stay, where one comes from, one that goes."""
    from tutela.demo.project import BASE, BUCKET
    from tutela.demo.tracking import MODEL, model_key

    explain = ["retention", "explain"]
    return [
        [*explain, f"s3://{BUCKET}/{BASE}"],
        [*explain, f"s3://{BUCKET}/{model_key(runs['chat-2025'])}"],
        ["lineage", "show", f"{MODEL}@production"],
        [*explain, f"s3://{BUCKET}/{model_key(runs['chat-2024'])}"],
    ]


@dataclass(frozen=True)
class _Session:
    """Runs tutela's commands as a user would, in a process of their own."""

    folder: Path
    front: Front
    environ: Mapping[str, str]

    def step(self, words: list[str], when: datetime) -> Step:
        words = [*words, "-w", str(self.folder)]
        shown = [word.replace(str(self.folder), _short(self.folder)) for word in words]
        command = join(["tutela", *shown])
        self.front.progress(command)
        return Step(command, self.output(words, when), when)

    def output(self, words: list[str], when: datetime) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "tutela", *words],
            env={**self.environ, "TUTELA_NOW": when.isoformat()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoError(
                f"{join(['tutela', *words])} ended with {done.returncode}: {done.stderr.strip()}"
            )
        return done.stdout


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
    return kept | {
        "AWS_ACCESS_KEY_ID": admin.access_key,
        "AWS_SECRET_ACCESS_KEY": admin.secret_key,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_COLOR": "1",
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
