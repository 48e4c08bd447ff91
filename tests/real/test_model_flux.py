"""What rendered jobs say to Flux, read by the parsers of Flux's own Python package.

They run in the interpreter that has the package; Flux itself is not needed for that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.runtimes.flux import RUNTIME
from tests.blueprints.runtimes.batch.jobs import GATHERS, at, service
from tests.blueprints.runtimes.law import written

PYTHON = Path(os.environ.get("TUTELA_TEST_BATCH", f"{sys.prefix}/batch/bin")) / "python"
pytestmark = pytest.mark.real
_ASK = """
import ast, importlib.util, json, pathlib, sys, sysconfig

flux = pathlib.Path(sysconfig.get_path("purelib"), "flux")

def load(name):
    spec = importlib.util.spec_from_file_location(name.replace("/", "_"), flux / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

def options(*names):
    for name in names:
        for node in ast.walk(ast.parse((flux / "cli" / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument":
                yield from (one.value for one in node.args if isinstance(one, ast.Constant))

with open(sys.argv[1]) as job:
    directives = load("job/directives").DirectiveParser(job).directives
constraints = load("constraint/parser").ConstraintParser()
print(json.dumps({
    "directives": [word for one in directives for word in one.args],
    "options": sorted(options("base", "batch", "submit")),
    "constraints": [constraints.parse(one) for one in ("rank:0", "-rank:0")],
}))
"""


@pytest.fixture(params=GATHERS)
def said(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, dict[str, list[object]]]:
    assert PYTHON.is_file(), f"no {PYTHON}: make test-real installs it"
    job = tmp_path / "job.sh"
    job.write_bytes(written(RUNTIME, service(request.param), at("flux", "podman"))["job.sh"])
    done = subprocess.run(
        [PYTHON, "-c", _ASK, job], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return job.read_text(), json.loads(done.stdout)


def test_flux_reads_what_is_meant_for_it(said: tuple[str, dict[str, list[object]]]) -> None:
    text, found = said
    lines = [line for line in text.splitlines() if line.startswith("# flux:")]
    assert found["directives"] == [word for line in lines for word in line.split()[2:]]
    assert found["constraints"] == [{"rank": ["0"]}, {"not": [{"rank": ["0"]}]}]


def test_flux_has_every_option(said: tuple[str, dict[str, list[object]]]) -> None:
    text, found = said
    asked = [str(word).partition("=")[0] for word in found["directives"]]
    steps = [line for line in text.splitlines() if line.startswith(("every=", "on_"))]
    words = [word.strip("()") for line in steps for word in line.split()]
    asked += [word.partition("=")[0] for word in words if word.startswith("--")]
    assert {"--requires", "--broker-opts", "--setopt"} <= set(asked)
    assert set(asked) - set(found["options"]) == set()
