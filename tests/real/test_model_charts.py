"""Values of model services in the hands of real charts: rendered, linted, their script run.

`TUTELA_CHARTS` is a folder of charts: `chart-vllm` from vLLM's source package (see
`.ci/model_charts.py`), `vllm-stack` of production-stack, which no package carries.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings

from blueprints.runtimes.charts import Chart, Helm, at_hand
from blueprints.runtimes.registry import runtime
from blueprints.runtimes.runtime import Runtime
from blueprints.runtimes.same import differences
from blueprints.service.facts import facts
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.production_stack.services import ALONE, SEVERAL
from tests.blueprints.runtimes.site import SITE
from tests.blueprints.service.services import pairs

pytestmark = pytest.mark.real

CHARTS = os.environ.get("TUTELA_CHARTS", "")
SERVICES = {"vllm-chart": [ALONE], "production-stack": [ALONE, SEVERAL]}
CASES = [(name, service) for name, services in SERVICES.items() for service in services]
named = pytest.mark.parametrize(("name", "service"), CASES)


@pytest.fixture(scope="module")
def helm() -> Iterator[Helm]:
    with Helm() as helm:
        yield helm


def _folder(way: Runtime) -> Path:
    assert way.chart is not None
    if not CHARTS:
        pytest.skip("no chart is at hand: TUTELA_CHARTS names no folder of them")
    folder = Path(CHARTS) / way.chart.name
    if not folder.is_dir() and way.name == "production-stack":
        pytest.skip("no package carries the chart vllm-stack")
    return folder


def _chart(way: Runtime) -> Chart:
    folder = _folder(way)
    return at_hand([folder])[way.chart.name if way.chart else ""]


def _files(way: Runtime, service: Service, site: Site) -> dict[str, bytes]:
    return {file.path: file.content for file in way.write(service, site)}


@pytest.mark.parametrize("name", SERVICES)
def test_helm_makes_the_service_that_was_meant(helm: Helm, name: str) -> None:
    way = runtime(name)
    chart = _chart(way)
    compared = 0

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pairs())
    def each(pair: tuple[Service, Site]) -> None:
        nonlocal compared
        service, site = pair
        assume(not list(way.unfit(service)))
        files = _files(way, service, site)
        made = helm.made(chart, service.name, "models", files["values.yaml"])
        assert way.chart is not None
        found = way.chart.read(files, made)
        assert list(differences(facts(service, "cluster"), found, way.cannot)) == []
        assert found == way.read(files)
        compared += 1

    each()
    assert compared >= 50


@named
def test_helm_lints_the_chart_with_these_values(
    name: str, service: Service, tmp_path: Path
) -> None:
    way = runtime(name)
    program = shutil.which("helm")
    assert program is not None, "no helm: .ci/helm.py puts it where the tests find it"
    values = tmp_path / "values.yaml"
    values.write_bytes(_files(way, service, SITE)["values.yaml"])
    done = subprocess.run(
        [program, "lint", "--strict", _folder(way), "--values", values],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    values.write_text(values.read_text().replace("replicaCount: ", "replicaCount: no-"))
    refused = subprocess.run(
        [program, "lint", "--strict", _folder(way), "--values", values],
        capture_output=True,
        check=False,
    )
    assert refused.returncode != 0


def test_the_heads_script_starts_the_engine_with_the_services_words(
    helm: Helm, tmp_path: Path
) -> None:
    way = runtime("production-stack")
    files = _files(way, SEVERAL, SITE)
    made = helm.made(_chart(way), SEVERAL.name, "models", files["values.yaml"])
    objects = [one for text in made.values() for one in yaml.safe_load_all(text) if one is not None]
    (script,) = (
        one["data"]["vllm-entrypoint.sh"]
        for one in objects
        if "vllm-entrypoint.sh" in (one.get("data") or {})
    )
    (head,) = (
        one["spec"]["headGroupSpec"]["template"]["spec"]["containers"][0]
        for one in objects
        if one["kind"] == "RayCluster"
    )
    stubs = tmp_path / "bin"
    stubs.mkdir()
    for program, does in (("python3", "exit 0"), ("vllm", 'printf "%s\\0" "$@" > "$RECORD"')):
        (stubs / program).write_text(f"#!/bin/sh\n{does}\n")
        (stubs / program).chmod(0o755)
    words = {
        entry["name"]: entry["value"].replace("$$", "$")
        for entry in head["env"]
        if "value" in entry
    }
    record = tmp_path / "record"
    subprocess.run(
        ["bash", "-c", script],
        env={**words, "PATH": f"{stubs}:/usr/bin:/bin", "RECORD": str(record)},
        capture_output=True,
        check=True,
    )
    arrived = record.read_text().removesuffix("\0").split("\0")
    assert tuple(arrived[-len(SEVERAL.command[3:]) :]) == SEVERAL.command[3:]
    assert arrived[:2] == ["serve", SEVERAL.command[2]]
