"""Units: what each hands to its module, and what it waits for."""

from __future__ import annotations

import posixpath
import re

import pytest
import yaml

from blueprints.kinds.cluster.documents.terragrunt import unit
from tests.blueprints.kinds.cluster.tofu import MODULES, files, parsed

UNITS = sorted(path for path in files() if path.endswith("/terragrunt.hcl"))


def _module(path: str) -> str:
    """The folder that a unit's module lies in."""
    source: str = parsed(path)["terraform"]["source"]
    place = source.replace("get_terragrunt_dir()", posixpath.dirname(path)).replace("//", "/")
    return posixpath.normpath(place)


def _variables(module: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = parsed(f"{module}/variables.tf")["variable"]
    return found


def test_every_cluster_has_its_units() -> None:
    assert UNITS == [
        "clusters/production/data/cluster/terragrunt.hcl",
        "clusters/production/data/machines/terragrunt.hcl",
        "clusters/production/data/registration/terragrunt.hcl",
        "clusters/production/models/cluster/terragrunt.hcl",
        "clusters/production/models/registration/terragrunt.hcl",
        "clusters/production/services/cluster/terragrunt.hcl",
        "clusters/production/services/registration/terragrunt.hcl",
        "clusters/tds/services/cluster/terragrunt.hcl",
        "clusters/tds/services/registration/terragrunt.hcl",
    ]


@pytest.mark.parametrize("path", UNITS)
def test_a_unit_gives_its_module_what_it_asks_for_and_nothing_else(path: str) -> None:
    known = _variables(_module(path))
    given = set(parsed(path)["inputs"])
    assert given == set(known)
    assert all("default" not in one for one in known.values())


@pytest.mark.parametrize("path", UNITS)
def test_a_unit_includes_the_root_by_name(path: str) -> None:
    include = parsed(path)["include"]["root"]
    assert include["path"] == 'find_in_parent_folders("tofu/root.hcl")'
    assert "tofu/root.hcl" in files()


@pytest.mark.parametrize("path", UNITS)
def test_what_a_unit_reads_is_there_and_has_what_it_asks(path: str) -> None:
    text = files()[path]
    read = {
        name: yaml.safe_load(files()[posixpath.normpath(f"{posixpath.dirname(path)}/{place}")])
        for name, place in re.findall(
            r'(\w+) += yamldecode\(file\("\$\{get_terragrunt_dir\(\)\}/([^"]+)"', text
        )
    }
    for name, rest in re.findall(r"local\.(\w+)\.([\w.]+)", text):
        here = read[name]
        for part in rest.split("."):
            here = here[part]


def test_dependencies_are_there_and_go_round_nowhere() -> None:
    waits = {
        posixpath.dirname(path): [
            posixpath.normpath(f"{posixpath.dirname(path)}/{one['config_path']}")
            for one in parsed(path).get("dependency", {}).values()
        ]
        for path in UNITS
    }
    done: set[str] = set()
    while ready := {name for name, on in waits.items() if set(on) <= done} - done:
        done |= ready
    assert done == set(waits)


def test_mocks_are_for_looking_only_and_outputs_are_real() -> None:
    dependency = parsed("clusters/production/models/registration/terragrunt.hcl")["dependency"]
    (one,) = dependency.values()
    assert set(one["mock_outputs_allowed_terraform_commands"]) == {"init", "validate", "plan"}
    outputs = parsed("tofu/modules/cluster/outputs.tf")["output"]
    assert set(one["mock_outputs"]) <= set(outputs)


def test_every_module_is_run() -> None:
    assert {_module(path) for path in UNITS} == {f"tofu/modules/{name}" for name in MODULES}


def test_a_unit_is_the_same_for_every_cluster() -> None:
    for path in UNITS:
        assert files()[path].encode() == unit(path.split("/")[-2])
