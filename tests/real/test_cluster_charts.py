"""Every chart of the cluster blueprint by Helm itself, with the values of every cluster."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.blueprints.kinds.cluster.argocd import children, clusters, files
from tests.real.manifests import read

pytestmark = pytest.mark.real


@pytest.fixture(scope="module", params=["cluster", "air-gapped"])
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param) / str(request.param)
    for path, content in files(request.param).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def helm(*words: object) -> bytes:
    program = shutil.which("helm")
    assert program is not None, "no helm: .ci/helm.py puts it where the tests find it"
    done = subprocess.run([program, *map(str, words)], capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout


def test_helm_lints_every_chart_as_it_is(repository: Path) -> None:
    charts = sorted(repository.rglob("Chart.yaml"))
    assert len(charts) >= 6
    helm("lint", "--strict", *(file.parent for file in charts))


def test_helm_renders_what_every_cluster_gets(repository: Path, tmp_path: Path) -> None:
    seen = 0
    linted = set()
    for cluster in clusters(files(repository.name)):
        for child in children(repository.name, cluster.name):
            source = child["spec"].get("source")
            if source is None:
                continue
            given = [
                word
                for one in source["helm"]["valueFiles"]
                for word in ("--values", repository / one.lstrip("/"))
            ]
            inline = tmp_path / "inline.yaml"
            inline.write_text(yaml.safe_dump(source["helm"].get("valuesObject", {})))
            chart = repository / source["path"]
            words: list[Any] = [*given, "--values", inline]
            space = child["spec"]["destination"]["namespace"]
            if chart not in linted:
                linted.add(chart)
                helm("lint", "--strict", chart, *words)
            objects = read(helm("template", "x", chart, "--namespace", space, *words))
            assert objects != []
            assert {one["metadata"].get("namespace", space) for one in objects} == {space}
            seen += 1
    assert seen >= 5 * len(clusters(files(repository.name)))
