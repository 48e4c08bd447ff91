"""What uses the project today: a service that Git describes, and the jobs of a cluster."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from tutela.demo.repositories import Repository

_MANIFEST = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: {name}
  namespace: inference
spec:
  predictor:
    model:
      modelFormat:
        name: huggingface
      storageUri: {uri}
"""


def write_service(path: Path, name: str, model: str, now: datetime) -> None:
    """Write a repository with one rendered KServe manifest that serves the model at a URI."""
    repository = Repository(path)
    files = {
        "README.md": b"# What is served\n",
        f"{name}.yaml": _MANIFEST.format(name=name, uri=model).encode(),
    }
    repository.commit(f"Serve {name}", files, now - timedelta(days=90))
    repository.check_out()


def write_jobs(path: Path, running: str, ended: str, now: datetime) -> None:
    """Write what `squeue --json --all` says at `now`: a job on one place runs, one has ended."""
    jobs = [
        _job(4711, "eval", "RUNNING", f"/users/grace/eval.sbatch {running}", now),
        _job(4698, "eval-early", "COMPLETED", f"/users/grace/eval.sbatch {ended}", now),
    ]
    version = {"major": "25", "minor": "05", "micro": "3"}
    path.write_text(
        json.dumps(
            {
                "jobs": jobs,
                "last_backfill": _number(now),
                "last_update": _number(now),
                "meta": {
                    "plugin": {"type": "openapi/slurmctld", "name": "Slurm OpenAPI slurmctld"},
                    "command": ["squeue", "--json", "--all"],
                    "slurm": {"version": version, "release": "25.05.3", "cluster": "alps"},
                },
                "errors": [],
                "warnings": [],
            },
            indent=2,
        )
    )
    # Its age is that of the file: the demo's clock runs ahead of the machine's.
    os.utime(path, (now.timestamp(), now.timestamp()))


def _job(number: int, name: str, state: str, command: str, now: datetime) -> dict[str, object]:
    return {
        "job_id": number,
        "name": name,
        "cluster": "alps",
        "user_name": "grace",
        "job_state": [state],
        "command": command,
        "current_working_directory": "/users/grace/work",
        "start_time": _number(now - timedelta(hours=3)),
    }


def _number(when: datetime) -> dict[str, object]:
    return {"set": True, "infinite": False, "number": int(when.timestamp())}
