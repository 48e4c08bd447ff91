"""Hostile units, modules, data and specifications of clusters: findings, and never a traceback."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprints.check import registry
from blueprints.check.documents import walk
from blueprints.check.finding import Finding
from blueprints.check.held import Held
from blueprints.check.run import Asked, check, run_rules
from blueprints.check.settings import load_settings
from tests.blueprints.check.rules.variants import INVALID
from tests.blueprints.check.tofu.trees import CLUSTER, FILES, HERE, MODULE, ROOT
from tests.blueprints.mutation.campaign import TODAY

RULES = (
    "argocd-wave-order",
    "cluster-quorum",
    "cluster-specification",
    "helm-values",
    "provider-lock",
    "renamed-setting",
    "rke2-servers",
    "terragrunt-dependency",
    "terragrunt-include",
    "terragrunt-input",
    "tofu-root",
    "tofu-state",
)
ODD: tuple[Any, ...] = (None, [], {}, 3, -1.5, True, "", "${x}", [[None]], {"a": {"b": []}}, [3])
EVERY = 5
"""Of the variants that are tried; each value is tried as something else, and each something."""


def told(files: dict[str, bytes], rules: tuple[str, ...] = RULES) -> list[Finding]:
    """What the rules say of a repository; fails where one of them stopped with a bug."""
    repo = Held(files)
    repo.settings = load_settings(repo)
    found, _ = run_rules(repo, repo.settings, registry.chosen(rules))
    assert [one for one in found if "stopped with a bug" in one.message] == []
    return found


def valid(rule: str) -> dict[str, bytes]:
    """The files of a rule's valid repository."""
    top = INVALID / rule / "valid"
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != ".tutela-check.yaml"
    }


def variants(data: Any) -> Iterator[Any]:
    """Yield the data with each of its values as something else."""
    places = [path for path, _ in walk(data)]
    for number, path in enumerate(places):
        for odd in ODD[number % EVERY :: EVERY]:
            changed = copy.deepcopy(data)
            inner = changed
            for part in path[:-1]:
                inner = inner[part]
            if path:
                inner[path[-1]] = odd
            yield changed if path else odd


@pytest.mark.parametrize(
    ("rule", "file"),
    [
        ("cluster-quorum", "clusters/production/inference/cluster.yaml"),
        ("cluster-specification", "spec.yaml"),
        ("cluster-specification", "clusters/production/inference/cluster.yaml"),
        ("cluster-specification", "clusters/production/versions.yaml"),
        ("rke2-servers", "rke2/one/config.yaml"),
        ("argocd-wave-order", "apps/metallb.yaml"),
        ("terragrunt-input", "clusters/production/inference/cluster.yaml"),
    ],
)
def test_data_of_any_shape_is_judged(rule: str, file: str) -> None:
    files = valid(rule)
    for data in variants(yaml.safe_load(files[file])):
        told({**files, file: yaml.safe_dump(data).encode()}, (rule,))


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata: {name: a}\nspec:\n"
        "  kubernetesVersion: v1.33.5+rke2r1\n  rkeConfig:\n"
        "    machineGlobalConfig: {cni: cilium, cluster-cidr: 10.0.0.0/8, disable: [a]}\n"
        "    chartValues: {rke2-cilium: {kubeProxyReplacement: true}}\n"
        "    machineSelectorConfig:\n    - config: {a: 1}\n"
        "      machineLabelSelector: {matchLabels: {a: b}}\n"
        "    machinePools: [{name: a, quantity: 3, etcdRole: true}]\n",
        "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-cilium}\n"
        "spec: {valuesContent: 'a: {b: 1}'}\n",
    ],
)
def test_objects_of_any_shape_are_judged(text: str) -> None:
    for data in variants(yaml.safe_load(text)):
        told({"a.yaml": yaml.safe_dump(data).encode()}, ("rke2-servers", "renamed-setting"))


def test_files_that_end_anywhere_are_judged() -> None:
    files = {name: text.encode() for name, text in FILES.items()}
    for name, raw in files.items():
        for end in range(0, len(raw), 23):
            told({**files, name: raw[:end]})


UNIT = "terragrunt.hcl"
HUGE = {
    "nesting": "locals {\n  a = " + "[" * 60_000 + "]" * 60_000 + "\n}\n",
    "blocks in blocks": "a {\n" * 50_000,
    "templates in templates": 'locals {\n  a = "' + '${"' * 30_000,
    "a long chain": "".join(f"locals {{\n  a{n} = local.a{n + 1}\n}}\n" for n in range(4_000)),
    "doubling": "locals {\n  a0 = [1]\n"
    + "".join(f"  a{n + 1} = [local.a{n}, local.a{n}]\n" for n in range(60))
    + "}\ninputs = { name = local.a60, pools = local.a60 }\n",
    "doubling text": 'locals {\n  a0 = "ab"\n'
    + "".join(f'  a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"\n' for n in range(60))
    + "}\ninputs = { name = local.a60 }\n",
    "merging": "locals {\n  a0 = { a = 1 }\n"
    + "".join(f"  a{n + 1} = {{ l = local.a{n}, r = local.a{n} }}\n" for n in range(60))
    + "}\ninputs = merge(local.a60, { pools = local.a60 })\n",
    "many dependencies": "".join(
        f'dependency "a{n}" {{\n  config_path = "../a{n}"\n}}\n' for n in range(800)
    ),
    "a huge line": 'inputs = { name = "' + "a" * 200_000 + '" }\n',
    "a huge file": "# " + "a" * (1 << 20) + "\n",
    "bytes": "\udcff\x00\udcfe",
    "a heredoc that never ends": "locals {\n  a = <<EOT\n" * 2_000,
    "quotes": 'a = "' * 20_000,
}


@pytest.mark.parametrize("name", HUGE)
@pytest.mark.parametrize("place", [f"{HERE}/cluster/terragrunt.hcl", "root.hcl"])
def test_huge_units_are_judged_in_bounded_time(name: str, place: str) -> None:
    files = {path: text.encode() for path, text in FILES.items()}
    head = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n'
    text = (head if place.endswith(UNIT) else "") + HUGE[name]
    start = time.perf_counter()
    told({**files, place: text.encode("utf-8", "surrogateescape")})
    assert time.perf_counter() - start < 20


def test_data_that_laughs_a_billion_times_is_judged() -> None:
    laughs = "a0: &a0 [lol]\n" + "".join(
        f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}]\n"
        for n in range(12)
    )
    files = {path: text.encode() for path, text in FILES.items()}
    files[f"{HERE}/cluster.yaml"] = (laughs + "name: *a12\npools: *a12\n").encode()
    start = time.perf_counter()
    told(files)
    assert time.perf_counter() - start < 20


def test_units_that_include_and_need_themselves_are_judged() -> None:
    files = {path: text.encode() for path, text in FILES.items()}
    own = CLUSTER.replace('find_in_parent_folders("root.hcl")', '"./terragrunt.hcl"')
    own += 'dependency "self" {\n  config_path = "."\n}\n'
    messages = [one.message for one in told({**files, f"{HERE}/cluster/{UNIT}": own.encode()})]
    assert any("which Terragrunt takes for a unit" in one for one in messages)


def test_a_module_that_calls_itself_is_judged() -> None:
    files = {path: text.encode() for path, text in FILES.items()}
    module = MODULE + 'module "again" {\n  source = "./"\n}\n'
    told({**files, "modules/cluster/main.tf": module.encode()})


def test_no_command_of_a_unit_runs(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    command = f'run_cmd("touch", "{mark}")'
    repository = tmp_path / "repository"
    for name, text in FILES.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = text.replace("locals {", f"locals {{\n  mark = {command}", 1)
        path.write_text(text.replace('find_in_parent_folders("root.hcl")', command), "utf-8")
    (repository / "root.hcl").write_text(
        ROOT.replace("basename(get_terragrunt_dir())", command)
        + f'generate "a" {{\n  path = {command}\n  if_exists = "skip"\n  contents = {command}\n}}\n'
        + 'terraform {\n  before_hook "a" {\n    commands = ["init"]\n'
        + f'    execute = ["touch", "{mark}"]\n  }}\n}}\n'
    )
    result = check(repository, Asked(history=False), TODAY)
    assert not mark.exists()
    assert [one for one in result.findings if "stopped with a bug" in one.message] == []
    assert any("known to a run only" in one.reason for one in result.not_checked)
