"""A script that fetches, run with a stub of the AWS command line; the Job that it is in."""

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from blueprints.check import events
from blueprints.runtimes.registry import runtime
from blueprints.service.model import Model
from blueprints.supply.fetch import Place, file, place
from blueprints.supply.spec import Supply
from tests.blueprints.runtimes.production_stack.services import ALONE
from tests.blueprints.runtimes.site import SITE

SCRIPT = Path(__file__).parents[3] / "blueprints/supply/scripts/fetch.sh"
REVISION = "ab" * 20
STUB = """#!/bin/bash
# aws s3 cp SOURCE -, aws s3 sync SOURCE FOLDER
for word; do
  case "$word" in s3://*) from="$STORE/${word#s3://}" ;; esac
done
case "$2" in
  cp) cat "$from" ;;
  sync) mkdir -p "$4" && cp -r "$from/." "$4" && rm "$4/tutela.mirror.json" ;;
esac
"""


def _mirrored(store: Path, content: bytes, *, indent: int | None = None, **changes: Any) -> Path:
    folder = store / "models/org/Name"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a b.safetensors").write_bytes(content)
    (folder / "config.json").write_text("{}")
    entries = [
        {
            "path": path.name,
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.iterdir())
        if path.name != "tutela.mirror.json"
    ]
    said = {"schema": "tutela/mirror/v1", "revision": REVISION, "files": entries, **changes}
    (folder / "tutela.mirror.json").write_text(json.dumps(said, indent=indent))
    return folder


def _fetch(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    stubs = tmp_path / "bin"
    stubs.mkdir(exist_ok=True)
    (stubs / "aws").write_text(STUB)
    (stubs / "aws").chmod(0o755)
    words = ["s3://models/org/Name", str(tmp_path / "volume/org/Name"), REVISION]
    return subprocess.run(
        ["bash", "-c", SCRIPT.read_text(), "fetch", *words],
        env={"PATH": f"{stubs}:{os.defpath}", "STORE": str(tmp_path / "store")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("indent", [None, 1])
def test_weights_arrive_and_the_record_is_last(tmp_path: Path, indent: int | None) -> None:
    _mirrored(tmp_path / "store", b"weights", indent=indent)
    done = _fetch(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 files are as they were mirrored" in done.stderr
    volume = tmp_path / "volume/org/Name"
    assert (volume / "a b.safetensors").read_bytes() == b"weights"
    assert json.loads((volume / "tutela.mirror.json").read_text())["revision"] == REVISION
    again = _fetch(tmp_path)
    assert (again.returncode, "is there at" in again.stderr) == (0, True)


def test_what_is_not_as_it_was_mirrored_is_not_there(tmp_path: Path) -> None:
    folder = _mirrored(tmp_path / "store", b"weights")
    (folder / "a b.safetensors").write_bytes(b"others!")
    done = _fetch(tmp_path)
    assert done.returncode == 1
    assert "a b.safetensors: is not what was mirrored" in done.stderr
    assert not (tmp_path / "volume/org/Name/tutela.mirror.json").exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"revision": "cd" * 20}, "is not mirrored at"),
        ({"files": []}, "names files that this does not read"),
        (
            {"files": [{"path": 'a"b', "bytes": 1, "sha256": "0" * 64}]},
            "names files that this does not read",
        ),
    ],
)
def test_a_record_that_says_something_else_is_refused(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    _mirrored(tmp_path / "store", b"weights", **changes)
    done = _fetch(tmp_path)
    assert done.returncode == 1
    assert why in done.stderr


def test_a_job_fills_the_claim_that_is_served_from() -> None:
    model = Model.model_validate(
        {
            "name": "scout",
            "source": {"repository": "org/Name", "revision": REVISION, "licence": "Apache-2.0"},
            "engine": {"version": "0.11.0"},
            "accelerators": 1,
            "context": 1024,
            "sites": ["goodall"],
        }
    )
    tool = {
        "tool": "aws",
        "architecture": "amd64",
        "path": "amazon/aws-cli",
        "digest": f"sha256:{'0' * 64}",
        "upstream": "docker.io/amazon/aws-cli:2.0.0",
    }
    supply = Supply.model_validate({"writer": "s3/writer", "reader": "s3/reader", "tools": [tool]})
    assert SITE.kubernetes is not None
    made = file(
        model,
        SITE,
        SITE.kubernetes,
        supply,
        Place("scout-storage-claim", "/data", {"release": "scout"}),
    )
    job: Any = [one.data for one in events.read(made.content.decode())[0]][-1]
    pod = job["spec"]["template"]["spec"]
    assert pod["volumes"][0]["persistentVolumeClaim"] == {"claimName": "scout-storage-claim"}
    (container,) = pod["containers"]
    assert container["args"] == [
        "s3://models/huggingface.co/org/Name",
        "/data/models/org/Name",
        REVISION,
    ]
    assert container["volumeMounts"][0]["mountPath"] == "/data"
    (term,) = pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["labelSelector"] == {"matchLabels": {"release": "scout"}}
    assert b"s3/reader" in made.content
    assert b"s3/writer" not in made.content


def test_the_claim_is_the_one_that_is_served_from() -> None:
    site = SITE.model_copy(update={"runtimes": ["production-stack", "vllm-chart"]})
    assert place(ALONE, site) == Place("models", "/models")
    site = SITE.model_copy(update={"runtimes": ["vllm-chart", "production-stack"]})
    there = place(ALONE, site)
    assert there is not None
    assert there.claim == "scout-storage-claim"
    values: Any = runtime("vllm-chart").write(ALONE, SITE)
    (made,) = (one for one in values if one.path == "values.yaml")
    labels: Any = events.read(made.content.decode())[0][0].data
    assert there.beside is not None
    assert there.beside.items() <= labels["labels"].items()
    assert place(ALONE, SITE.model_copy(update={"runtimes": ["podman"]})) is None
