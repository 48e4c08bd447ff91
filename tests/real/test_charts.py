"""Every chart and kustomization of the rendered examples, by Helm and kubectl themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from blueprints.engine import render
from blueprints.engine.spec import load
from blueprints.kinds.sandbox import BLUEPRINT
from tests.real.manifests import kustomized, read

pytestmark = pytest.mark.real

EXAMPLES = sorted((BLUEPRINT.folder / "examples").glob("*.yaml"))


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda file: str(file.stem))
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    loaded = load(request.param)
    folder = tmp_path_factory.mktemp(request.param.stem)
    for file in render.render(loaded.blueprint, loaded.model):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    return folder


def helm(*words: object) -> bytes:
    program = shutil.which("helm")
    assert program is not None, "no helm: .ci/helm.py puts it where the tests find it"
    done = subprocess.run([program, *map(str, words)], capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout


def test_helm_lints_and_renders_every_chart(repository: Path) -> None:
    charts = sorted(repository.rglob("Chart.yaml"))
    assert charts != [] or repository.name.startswith("commercial")
    for file in charts:
        helm("lint", "--strict", file.parent)
        namespace = file.relative_to(repository).parts[1]
        objects = read(helm("template", file.parent.name, file.parent, "--namespace", namespace))
        assert objects != []
        assert {one["metadata"]["namespace"] for one in objects} == {namespace}


def test_kubectl_makes_something_of_every_kustomization(repository: Path) -> None:
    for file in repository.rglob("kustomization.yaml"):
        written = [
            one for name in sorted(file.parent.glob("*.yaml")) for one in read(name.read_bytes())
        ]
        names = {(one["kind"], one["metadata"]["name"]) for one in written if "metadata" in one}
        made = kustomized(file.parent)
        assert {(one["kind"], one["metadata"]["name"]) for one in made} == names
