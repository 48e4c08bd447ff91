"""The real Trainers tell tutela's callbacks of every save, and their files get records."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from governance.evidence.record import read_record, subject
from tests.real.regenerate import QUIET

pytestmark = pytest.mark.real


def run(library: str, folder: Path, home: Path) -> None:
    pytest.importorskip(library)
    done = subprocess.run(
        [sys.executable, "-m", "tests.real.callbacks", library, str(folder)],
        cwd=Path(__file__).parent.parent.parent,
        env=os.environ | QUIET | {"HF_HOME": str(home / "hf")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    assert "tutela.track" not in done.stderr


def records(folder: Path) -> dict[str, Any]:
    """Each record by what it is about, relative to the folder."""
    found = {}
    for file in folder.rglob("*tutela*.json"):
        about = subject(str(file))
        assert about is not None
        read_record(file.read_bytes())
        found[str(Path(about).relative_to(folder))] = json.loads(file.read_text())
    return found


def test_every_checkpoint_of_transformers_has_its_record(tmp_path: Path, home: Path) -> None:
    run("transformers", tmp_path / "run", home)
    found = records(tmp_path / "run")
    said = {name: (one["step"], one["kind"], one["parent"]) for name, one in found.items()}
    parent = (tmp_path / "run" / "checkpoint-4").as_uri()
    assert said == {
        "checkpoint-2": (2, "checkpoint", None),
        "checkpoint-4": (4, "checkpoint", None),
        "checkpoint-6": (6, "checkpoint", parent),
    }
    assert {one["run"]["name"] for one in found.values()} == {"sft"}
    assert {one["inputs"][0]["uri"] for one in found.values()} == {"s3://data/corpus/"}


def test_every_file_of_lightning_has_its_record(tmp_path: Path, home: Path) -> None:
    run("lightning", tmp_path / "run", home)
    files = {file.name for file in (tmp_path / "run").glob("*.ckpt")}
    found = records(tmp_path / "run")
    assert {"step=10.ckpt", "last.ckpt", "last-v1.ckpt"} <= files
    # Lightning removes what is no longer among the best; the record stays behind.
    assert files <= set(found)
    steps = {name: one["step"] for name, one in found.items()}
    assert steps.pop("last.ckpt") == 8
    assert steps.pop("last-v1.ckpt") == 10
    assert all(name == f"step={step}.ckpt" for name, step in steps.items())
    assert found["step=10.ckpt"]["parent"] == (tmp_path / "run" / "last.ckpt").as_uri()
    assert found["step=8.ckpt"]["parent"] is None
