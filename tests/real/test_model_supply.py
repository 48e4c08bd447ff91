"""A model goes from Git with large files to a store and back, by the rendered steps' own scripts.

Git, git-lfs and the AWS command line are real, the store is SeaweedFS; only the containers that
the scripts run in are missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from blueprints.service.model import Model
from blueprints.supply.record import NAME, read_mirror
from blueprints.supply.step import Step, fetch, steps
from tests.blueprints.kinds.inference import specifications
from tests.blueprints.supply.cases import SUPPLY, site
from tests.blueprints.supply.models import FILES, written
from tests.labs.seaweed import Lab
from tutela.program import main

AWS = Path(os.environ.get("TUTELA_TEST_AWS", f"{sys.prefix}/aws/bin/aws"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed"),
    pytest.mark.skipif(not AWS.exists(), reason="the AWS command line is not installed"),
]
WEIGHTS = "model-00001-of-00002.safetensors"


@pytest.fixture
def environment(s3: Lab, tmp_path: Path) -> Mapping[str, str]:
    return {
        **s3.environ(s3.admin),
        "PATH": f"{AWS.parent}:{os.defpath}",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": s3.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }


@pytest.fixture
def hub(tmp_path: Path, environment: Mapping[str, str]) -> tuple[Path, str]:
    """A bare repository with its large files, and a revision that its branch has left behind."""
    work, bare = tmp_path / "work", tmp_path / "hub.git"
    work.mkdir()

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=work, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "--quiet", ".")
    git("lfs", "install", "--local")
    git("lfs", "track", "*.safetensors")
    written(work)
    git("add", "--all")
    git("commit", "--quiet", "--message=1")
    revision = git("rev-parse", "HEAD")
    (work / "later").touch()
    git("add", "--all")
    git("commit", "--quiet", "--message=2")
    git("clone", "--quiet", "--bare", str(work), str(bare))
    shutil.copytree(work / ".git" / "lfs", bare / "lfs", dirs_exist_ok=True)
    return bare, revision


def model(revision: str) -> Model:
    said = specifications.model()
    return Model.model_validate({**said, "source": {**said["source"], "revision": revision}})


def run(
    step: Step, environment: Mapping[str, str], *words: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [step.shell, "-s", "--", *words],
        input=step.script,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_model_arrives_with_its_record_and_comes_back(
    hub: tuple[Path, str],
    environment: Mapping[str, str],
    s3: Lab,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare, revision = hub
    download, upload = steps(model(revision), site(), SUPPLY)
    folder, bucket = tmp_path / "models" / "a b", s3.bucket()
    there = f"s3://{bucket}/huggingface.co/swiss-ai/Apertus-8B-Instruct-2509"
    for _ in range(2):
        done = run(download, environment, str(folder), f"file://{bare}", revision)
        assert done.returncode == 0, done.stderr
    assert (folder / WEIGHTS).read_bytes() == FILES[WEIGHTS]
    assert not (folder / "later").exists()
    assert not (folder / ".git/lfs/objects").exists()

    rest = upload.arguments[3:]
    done = run(upload, environment, str(folder), there, revision, *rest)
    assert done.returncode == 0, done.stderr
    prefix = there.removeprefix(f"s3://{bucket}/")
    listed = s3.client.list_objects_v2(Bucket=bucket)["Contents"]
    assert {one["Key"] for one in listed} == {f"{prefix}/{path}" for path in (*FILES, NAME)}
    record = s3.client.get_object(Bucket=bucket, Key=f"{prefix}/{NAME}")["Body"].read()
    assert read_mirror(record).revision == revision

    # What the job wrote is a source of the program, and the job of other nodes reads it.
    for name, value in s3.environ(s3.admin).items():
        monkeypatch.setenv(name, value)
    copy = tmp_path / "copy"
    assert main(["model", "mirror", there, str(copy), "--endpoint-url", s3.endpoint]) == 0
    assert (copy / WEIGHTS).read_bytes() == FILES[WEIGHTS]
    back = fetch(model(revision), site(), SUPPLY, "/models")
    done = run(back, environment, there, str(tmp_path / "back"), revision)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "back" / WEIGHTS).read_bytes() == FILES[WEIGHTS]

    # And what the program wrote is read by that job as well.
    mirrored = f"s3://{s3.bucket()}/swiss-ai/Apertus-8B-Instruct-2509"
    assert main(["model", "mirror", str(copy), mirrored, "--endpoint-url", s3.endpoint]) == 0
    done = run(back, environment, mirrored, str(tmp_path / "again"), revision)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again" / "LICENSE").read_bytes() == FILES["LICENSE"]


def test_weights_that_were_damaged_in_the_store_are_found(
    hub: tuple[Path, str], environment: Mapping[str, str], s3: Lab, tmp_path: Path
) -> None:
    bare, revision = hub
    download, upload = steps(model(revision), site(), SUPPLY)
    bucket = s3.bucket()
    run(download, environment, str(tmp_path / "m"), f"file://{bare}", revision)
    there = f"s3://{bucket}/org/name"
    done = run(upload, environment, str(tmp_path / "m"), there, revision, *upload.arguments[3:])
    assert done.returncode == 0, done.stderr
    damaged = b"X" + FILES[WEIGHTS][1:]
    s3.client.put_object(Bucket=bucket, Key=f"org/name/{WEIGHTS}", Body=damaged)
    back = fetch(model(revision), site(), SUPPLY, "/models")
    done = run(back, environment, there, str(tmp_path / "back"), revision)
    assert done.returncode == 1
    assert f"{WEIGHTS}: is not what was mirrored" in done.stderr
    assert not (tmp_path / "back" / NAME).exists()
