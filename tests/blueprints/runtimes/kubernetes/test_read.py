from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from blueprints.emit.yaml import yaml_text
from blueprints.runtimes.kubernetes import RUNTIME
from blueprints.runtimes.kubernetes.read import read
from blueprints.runtimes.runtime import ReadError
from blueprints.runtimes.same import differences
from blueprints.service.facts import facts
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.production_stack.services import ALONE, SEVERAL
from tests.blueprints.runtimes.site import SITE
from tests.blueprints.service.services import pairs

Edit = Callable[[dict[str, Any]], object]


def _files(service: Service, site: Site = SITE) -> dict[str, bytes]:
    return {file.path: file.content for file in RUNTIME.write(service, site)}


def _differ(service: Service, files: dict[str, bytes]) -> set[str]:
    meant = facts(service, "cluster")
    return {one.fact for one in differences(meant, read(files), RUNTIME.cannot)}


@settings(max_examples=40, deadline=None)
@given(pairs())
def test_what_is_written_is_the_service_that_is_meant(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assert _differ(service, _files(service, site)) == set()


def _container(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["spec"]["template"]["spec"]["containers"][0]
    return found


ALONE_EDITS: list[tuple[str, Edit]] = [
    ("image", lambda d: _container(d).update(image="r.example.org/x@sha256:" + "ab" * 32)),
    ("argv.3", lambda d: _container(d)["command"].pop(3)),
    ("env.HOME", lambda d: _container(d)["env"].pop(0)),
    ("mount./cache", lambda d: _container(d)["volumeMounts"][1].update(readOnly=True)),
    (
        "mount./tmp",
        lambda d: (
            d["spec"]["template"]["spec"]["volumes"][-1].update(name="tmp")
            or d["spec"]["template"]["spec"]["volumes"][-1].pop("emptyDir")
        ),
    ),
    ("devices", lambda d: _container(d)["resources"]["limits"].update({"nvidia.com/gpu": "1"})),
    ("processors", lambda d: _container(d)["resources"]["limits"].update(cpu="1")),
    ("memory", lambda d: _container(d)["resources"]["limits"].update(memory="1Gi")),
    ("port", lambda d: _container(d)["ports"][0].update(containerPort=9)),
    ("probe.path", lambda d: _container(d)["readinessProbe"]["httpGet"].update(path="/x")),
    ("probe.start-seconds", lambda d: _container(d).pop("startupProbe")),
    ("working-folder", lambda d: _container(d).pop("workingDir")),
    ("architecture", lambda d: d["spec"]["template"]["spec"].pop("nodeSelector")),
    ("shared-memory", lambda d: _container(d)["volumeMounts"].pop(-2)),
    ("name", lambda d: d["metadata"].update(name="other")),
    ("also.replicas", lambda d: d["spec"].update(replicas=2)),
    ("also.hostNetwork", lambda d: d["spec"]["template"]["spec"].update(hostNetwork=True)),
]


@pytest.mark.parametrize(("fact", "edit"), ALONE_EDITS, ids=[fact for fact, _ in ALONE_EDITS])
def test_an_edit_is_found_by_its_fact(fact: str, edit: Edit) -> None:
    files = _files(ALONE)
    data = copy.deepcopy(yaml.safe_load(files["deployment.yaml"]))
    edit(data)
    files["deployment.yaml"] = yaml_text([data])
    assert fact in _differ(ALONE, files)


def _group(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["spec"]["leaderWorkerTemplate"]
    return found


def _of_worker(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _group(data)["workerTemplate"]["spec"]["containers"][0]
    return found


def test_workers_are_the_same_as_the_first_node() -> None:
    files = _files(SEVERAL)
    assert _differ(SEVERAL, files) == set()
    data = yaml.safe_load(files["group.yaml"])
    _of_worker(data).update(image="r.example.org/x@sha256:" + "ab" * 32)
    assert _differ(SEVERAL, {**files, "group.yaml": yaml_text([data])}) == {"also.worker.image"}


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: _group(d).update(size="2"),
        lambda d: _of_worker(d)["command"].pop(),
        lambda d: _of_worker(d)["command"].append("more"),
        lambda d: _group(d).update(size=_group(d)["size"] + 1),
    ],
)
def test_nodes_that_cannot_find_each_other_are_no_service(edit: Edit) -> None:
    files = _files(SEVERAL)
    data = yaml.safe_load(files["group.yaml"])
    edit(data)
    with pytest.raises(ReadError, match=r"group\.yaml:2: "):
        read({**files, "group.yaml": yaml_text([data])})


def test_a_folder_without_any_or_with_two_is_not_read() -> None:
    with pytest.raises(ReadError, match="has no Deployment"):
        read({})
    files = _files(SEVERAL)
    with pytest.raises(ReadError, match="beside a LeaderWorkerSet"):
        read({**files, "deployment.yaml": _files(ALONE)["deployment.yaml"]})
