"""Values of any type, anywhere: no rule of form stops at them."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprints.check.documents import walk
from blueprints.check.rules import (
    ansible_syntax,
    ci_gitlab,
    ci_workflow,
    crd_schema,
    custom_resource,
    drift,
    duplicate_name,
    duplicate_object,
    engine_devices,
    engine_flag,
    expected_field,
    helm_chart,
    helm_values,
    image_digest,
    image_registry,
    kubernetes_schema,
    kubernetes_version,
    kustomization,
    licence,
    lock_in,
    mirror_escape,
    shell_syntax,
    yaml_syntax,
)
from blueprints.check.settings import load_settings
from tests.blueprints.check.places import repository

RULES = (
    ansible_syntax,
    ci_gitlab,
    ci_workflow,
    crd_schema,
    custom_resource,
    drift,
    duplicate_name,
    duplicate_object,
    engine_devices,
    engine_flag,
    expected_field,
    helm_chart,
    helm_values,
    image_digest,
    image_registry,
    kubernetes_schema,
    kubernetes_version,
    kustomization,
    licence,
    lock_in,
    mirror_escape,
    shell_syntax,
    yaml_syntax,
)
ODD: tuple[Any, ...] = (
    None,
    True,
    7,
    -1.5,
    "",
    "odd",
    [],
    [None],
    ["x", 3],
    {},
    {"x": None},
    [{"name": ["a"]}],
)
SHA = "@1234567890abcdef1234567890abcdef12345678"
FILES: dict[str, Any] = {
    "pod.yaml": {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "labels": {"a": "b"}, "annotations": {"x.org/license": "MIT"}},
        "spec": {
            "nodeSelector": {"hpc": "true"},
            "tolerations": [{"key": "hpc", "operator": "Exists"}],
            "initContainers": [{"name": "i", "image": "a"}],
            "containers": [
                {
                    "name": "c",
                    "image": "a.b/c:1",
                    "command": ["sh", "-c", "fi"],
                    "args": ["x"],
                    "env": [{"name": "FI_CXI_X", "value": "1"}],
                    "ports": [{"containerPort": 80}, {"containerPort": 80}],
                    "resources": {"limits": {"cpu": 1}},
                }
            ],
            "volumes": [{"name": "v", "hostPath": {"path": "/dev/cxi0"}}],
        },
    },
    "k/kustomization.yaml": {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "x",
        "resources": ["a.yaml", "gone.yaml"],
        "patches": [{"path": "p.yaml"}, {"patch": "x", "target": {"kind": "ConfigMap"}}],
        "images": [{"name": "a", "newTag": "1"}],
        "replicas": [{"name": "a", "count": 1}],
        "configMapGenerator": [{"name": "g", "files": ["k=f"], "envs": ["e"]}],
        "helmCharts": [{"name": "h", "valuesFile": "v.yaml"}],
    },
    "app.yaml": {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "a"},
        "spec": {
            "project": "p",
            "source": {
                "repoURL": "https://x.org/r.git",
                "path": "chart",
                "helm": {"valuesObject": {"name": {"a": 1}}, "valueFiles": ["v.yaml"]},
            },
            "destination": {"server": "https://kubernetes.default.svc"},
        },
    },
    "chart/Chart.yaml": {
        "apiVersion": "v2",
        "name": "c",
        "version": "1.0.0",
        "dependencies": [{"name": "d", "version": "1.0.0"}],
        "annotations": {"license": "MIT"},
    },
    "chart/values.yaml": {"name": {"a": 1}},
    "crd.yaml": {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "b"},
        "spec": {
            "group": "x.org",
            "names": {"kind": "B"},
            "versions": [
                {
                    "name": "v1",
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {
                                "spec": {
                                    "type": "object",
                                    "default": {},
                                    "required": ["a"],
                                    "additionalProperties": {"type": "string"},
                                    "x-kubernetes-validations": [
                                        {"rule": "self.a", "message": "m"}
                                    ],
                                    "items": {"type": "string", "enum": ["a"], "nullable": True},
                                    "allOf": [{"minimum": 1, "exclusiveMinimum": True}],
                                }
                            },
                        }
                    },
                }
            ],
        },
    },
    "b.yaml": {"apiVersion": "x.org/v1", "kind": "B", "metadata": {"name": "b"}, "spec": {"c": 1}},
    "site.yml": [
        {
            "hosts": "all",
            "tasks": [
                {"name": "n", "debug": {"msg": "{{ x }}"}, "loop": [1]},
                {"block": [{"command": "x"}], "rescue": []},
            ],
            "handlers": [{"import_tasks": "x"}],
        },
        {"import_playbook": "y.yml"},
    ],
    ".gitea/workflows/w.yaml": {
        "on": {"push": {}, "schedule": [{"cron": "1 2 3 4 5"}]},
        "permissions": {"contents": "read"},
        "jobs": {
            "a": {
                "runs-on": "x",
                "needs": ["b"],
                "container": {"image": "i"},
                "services": {"s": {"image": "j"}},
                "steps": [
                    {"uses": f"a/b{SHA}", "with": {"ref": "x"}},
                    {"id": "i", "run": "echo ${{ steps.x.y }}", "shell": "bash"},
                ],
            }
        },
    },
    ".gitlab-ci.yml": {
        "stages": ["a"],
        "include": [{"project": "p", "ref": "r"}, {"local": "l"}],
        "default": {"image": "x"},
        "j": {"stage": "a", "needs": [{"job": "k"}], "script": ["x"], "services": ["s"]},
    },
}


def written(files: dict[str, Any]) -> dict[str, str]:
    return {name: yaml.safe_dump(data, sort_keys=False) for name, data in files.items()} | {
        ".tutela-check.yaml": "version: 1\nrepositories: {'https://x.org/r.git': .}\n",
        "k/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        "k/p.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    }


def places() -> list[tuple[str, tuple[str | int, ...]]]:
    return [(name, path) for name, data in FILES.items() for path, _ in walk(data)]


def changed(name: str, path: tuple[str | int, ...], odd: Any) -> Any:
    data = copy.deepcopy(FILES[name])
    if not path:
        return odd
    holder = data
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = odd
    return data


def chances(seed: int) -> Iterator[tuple[str, tuple[str | int, ...], Any]]:
    chance = random.Random(seed)
    for name, path in places():
        yield name, path, chance.choice(ODD)


@pytest.mark.parametrize("name", FILES)
def test_a_value_of_any_type_anywhere_stops_no_rule(name: str, tmp_path: Path) -> None:
    for number, (file, path, odd) in enumerate(chances(seed=len(name))):
        if file == name and (len(path) > 1 or number % 2):
            near = {other: data for other, data in FILES.items() if name in ("crd.yaml", "b.yaml")}
            if name.startswith("chart/") or name == "app.yaml":
                near = {key: FILES[key] for key in FILES if key.startswith("chart/")}
            files = written({**near, name: changed(name, path, odd)})
            repo = repository(tmp_path / f"{number}", files)
            settings = load_settings(repo)
            for rule in RULES:
                assert isinstance(list(rule.check(repo, settings)), list), (path, odd)
