"""Findings as SARIF, judged by Microsoft's validator (npm: @microsoft/sarif-multitool-linux)."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from blueprints.check.outputs.sarif import text
from tests.blueprints.check.outputs.results import EMPTY, EVERY_EVIL, ORDINARY

PACKAGE = "@microsoft/sarif-multitool-linux@5.7.0"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed"),
]


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("npm")
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, timeout=300)
    (package,) = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        archive.extractall(folder, filter="data")
    program = folder / "package" / "Sarif.Multitool"
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("result", [ORDINARY, EMPTY, EVERY_EVIL], ids=["some", "none", "evil"])
def test_the_validator_finds_no_error(multitool: Path, tmp_path: Path, result: object) -> None:
    log, verdict = tmp_path / "check.sarif", tmp_path / "verdict.sarif"
    log.write_text(text(result))  # type: ignore[arg-type]
    done = subprocess.run(
        [multitool, "validate", log, "--output", verdict, "--level", "Error", "Warning"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    (run,) = json.loads(verdict.read_text("utf-8-sig"))["runs"]
    told = {(one.get("level", "warning"), one["ruleId"]) for one in run["results"]}
    # 2005: the page of a tool, which has none on the web.
    assert told <= {("warning", "SARIF2005")}, told
